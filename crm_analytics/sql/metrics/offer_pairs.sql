-- Which customer bought which product after $after and by $until, and what he spent on it. Customers are numbered from 0, products
-- as in offer_products as of $numbered_until.
-- Grain: one row per customer and product.
WITH person AS (
    SELECT customer_id, row_number() OVER (ORDER BY customer_id) - 1 AS customer
    FROM customers
),
item AS (
    SELECT product_id, row_number() OVER (ORDER BY product_id) - 1 AS product
    FROM lines
    WHERE
        customer_id IS NOT NULL AND ordered_on <= $numbered_until AND product_id IS NOT NULL AND NOT is_service
        AND coalesce(quantity, 1) > 0
    GROUP BY product_id
)
SELECT p.customer, i.product, min(l.ordered_on) AS first_on, sum(l.net_amount) AS revenue
FROM lines AS l
JOIN audience AS a ON a.customer_id = l.customer_id
JOIN person AS p ON p.customer_id = l.customer_id
JOIN item AS i ON i.product_id = l.product_id
WHERE l.ordered_on > $after AND l.ordered_on <= $until AND NOT l.is_service AND coalesce(l.quantity, 1) > 0
GROUP BY p.customer, i.product
ORDER BY p.customer, i.product
