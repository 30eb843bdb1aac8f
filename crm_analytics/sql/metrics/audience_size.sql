-- How many customers the audience has, and what they bring.
-- Grain: one row.
SELECT count(*) AS customers, sum(c.revenue) AS revenue
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
