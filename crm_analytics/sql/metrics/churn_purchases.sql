-- What was known of each buyer's purchases at the end of $cut_off: nothing later is read.
-- Grain: one row per customer with a purchase by then.
WITH bought AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE is_purchase) AS orders,
        count(*) FILTER (WHERE net_amount < 0) AS returns,
        sum(net_amount) AS revenue,
        sum(net_amount) FILTER (WHERE ordered_on > $year_before) AS revenue_12m,
        sum(net_amount) FILTER (WHERE ordered_on > $window_before) AS revenue_last,
        sum(net_amount) FILTER (WHERE ordered_on > $two_windows_before AND ordered_on <= $window_before) AS revenue_before,
        sum(CASE WHEN is_purchase THEN net_amount ELSE 0 END) AS bought_amount,
        substr(max(CAST(ordered_on AS VARCHAR) || channel) FILTER (WHERE is_purchase), 11) AS channel,
        substr(max(CAST(ordered_on AS VARCHAR) || country), 11) AS country
    FROM orders
    WHERE customer_id IS NOT NULL AND ordered_on <= $cut_off
    GROUP BY customer_id
),
rhythm AS (
    SELECT
        customer_id,
        count(*) AS purchase_days,
        min(ordered_on) AS first_on,
        max(ordered_on) AS last_on,
        max(gap_days) AS longest_gap_days,
        CAST(sum(gap_days * gap_days) AS DOUBLE) AS squared_gaps,
        count(*) FILTER (WHERE ordered_on > $window_before) AS days_last,
        count(*) FILTER (WHERE ordered_on > $two_windows_before AND ordered_on <= $window_before) AS days_before
    FROM purchase_days
    WHERE ordered_on <= $cut_off
    GROUP BY customer_id
)
SELECT
    r.customer_id,
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
    CAST(b.revenue AS DOUBLE) AS revenue,
    CAST(coalesce(b.revenue_12m, 0) AS DOUBLE) AS revenue_12m,
    CAST(coalesce(b.revenue_last, 0) AS DOUBLE) AS revenue_last,
    CAST(coalesce(b.revenue_before, 0) AS DOUBLE) AS revenue_before,
    CAST(b.bought_amount AS DOUBLE) AS bought_amount,
    b.channel,
    b.country
FROM rhythm AS r
JOIN bought AS b ON b.customer_id = r.customer_id
ORDER BY r.customer_id
