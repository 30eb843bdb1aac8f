-- What a figure of an earlier day stands on, so that a later look can tell whether it has changed: everyone's orders to $until.
-- Grain: one row.
SELECT
    count(*) AS orders,
    coalesce(sum(o.net_amount), 0) AS revenue
FROM orders AS o
WHERE o.ordered_on <= $until
ORDER BY orders
