-- The customers of the audience with their revenue of the 12 months to $as_of, and whether they were known on $before.
-- Grain: one row per customer.
SELECT c.customer_id, c.revenue_12m, b.customer_id IS NOT NULL AS was_known
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN customers_before AS b ON b.customer_id = c.customer_id
ORDER BY c.customer_id
