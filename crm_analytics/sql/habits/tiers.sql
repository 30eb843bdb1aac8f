-- The tier of each customer in the pyramid of the last 12 months, as in pyramid: over the whole base.
-- Grain: one row per customer.
WITH placed AS (
    SELECT customer_id, row_number() OVER (ORDER BY revenue_12m DESC, customer_id) AS place
    FROM customers
    WHERE orders > 0 AND revenue_12m > 0
),
bought AS (
    SELECT count(*) AS n
    FROM placed
)
SELECT
    c.customer_id,
    CASE
        WHEN c.orders = 0 THEN 'prospects'
        WHEN p.place IS NULL THEN 'inactive'
        WHEN 100 * (p.place - 1) < b.n THEN 'top'
        WHEN 20 * (p.place - 1) < b.n THEN 'large'
        WHEN 5 * (p.place - 1) < b.n THEN 'medium'
        ELSE 'small'
    END AS tier
FROM customers AS c
LEFT JOIN placed AS p ON p.customer_id = c.customer_id
CROSS JOIN bought AS b
ORDER BY c.customer_id
