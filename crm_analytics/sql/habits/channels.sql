-- Where each customer buys: the channels of the purchases that name one, and the main channel, that of most purchase days,
-- of equals the first by name. Loyalty is the main channel's share of all purchase days, of repeat buyers.
-- Grain: one row per customer with such a purchase.
WITH visited AS (
    SELECT customer_no, ordered_on, channel
    FROM orders
    WHERE is_purchase AND customer_no IS NOT NULL AND ordered_on <= $as_of
    GROUP BY customer_no, ordered_on, channel
),
used AS (
    SELECT customer_no, channel, count(*) AS days
    FROM visited
    WHERE channel IS NOT NULL
    GROUP BY customer_no, channel
),
ranked AS (
    SELECT
        customer_no,
        channel,
        days,
        count(*) OVER (PARTITION BY customer_no) AS channels,
        row_number() OVER (PARTITION BY customer_no ORDER BY days DESC, channel) AS place
    FROM used
)
SELECT
    c.customer_id,
    r.channels AS channels_used,
    CASE WHEN r.channels > 1 THEN 'several channels' ELSE 'one channel' END AS channel_use,
    r.channel AS main_channel,
    CASE WHEN c.purchase_days > 1 THEN CAST(r.days AS DOUBLE) / nullif(c.purchase_days, 0) END AS channel_loyalty
FROM ranked AS r
JOIN customers AS c ON c.customer_no = r.customer_no
WHERE r.place = 1
ORDER BY c.customer_id
