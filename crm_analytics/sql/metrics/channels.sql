-- Channels of purchases: who buys there, whose main channel it is, and where the next purchase is made.
-- A purchase day counts once in each channel of that day. The main channel has most purchase days, then the first name.
-- Grain: one row per channel; without a channel it is unknown.
WITH placed AS (
    SELECT o.customer_id, o.ordered_on, coalesce(o.channel, 'unknown') AS channel, o.net_amount, o.is_purchase
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
),
bought_on AS (
    SELECT customer_id, ordered_on, lead(ordered_on) OVER (PARTITION BY customer_id ORDER BY ordered_on) AS next_on
    FROM placed
    WHERE is_purchase
    GROUP BY customer_id, ordered_on
),
visited AS (
    SELECT customer_id, ordered_on, channel
    FROM placed
    WHERE is_purchase
    GROUP BY customer_id, ordered_on, channel
),
followed AS (
    SELECT v.customer_id, v.channel, b.next_on IS NOT NULL AS has_next, n.channel IS NOT NULL AS is_same
    FROM visited AS v
    JOIN bought_on AS b ON b.customer_id = v.customer_id AND b.ordered_on = v.ordered_on
    LEFT JOIN visited AS n ON n.customer_id = b.customer_id AND n.ordered_on = b.next_on AND n.channel = v.channel
),
used AS (
    SELECT customer_id, channel, count(*) AS days, count(*) FILTER (WHERE has_next) AS nexts, count(*) FILTER (WHERE is_same) AS same
    FROM followed
    GROUP BY customer_id, channel
),
person AS (
    SELECT customer_id, count(*) AS days
    FROM bought_on
    GROUP BY customer_id
),
ranked AS (
    SELECT
        u.customer_id,
        u.channel,
        u.days,
        u.nexts,
        u.same,
        p.days AS all_days,
        count(*) OVER (PARTITION BY u.customer_id) AS channels,
        row_number() OVER (PARTITION BY u.customer_id ORDER BY u.days DESC, u.channel) AS place
    FROM used AS u
    JOIN person AS p ON p.customer_id = u.customer_id
),
earned AS (
    SELECT channel, sum(net_amount) AS revenue
    FROM placed
    GROUP BY channel
)
SELECT
    e.channel,
    count(r.customer_id) AS customers,
    coalesce(sum(r.days), 0) AS purchase_days,
    e.revenue,
    count(r.customer_id) FILTER (WHERE r.place = 1 AND r.all_days > 1) AS main_of,
    sum(CAST(r.days AS DOUBLE) / nullif(r.all_days, 0)) FILTER (WHERE r.place = 1 AND r.all_days > 1) AS main_shares,
    coalesce(sum(r.nexts), 0) AS nexts,
    coalesce(sum(r.same), 0) AS same_nexts,
    count(r.customer_id) FILTER (WHERE r.channels > 1) AS multichannel_customers
FROM earned AS e
LEFT JOIN ranked AS r ON r.channel = e.channel
GROUP BY e.channel, e.revenue
ORDER BY e.channel, e.revenue
