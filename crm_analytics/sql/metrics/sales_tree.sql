-- What the sales of two periods are made of: purchases of identified customers, their returns, and guests.
-- Grain: one row per period that has an order. `is_after` tells the later from the earlier period.
WITH counted AS (
    SELECT
        o.customer_id,
        o.net_amount,
        o.units,
        o.customer_id IS NOT NULL AND o.is_purchase AS is_bought,
        o.customer_id IS NOT NULL AND NOT o.is_purchase AS is_return,
        o.ordered_on >= $after_from AS is_after
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE
        o.ordered_on <= $as_of
        AND (
            o.ordered_on BETWEEN $after_from AND $after_to
            OR o.ordered_on BETWEEN $before_from AND $before_to
        )
)
SELECT
    is_after,
    sum(net_amount) AS revenue,
    coalesce(sum(net_amount) FILTER (WHERE is_bought), 0) AS bought,
    count(DISTINCT customer_id) FILTER (WHERE is_bought) AS customers,
    count(*) FILTER (WHERE is_bought) AS orders,
    count(units) FILTER (WHERE is_bought) AS orders_with_units,
    sum(units) FILTER (WHERE is_bought) AS units,
    coalesce(sum(net_amount) FILTER (WHERE is_return), 0) AS returned,
    coalesce(sum(net_amount) FILTER (WHERE customer_id IS NULL), 0) AS guests
FROM counted
GROUP BY is_after
ORDER BY is_after
