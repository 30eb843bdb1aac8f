-- What only the orders tell: those of guests, revenue after each customer's first purchase day, and revenue of services.
-- Grain: one row.
WITH chosen AS (
    SELECT c.customer_no, c.first_order_on
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT
    count(*) FILTER (WHERE o.customer_id IS NULL AND o.is_purchase) AS guest_orders,
    coalesce(sum(o.net_amount) FILTER (WHERE o.customer_id IS NULL), 0) AS guest_revenue,
    coalesce(sum(o.gross_amount) FILTER (WHERE o.customer_id IS NULL), 0) AS guest_gross_revenue,
    min(o.ordered_on) FILTER (WHERE o.customer_id IS NULL AND o.is_purchase) AS guest_first_order_on,
    max(o.ordered_on) FILTER (WHERE o.customer_id IS NULL AND o.is_purchase) AS guest_last_order_on,
    coalesce(sum(o.net_amount) FILTER (WHERE o.ordered_on > c.first_order_on), 0) AS repurchase_revenue,
    coalesce(sum(o.service_amount), 0) AS service_revenue
FROM orders AS o
LEFT JOIN chosen AS c ON c.customer_no = o.customer_no
JOIN audience AS a ON a.customer_id = o.customer_id
WHERE o.ordered_on <= $as_of
