-- What the customers who first bought on a day did on each day: who bought for the first time in a period, and what came in.
-- Grain: one row per day of the first purchase and day with an order. A purchase day is the first of its week (month, quarter)
-- where the gap before it reaches over the period's start. Nothing here depends on the as-of date: filter both days.
WITH first_day AS (
    SELECT p.customer_no, p.ordered_on AS first_order_on
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.day_no = 1
),
calendar AS (
    -- periods are found once for each day, not once for each purchase
    SELECT
        ordered_on,
        date_diff('day', CAST(date_trunc('week', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_week,
        date_diff('day', CAST(date_trunc('month', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_month,
        date_diff('day', CAST(date_trunc('quarter', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_quarter
    FROM purchase_days
    GROUP BY ordered_on
),
event AS (
    SELECT
        f.first_order_on,
        p.ordered_on,
        count(*) FILTER (WHERE p.gap_days IS NULL OR p.gap_days > k.day_of_week) AS week_customers,
        count(*) FILTER (WHERE p.gap_days IS NULL OR p.gap_days > k.day_of_month) AS month_customers,
        count(*) FILTER (WHERE p.gap_days IS NULL OR p.gap_days > k.day_of_quarter) AS quarter_customers,
        0 AS orders,
        CAST(0 AS DECIMAL(38, 4)) AS revenue
    FROM purchase_days AS p
    JOIN first_day AS f ON f.customer_no = p.customer_no
    JOIN calendar AS k ON k.ordered_on = p.ordered_on
    GROUP BY f.first_order_on, p.ordered_on
    UNION ALL
    SELECT
        f.first_order_on,
        o.ordered_on,
        0 AS week_customers,
        0 AS month_customers,
        0 AS quarter_customers,
        count(*) AS orders,
        sum(o.net_amount) AS revenue
    FROM orders AS o
    JOIN first_day AS f ON f.customer_no = o.customer_no
    GROUP BY f.first_order_on, o.ordered_on
)
SELECT
    first_order_on,
    ordered_on,
    CAST(sum(week_customers) AS BIGINT) AS week_customers,
    CAST(sum(month_customers) AS BIGINT) AS month_customers,
    CAST(sum(quarter_customers) AS BIGINT) AS quarter_customers,
    CAST(sum(orders) AS BIGINT) AS orders,
    sum(revenue) AS revenue
FROM event
GROUP BY first_order_on, ordered_on
ORDER BY first_order_on, ordered_on
