-- Customers by their latest opinion ($question_kind: at least $good is good, at most $bad is bad) and whether they keep buying:
-- at least two purchase days, and neither declining nor lapsed.
-- Grain: one row per opinion and behaviour.
WITH latest AS (
    SELECT
        customer_id,
        score,
        row_number() OVER (PARTITION BY customer_id ORDER BY answered_at DESC NULLS LAST, import_id DESC, line DESC) AS place
    FROM answers
    WHERE customer_id IS NOT NULL AND kind = $question_kind AND score >= $lowest AND score <= $highest
    AND coalesce(CAST(answered_at AS DATE), $as_of) <= $as_of
),
known AS (
    SELECT
        CASE WHEN l.score >= $good THEN 'good' WHEN l.score <= $bad THEN 'bad' ELSE 'middling' END AS opinion,
        c.purchase_days >= 2 AND c.status IN ('new', 'active') AS keeps_buying,
        c.status,
        c.revenue_12m,
        c.revenue
    FROM latest AS l
    JOIN customers AS c ON c.customer_id = l.customer_id
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE l.place = 1
)
SELECT
    opinion,
    keeps_buying,
    count(*) AS customers,
    count(*) FILTER (WHERE status IN ('declining', 'lapsed')) AS drifting,
    sum(revenue_12m) AS revenue_12m,
    sum(revenue) AS revenue
FROM known
GROUP BY opinion, keeps_buying
ORDER BY opinion, keeps_buying
