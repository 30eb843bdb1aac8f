-- How many customers the audience has.
-- Grain: one row.
SELECT count(*) AS customers
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
