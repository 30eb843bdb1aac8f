-- Customers not lapsed on $before, by their segment of that day and the days from it to lapsing (0: the purchase before the gap
-- lies before that day). The others are seen to $seen_to.
-- Grain: one row per segment and number of days.
WITH gone AS (
    SELECT f.customer_id, min(f.ordered_on) AS gone_on
    FROM last_before_gap AS f
    JOIN customers_before AS b ON b.customer_id = f.customer_id AND f.ordered_on >= b.last_order_on
    GROUP BY f.customer_id
),
watched AS (
    SELECT
        b.segment AS grouped,
        CASE
            WHEN g.gone_on <= $before THEN 0
            ELSE date_diff('day', CAST($before AS DATE), CAST(coalesce(g.gone_on, $seen_to) AS DATE))
        END AS days,
        g.gone_on IS NOT NULL AS is_gone
    FROM customers_before AS b
    JOIN audience AS a ON a.customer_id = b.customer_id
    LEFT JOIN gone AS g ON g.customer_id = b.customer_id
    WHERE b.orders > 0 AND b.recency_days <= $window_days
)
SELECT
    grouped,
    days,
    count(*) FILTER (WHERE is_gone) AS events,
    count(*) FILTER (WHERE NOT is_gone) AS censored
FROM watched
GROUP BY grouped, days
ORDER BY grouped, days
