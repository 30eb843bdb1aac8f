-- Customers of the audience with their number as in offer_pairs.
-- Grain: one row per customer.
SELECT c.customer_no, c.customer_id
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
ORDER BY c.customer_no
