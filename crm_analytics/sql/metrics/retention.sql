-- Customers of each cohort (period of the first purchase) who bought at each later age in periods, and their net revenue.
-- Returns dated before the first purchase count at age 0. Grain: one row per cohort and age with an order.
WITH calendar AS (
    -- periods are found once for each day and each customer, not once for each purchase
    SELECT
        ordered_on,
        CAST(date_trunc($period, ordered_on) AS DATE) AS bought_in,
        date_diff('day', CAST(date_trunc($period, ordered_on) AS DATE), CAST(ordered_on AS DATE)) AS day_of_period
    FROM orders
    WHERE ordered_on <= $as_of
    GROUP BY ordered_on
),
buyer AS (
    SELECT c.customer_no, c.first_order_on, CAST(date_trunc($period, c.first_order_on) AS DATE) AS cohort
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.orders > 0
),
event AS (
    -- a purchase day counts where it is the customer's first of its period: the gap before it reaches over the period's start
    SELECT
        b.cohort,
        k.bought_in,
        count(*) FILTER (WHERE p.gap_days IS NULL OR p.gap_days > k.day_of_period) AS customers,
        CAST(0 AS DECIMAL(38, 4)) AS revenue
    FROM purchase_days AS p
    JOIN buyer AS b ON b.customer_no = p.customer_no
    JOIN calendar AS k ON k.ordered_on = p.ordered_on
    GROUP BY b.cohort, k.bought_in
    UNION ALL
    SELECT
        b.cohort,
        CASE WHEN o.ordered_on < b.first_order_on THEN b.cohort ELSE k.bought_in END AS bought_in,
        0 AS customers,
        sum(o.net_amount) AS revenue
    FROM orders AS o
    JOIN buyer AS b ON b.customer_no = o.customer_no
    JOIN calendar AS k ON k.ordered_on = o.ordered_on
    GROUP BY b.cohort, CASE WHEN o.ordered_on < b.first_order_on THEN b.cohort ELSE k.bought_in END
)
SELECT cohort, bought_in, CAST(sum(customers) AS BIGINT) AS customers, sum(revenue) AS revenue
FROM event
GROUP BY cohort, bought_in
ORDER BY cohort, bought_in
