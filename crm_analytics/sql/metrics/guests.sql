-- Orders without a customer, beside the revenue of identified customers. A narrower audience than everyone has no guests.
-- Grain: one row.
WITH guest AS (
    SELECT count(*) AS orders, coalesce(sum(o.net_amount), 0) AS revenue
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NULL AND o.ordered_on <= $as_of
),
identified AS (
    SELECT coalesce(sum(c.revenue), 0) AS revenue
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT g.orders AS guest_orders, g.revenue AS guest_revenue, i.revenue AS identified_revenue
FROM guest AS g
CROSS JOIN identified AS i
