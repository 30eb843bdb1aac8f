-- How many customers of the audience and of the whole base have bought each product line.
-- Grain: one row per product line.
WITH bought AS (
    SELECT DISTINCT l.customer_id, l.product_line
    FROM lines AS l
    WHERE l.customer_id IS NOT NULL AND l.product_line IS NOT NULL AND l.net_amount > 0 AND l.ordered_on <= $as_of
),
inside AS (
    SELECT c.customer_id
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT b.product_line, count(i.customer_id) AS customers, count(*) AS base_customers
FROM bought AS b
LEFT JOIN inside AS i ON i.customer_id = b.customer_id
GROUP BY b.product_line
ORDER BY b.product_line
