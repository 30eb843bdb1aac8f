-- What only the orders tell: those of guests, revenue after each customer's first purchase day, and revenue of services.
-- Grain: one row.
WITH guest AS (
    -- guests' orders stand together: only they are read
    SELECT
        count(*) FILTER (WHERE o.is_purchase) AS guest_orders,
        coalesce(sum(o.net_amount), 0) AS guest_revenue,
        coalesce(sum(o.gross_amount), 0) AS guest_gross_revenue,
        min(o.ordered_on) FILTER (WHERE o.is_purchase) AS guest_first_order_on,
        max(o.ordered_on) FILTER (WHERE o.is_purchase) AS guest_last_order_on,
        coalesce(sum(o.service_amount), 0) AS service_revenue
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NULL AND o.ordered_on <= $as_of
),
known AS (
    SELECT
        coalesce(sum(o.net_amount) FILTER (WHERE o.ordered_on > c.first_order_on), 0) AS repurchase_revenue,
        coalesce(sum(o.service_amount), 0) AS service_revenue
    FROM orders AS o
    JOIN customers AS c ON c.customer_id = o.customer_id
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE o.ordered_on <= $as_of
)
SELECT
    g.guest_orders,
    g.guest_revenue,
    g.guest_gross_revenue,
    g.guest_first_order_on,
    g.guest_last_order_on,
    k.repurchase_revenue,
    g.service_revenue + k.service_revenue AS service_revenue
FROM guest AS g
CROSS JOIN known AS k
