-- How many customers of the audience have bought.
-- Grain: one row.
SELECT count(*) AS buyers
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE c.orders > 0
