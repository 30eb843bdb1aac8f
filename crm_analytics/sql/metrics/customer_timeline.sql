-- Everything that happened with the customers of the audience by $as_of, on one line of time.
-- $controls names the arms that were left alone, a bar before and after each; after two bars with their campaigns (campaign=arm).
-- Grain: one row per event, latest first.
WITH event AS (
    SELECT
        o.customer_id,
        o.ordered_on AS happened_on,
        CASE WHEN o.is_purchase THEN 'purchase' WHEN o.net_amount < 0 THEN 'return' ELSE 'order worth nothing' END AS kind,
        o.channel AS what,
        o.net_amount AS amount,
        o.order_id AS reference,
        o.source
    FROM orders AS o
    UNION ALL
    SELECT customer_id, issued_on, 'invoice', 'due ' || CAST(due_on AS VARCHAR), amount, invoice_id, CAST(NULL AS VARCHAR) FROM invoices
    UNION ALL
    SELECT
        customer_id,
        paid_on,
        'payment',
        CASE WHEN paid_on > due_on THEN CAST(date_diff('day', CAST(due_on AS DATE), CAST(paid_on AS DATE)) AS VARCHAR) || ' days late' END,
        amount,
        invoice_id,
        CAST(NULL AS VARCHAR)
    FROM invoices
    UNION ALL
    SELECT
        customer_id,
        CAST(contacted_at AS DATE),
        CASE WHEN is_control THEN 'control group' ELSE 'contact' END,
        concat_ws(', ', coalesce(campaign_name, campaign_id), channel, CASE WHEN responded AND coalesce(CAST(responded_at AS DATE) <= $as_of, TRUE) THEN 'responded' WHEN NOT delivered AND NOT is_control THEN 'not delivered' END),
        CAST(NULL AS DECIMAL(18, 4)),
        campaign_id,
        CAST(NULL AS VARCHAR)
    FROM (
        SELECT
            customer_id,
            contacted_at,
            campaign_id,
            campaign_name,
            channel,
            delivered,
            responded,
            responded_at,
            strpos($controls, '|' || CASE WHEN left($controls, 2) = '||' THEN drawn_as ELSE lower(coalesce(arm, '')) END || '|') > 0 AS is_control
        FROM contacts
    ) AS k
    UNION ALL
    SELECT
        customer_id,
        CAST(answered_at AS DATE),
        'answer',
        concat_ws(', ', survey, question, CAST(score AS VARCHAR), comment),
        CAST(NULL AS DECIMAL(18, 4)),
        answer_id,
        CAST(NULL AS VARCHAR)
    FROM survey_answers
    UNION ALL
    SELECT customer_id, CAST(opened_at AS DATE), 'case', concat_ws(', ', kind, channel), CAST(NULL AS DECIMAL(18, 4)), case_id, CAST(NULL AS VARCHAR) FROM cases
    UNION ALL
    SELECT customer_id, CAST(resolved_at AS DATE), 'case resolved', kind, CAST(NULL AS DECIMAL(18, 4)), case_id, CAST(NULL AS VARCHAR) FROM cases
    UNION ALL
    SELECT
        customer_id,
        CAST(happened_at AS DATE),
        'interaction',
        concat_ws(', ', kind, channel, subject, agent),
        CAST(NULL AS DECIMAL(18, 4)),
        interaction_id,
        CAST(NULL AS VARCHAR)
    FROM interactions
    UNION ALL
    SELECT customer_id, given_on, 'benefit', concat_ws(', ', kind, programme), value, benefit_id, CAST(NULL AS VARCHAR) FROM benefits
    UNION ALL
    SELECT customer_id, redeemed_on, 'benefit redeemed', kind, value, benefit_id, CAST(NULL AS VARCHAR) FROM benefits
    UNION ALL
    SELECT customer_id, joined_on, 'joined', concat_ws(', ', programme, tier), CAST(NULL AS DECIMAL(18, 4)), membership_id, CAST(NULL AS VARCHAR) FROM memberships
    UNION ALL
    SELECT customer_id, left_on, 'left', programme, CAST(NULL AS DECIMAL(18, 4)), membership_id, CAST(NULL AS VARCHAR) FROM memberships
)
SELECT e.happened_on, e.kind, e.what, e.amount, e.reference, e.source
FROM event AS e
JOIN audience AS a ON a.customer_id = e.customer_id
WHERE e.happened_on <= $as_of
ORDER BY e.happened_on DESC, e.kind, e.reference NULLS LAST, e.what NULLS LAST, e.amount NULLS LAST, e.source NULLS LAST
