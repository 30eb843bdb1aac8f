-- Customers of each cohort (period of the first purchase) who bought at each later age in periods, and their net revenue.
-- Returns dated before the first purchase count at age 0. Grain: one row per cohort and age with an order.
SELECT
    CAST(date_trunc($period, first_order_on) AS DATE) AS cohort,
    CAST(date_trunc($period, greatest(ordered_on, first_order_on)) AS DATE) AS bought_in,
    CAST(
        sum(CASE $period WHEN 'week' THEN week_customers WHEN 'month' THEN month_customers ELSE quarter_customers END) AS BIGINT
    ) AS customers,
    sum(revenue) AS revenue
FROM cohort_days
WHERE first_order_on <= $as_of AND ordered_on <= $as_of
GROUP BY
    CAST(date_trunc($period, first_order_on) AS DATE),
    CAST(date_trunc($period, greatest(ordered_on, first_order_on)) AS DATE)
ORDER BY cohort, bought_in
