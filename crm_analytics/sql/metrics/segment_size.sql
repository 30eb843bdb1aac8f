-- How many customers the audience has, what they bring, and how many of them lack a margin.
-- Grain: one row.
SELECT count(*) AS customers, sum(c.revenue) AS revenue, sum(c.margin) AS margin
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
