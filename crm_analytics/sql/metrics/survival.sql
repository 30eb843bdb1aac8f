-- Customers of the audience by the days from their first purchase to lapsing: to the purchase before the first gap longer than the
-- activity window. The others are seen to $seen_to, one window before the as-of date; who first bought later is left out.
-- Groups by what was known at the first purchase: $grouping is all, channel, country or cohort.
-- Grain: one row per group and number of days; days is null for those left out.
WITH gone AS (
    SELECT customer_id, min(ordered_on) AS gone_on
    FROM last_before_gap
    GROUP BY customer_id
),
watched AS (
    SELECT
        CASE
            WHEN $grouping = 'channel' THEN coalesce(c.channel, 'not known')
            WHEN $grouping = 'country' THEN coalesce(c.country, 'not known')
            WHEN $grouping = 'cohort' THEN CAST(year(c.first_order_on) AS VARCHAR) || ' Q' || CAST(quarter(c.first_order_on) AS VARCHAR)
            ELSE 'all'
        END AS grouped,
        CASE
            WHEN c.first_order_on <= $seen_to
                THEN date_diff('day', CAST(c.first_order_on AS DATE), CAST(coalesce(g.gone_on, $seen_to) AS DATE))
        END AS days,
        g.gone_on IS NOT NULL AS is_gone
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN gone AS g ON g.customer_id = c.customer_id
    WHERE c.orders > 0
)
SELECT
    grouped,
    days,
    count(*) FILTER (WHERE is_gone) AS events,
    count(*) FILTER (WHERE NOT is_gone) AS censored
FROM watched
GROUP BY grouped, days
ORDER BY grouped, days
