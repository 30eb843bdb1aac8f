-- Customers with an opinion on $before and a newer one on $as_of: attitude and behaviour then and now.
-- Grain: one row per cell then and cell now.
WITH valid AS (
    SELECT customer_id, score, answered_at, import_id, line, CAST(answered_at AS DATE) AS answered_on
    FROM answers
    WHERE customer_id IS NOT NULL AND answered_at IS NOT NULL AND kind = $question_kind AND score >= $lowest AND score <= $highest
),
earlier AS (
    SELECT
        customer_id,
        score,
        row_number() OVER (PARTITION BY customer_id ORDER BY answered_at DESC, import_id DESC, line DESC) AS place
    FROM valid
    WHERE answered_on <= $before
),
later AS (
    SELECT
        customer_id,
        score,
        row_number() OVER (PARTITION BY customer_id ORDER BY answered_at DESC, import_id DESC, line DESC) AS place
    FROM valid
    WHERE answered_on > $before AND answered_on <= $as_of
)
SELECT
    e.score >= $good AS favourable_before,
    b.purchase_days >= 2 AND b.status IN ('new', 'active') AS kept_buying_before,
    l.score >= $good AS favourable,
    c.purchase_days >= 2 AND c.status IN ('new', 'active') AS keeps_buying,
    count(*) AS customers
FROM earlier AS e
JOIN later AS l ON l.customer_id = e.customer_id
JOIN customers_before AS b ON b.customer_id = e.customer_id
JOIN customers AS c ON c.customer_id = e.customer_id
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE e.place = 1 AND l.place = 1
GROUP BY
    e.score >= $good, b.purchase_days >= 2 AND b.status IN ('new', 'active'),
    l.score >= $good, c.purchase_days >= 2 AND c.status IN ('new', 'active')
ORDER BY favourable_before, kept_buying_before, favourable, keeps_buying
