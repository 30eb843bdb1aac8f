-- Sales by day, with the customers who bought for the first time in their week, month, quarter, year, or ever.
-- A customer counts on the first purchase day of a period only, so sums over any days from its start are distinct customers.
-- Grain: one row per day with an order.
WITH sold AS (
    SELECT
        o.ordered_on,
        sum(o.net_amount) AS revenue,
        sum(o.gross_amount) AS gross_revenue,
        count(*) FILTER (WHERE o.is_purchase) AS orders,
        sum(o.units) AS units,
        count(*) FILTER (WHERE o.customer_no IS NULL AND o.is_purchase) AS guest_orders,
        coalesce(sum(o.net_amount) FILTER (WHERE o.customer_no IS NULL), 0) AS guest_revenue
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of
    GROUP BY o.ordered_on
),
gap AS (
    -- few distinct pairs of day and gap: the calendar is asked once for each, not once for each purchase
    SELECT p.ordered_on, p.gap_days, count(*) AS customers
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.ordered_on <= $as_of
    GROUP BY p.ordered_on, p.gap_days
),
placed AS (
    SELECT
        ordered_on,
        gap_days,
        customers,
        date_diff('day', CAST(date_trunc('week', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_week,
        date_diff('day', CAST(date_trunc('month', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_month,
        date_diff('day', CAST(date_trunc('quarter', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_quarter,
        date_diff('day', CAST(date_trunc('year', ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_year
    FROM gap
),
bought AS (
    SELECT
        ordered_on,
        sum(customers) AS day_customers,
        sum(CASE WHEN gap_days IS NULL THEN customers ELSE 0 END) AS new_customers,
        sum(CASE WHEN gap_days <= day_of_week THEN 0 ELSE customers END) AS week_customers,
        sum(CASE WHEN gap_days <= day_of_month THEN 0 ELSE customers END) AS month_customers,
        sum(CASE WHEN gap_days <= day_of_quarter THEN 0 ELSE customers END) AS quarter_customers,
        sum(CASE WHEN gap_days <= day_of_year THEN 0 ELSE customers END) AS year_customers
    FROM placed
    GROUP BY ordered_on
)
SELECT
    s.ordered_on,
    s.revenue,
    s.gross_revenue,
    s.orders,
    s.units,
    s.guest_orders,
    s.guest_revenue,
    CAST(coalesce(b.new_customers, 0) AS BIGINT) AS new_customers,
    CAST(coalesce(b.day_customers, 0) AS BIGINT) AS day_customers,
    CAST(coalesce(b.week_customers, 0) AS BIGINT) AS week_customers,
    CAST(coalesce(b.month_customers, 0) AS BIGINT) AS month_customers,
    CAST(coalesce(b.quarter_customers, 0) AS BIGINT) AS quarter_customers,
    CAST(coalesce(b.year_customers, 0) AS BIGINT) AS year_customers
FROM sold AS s
LEFT JOIN bought AS b ON b.ordered_on = s.ordered_on
ORDER BY s.ordered_on
