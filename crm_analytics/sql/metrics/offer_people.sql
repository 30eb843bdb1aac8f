-- Customers of the audience with their number as in offer_pairs.
-- Grain: one row per customer.
WITH person AS (
    SELECT customer_id, row_number() OVER (ORDER BY customer_id) - 1 AS customer
    FROM customers
)
SELECT p.customer, p.customer_id
FROM person AS p
JOIN audience AS a ON a.customer_id = p.customer_id
ORDER BY p.customer
