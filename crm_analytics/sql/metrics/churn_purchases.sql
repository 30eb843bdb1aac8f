-- What was known at the end of $cut_off of the purchases of those who had bought within the window before: nothing later is read.
-- Of one customer in $every.
-- Grain: one row per customer not lapsed.
WITH rhythm AS (
    SELECT
        customer_no,
        count(*) AS purchase_days,
        min(ordered_on) AS first_on,
        max(ordered_on) AS last_on,
        max(gap_days) AS longest_gap_days,
        CAST(sum(gap_days * gap_days) AS DOUBLE) AS squared_gaps,
        count(*) FILTER (WHERE ordered_on > $window_before) AS days_last,
        count(*) FILTER (WHERE ordered_on > $two_windows_before AND ordered_on <= $window_before) AS days_before
    FROM purchase_days
    WHERE customer_no IN (SELECT customer_no FROM numbers WHERE sample_no % $every = 0) AND ordered_on <= $cut_off
    GROUP BY customer_no
    HAVING max(ordered_on) >= $window_before
),
bought AS (
    SELECT
        o.customer_no,
        count(*) FILTER (WHERE o.is_purchase) AS orders,
        count(*) FILTER (WHERE o.net_amount < 0) AS returns,
        sum(o.net_amount) FILTER (WHERE o.ordered_on > $year_before) AS revenue_12m,
        sum(o.net_amount) FILTER (WHERE o.ordered_on > $window_before) AS revenue_last,
        sum(o.net_amount) FILTER (WHERE o.ordered_on > $two_windows_before AND o.ordered_on <= $window_before) AS revenue_before,
        sum(CASE WHEN o.is_purchase THEN o.net_amount ELSE 0 END) AS bought_amount,
        max(o.channel) FILTER (WHERE o.is_purchase AND o.ordered_on = r.last_on) AS channel,
        max(o.country) FILTER (WHERE o.is_purchase AND o.ordered_on = r.last_on) AS country
    FROM orders AS o
    JOIN rhythm AS r ON r.customer_no = o.customer_no
    WHERE o.ordered_on <= $cut_off
    GROUP BY o.customer_no
)
SELECT
    r.customer_no,
    r.purchase_days,
    date_diff('day', CAST(r.first_on AS DATE), CAST(r.last_on AS DATE)) AS last_days,
    date_diff('day', CAST(r.first_on AS DATE), CAST($cut_off AS DATE)) AS known_days,
    date_diff('day', CAST(r.last_on AS DATE), CAST($cut_off AS DATE)) AS recency_days,
    r.longest_gap_days,
    r.squared_gaps,
    r.days_last,
    r.days_before,
    b.orders,
    b.returns,
    CAST(coalesce(b.revenue_12m, 0) AS DOUBLE) AS revenue_12m,
    CAST(coalesce(b.revenue_last, 0) AS DOUBLE) AS revenue_last,
    CAST(coalesce(b.revenue_before, 0) AS DOUBLE) AS revenue_before,
    CAST(b.bought_amount AS DOUBLE) AS bought_amount,
    b.channel,
    b.country
FROM rhythm AS r
JOIN bought AS b ON b.customer_no = r.customer_no
ORDER BY r.customer_no
