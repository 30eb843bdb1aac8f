-- Customers and their revenue by status.
-- Grain: one row per status that occurs.
SELECT c.status, count(*) AS customers, sum(c.revenue) AS revenue
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
GROUP BY c.status
ORDER BY c.status
