-- Sales of the comparison period (after $before, to $as_of) and of the period of equal length that ends on $before.
-- Grain: one row.
WITH counted AS (
    SELECT o.customer_id, o.net_amount, o.is_purchase, o.ordered_on > $before AS is_later
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of AND o.ordered_on > $start
)
SELECT
    sum(net_amount) FILTER (WHERE is_later) AS revenue,
    sum(net_amount) FILTER (WHERE NOT is_later) AS revenue_before,
    count(*) FILTER (WHERE is_later AND is_purchase) AS orders,
    count(*) FILTER (WHERE NOT is_later AND is_purchase) AS orders_before,
    count(DISTINCT customer_id) FILTER (WHERE is_later AND is_purchase) AS customers,
    count(DISTINCT customer_id) FILTER (WHERE NOT is_later AND is_purchase) AS customers_before
FROM counted
