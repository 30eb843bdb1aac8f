-- How revenue is spread over the buyers, those who returned everything included.
-- Grain: one row per amount of revenue, highest first, with the number of customers who have it.
SELECT c.revenue, count(*) AS customers
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE c.orders > 0
GROUP BY c.revenue
ORDER BY c.revenue DESC
