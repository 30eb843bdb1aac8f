-- For everyone, from small sums: guests, revenue after each customer's first purchase day, and revenue of services: see diagnosis_orders.
-- Grain: one row.
WITH guest AS (
    -- guests' orders stand together: only they are read
    SELECT
        count(*) FILTER (WHERE o.is_purchase) AS guest_orders,
        coalesce(sum(o.net_amount), 0) AS guest_revenue,
        coalesce(sum(o.gross_amount), 0) AS guest_gross_revenue,
        min(o.ordered_on) FILTER (WHERE o.is_purchase) AS guest_first_order_on,
        max(o.ordered_on) FILTER (WHERE o.is_purchase) AS guest_last_order_on
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NULL AND o.ordered_on <= $as_of
),
later AS (
    SELECT coalesce(sum(revenue), 0) AS repurchase_revenue
    FROM cohort_days
    WHERE ordered_on > first_order_on AND ordered_on <= $as_of
),
service AS (
    SELECT coalesce(sum(o.service_amount), 0) AS service_revenue
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of
)
SELECT
    g.guest_orders,
    g.guest_revenue,
    g.guest_gross_revenue,
    g.guest_first_order_on,
    g.guest_last_order_on,
    l.repurchase_revenue,
    s.service_revenue
FROM guest AS g
CROSS JOIN later AS l
CROSS JOIN service AS s
