-- Everything that happened with the customers of the audience by $as_of, on one line of time.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Rows are looked for by the ids that files may have, then by whose they are: the first alone reaches the tables.
-- What happens in two steps (issued and paid, opened and resolved, ...) is read once. Grain: one row per event, latest first.
WITH own AS (
    SELECT DISTINCT w.own_id
    FROM own_ids AS w
    JOIN audience AS a ON a.customer_id = w.customer_id
),
step AS (
    SELECT 1 AS place
    UNION ALL
    SELECT 2
),
invoice AS (
    SELECT i.invoice_id, i.issued_on, i.due_on, i.paid_on, i.amount
    FROM invoices AS i
    JOIN audience AS a ON a.customer_id = i.customer_id
    WHERE i.own_id IN (SELECT own_id FROM own)
),
reported AS (
    SELECT c.case_id, c.kind, c.channel, c.opened_at, c.resolved_at
    FROM cases AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.own_id IN (SELECT own_id FROM own)
),
benefit AS (
    SELECT b.benefit_id, b.kind, b.programme, b.value, b.given_on, b.redeemed_on
    FROM benefits AS b
    JOIN audience AS a ON a.customer_id = b.customer_id
    WHERE b.own_id IN (SELECT own_id FROM own)
),
membership AS (
    SELECT m.membership_id, m.programme, m.tier, m.joined_on, m.left_on
    FROM memberships AS m
    JOIN audience AS a ON a.customer_id = m.customer_id
    WHERE m.own_id IN (SELECT own_id FROM own)
),
event AS (
    SELECT
        o.ordered_on AS happened_on,
        CASE WHEN o.is_purchase THEN 'purchase' WHEN o.net_amount < 0 THEN 'return' ELSE 'order worth nothing' END AS kind,
        o.channel AS what,
        o.net_amount AS amount,
        o.order_id AS reference,
        o.source
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    UNION ALL
    SELECT
        CASE s.place WHEN 1 THEN i.issued_on ELSE i.paid_on END,
        CASE s.place WHEN 1 THEN 'invoice' ELSE 'payment' END,
        CASE
            WHEN s.place = 1 THEN 'due ' || CAST(i.due_on AS VARCHAR)
            WHEN i.paid_on > i.due_on THEN CAST(date_diff('day', CAST(i.due_on AS DATE), CAST(i.paid_on AS DATE)) AS VARCHAR) || ' days late'
        END,
        i.amount,
        i.invoice_id,
        CAST(NULL AS VARCHAR)
    FROM invoice AS i
    CROSS JOIN step AS s
    UNION ALL
    SELECT
        CAST(k.contacted_at AS DATE),
        CASE WHEN k.is_control THEN 'control group' ELSE 'contact' END,
        concat_ws(', ', coalesce(k.campaign_name, k.campaign_id), k.channel, CASE WHEN come_by(k.responded, k.responded_at, $as_of) THEN 'responded' WHEN NOT k.delivered AND NOT k.is_control THEN 'not delivered' END),
        CAST(NULL AS DECIMAL(18, 4)),
        k.campaign_id,
        CAST(NULL AS VARCHAR)
    FROM (
        SELECT
            c.contacted_at,
            c.campaign_id,
            c.campaign_name,
            c.channel,
            c.delivered,
            c.responded,
            c.responded_at,
            left_alone($controls, c.arm, c.drawn_as) AS is_control
        FROM contacts AS c
        JOIN audience AS a ON a.customer_id = c.customer_id
        WHERE c.own_id IN (SELECT own_id FROM own)
    ) AS k
    UNION ALL
    SELECT
        CAST(s.answered_at AS DATE),
        'answer',
        concat_ws(', ', s.survey, s.question, CAST(s.score AS VARCHAR), s.comment),
        CAST(NULL AS DECIMAL(18, 4)),
        s.answer_id,
        CAST(NULL AS VARCHAR)
    FROM survey_answers AS s
    JOIN audience AS a ON a.customer_id = s.customer_id
    WHERE s.own_id IN (SELECT own_id FROM own)
    UNION ALL
    SELECT
        CAST(CASE s.place WHEN 1 THEN r.opened_at ELSE r.resolved_at END AS DATE),
        CASE s.place WHEN 1 THEN 'case' ELSE 'case resolved' END,
        CASE s.place WHEN 1 THEN concat_ws(', ', r.kind, r.channel) ELSE r.kind END,
        CAST(NULL AS DECIMAL(18, 4)),
        r.case_id,
        CAST(NULL AS VARCHAR)
    FROM reported AS r
    CROSS JOIN step AS s
    UNION ALL
    SELECT
        CAST(i.happened_at AS DATE),
        'interaction',
        concat_ws(', ', i.kind, i.channel, i.subject, i.agent),
        CAST(NULL AS DECIMAL(18, 4)),
        i.interaction_id,
        CAST(NULL AS VARCHAR)
    FROM interactions AS i
    JOIN audience AS a ON a.customer_id = i.customer_id
    WHERE i.own_id IN (SELECT own_id FROM own)
    UNION ALL
    SELECT
        CASE s.place WHEN 1 THEN b.given_on ELSE b.redeemed_on END,
        CASE s.place WHEN 1 THEN 'benefit' ELSE 'benefit redeemed' END,
        CASE s.place WHEN 1 THEN concat_ws(', ', b.kind, b.programme) ELSE b.kind END,
        b.value,
        b.benefit_id,
        CAST(NULL AS VARCHAR)
    FROM benefit AS b
    CROSS JOIN step AS s
    UNION ALL
    SELECT
        CASE s.place WHEN 1 THEN m.joined_on ELSE m.left_on END,
        CASE s.place WHEN 1 THEN 'joined' ELSE 'left' END,
        CASE s.place WHEN 1 THEN concat_ws(', ', m.programme, m.tier) ELSE m.programme END,
        CAST(NULL AS DECIMAL(18, 4)),
        m.membership_id,
        CAST(NULL AS VARCHAR)
    FROM membership AS m
    CROSS JOIN step AS s
)
SELECT e.happened_on, e.kind, e.what, e.amount, e.reference, e.source
FROM event AS e
WHERE e.happened_on <= $as_of
ORDER BY e.happened_on DESC, e.kind, e.reference NULLS LAST, e.what NULLS LAST, e.amount NULLS LAST, e.source NULLS LAST
