-- Buyers by the number of channels that they have bought in.
-- Grain: one row per number of channels.
WITH used AS (
    SELECT o.customer_no, count(DISTINCT o.channel) AS channels
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.is_purchase AND o.channel IS NOT NULL AND o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    GROUP BY o.customer_no
)
SELECT
    u.channels,
    count(*) AS customers,
    sum(c.revenue) AS revenue,
    sum(c.purchase_days) AS purchase_days,
    count(*) FILTER (WHERE c.purchase_days > 1) AS repeat_buyers,
    count(*) FILTER (WHERE c.status = 'lapsed') AS lapsed
FROM used AS u
JOIN customers AS c ON c.customer_no = u.customer_no
GROUP BY u.channels
ORDER BY u.channels
