-- What the revenue to $as_of lacks: a customer, or the cost of what was sold.
-- Grain: one row.
SELECT
    count(*) AS orders,
    count(*) FILTER (WHERE o.customer_no IS NULL) AS guest_orders,
    coalesce(sum(o.net_amount), 0) AS revenue,
    coalesce(sum(CASE WHEN o.customer_no IS NULL THEN o.net_amount END), 0) AS guest_revenue,
    coalesce(sum(o.costed_amount), 0) AS costed_revenue
FROM orders AS o
JOIN audience AS a ON a.customer_id = o.customer_id
WHERE o.ordered_on <= $as_of
