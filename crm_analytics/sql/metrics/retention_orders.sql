-- `retention` of an audience that is not everyone, from its orders: sums by cohort and day are kept for everyone alone.
-- A customer counts on the first purchase day of a period: the one before it lies before the period.
-- Returns dated before the first purchase count at age 0. Grain: one row per cohort and age with an order.
WITH chosen AS (
    SELECT c.customer_no, c.first_order_on, CAST(date_trunc($period, c.first_order_on) AS DATE) AS cohort
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.orders > 0
),
event AS (
    SELECT c.cohort, CAST(date_trunc($period, p.ordered_on) AS DATE) AS bought_in, count(*) AS customers, CAST(0 AS DECIMAL(38, 4)) AS revenue
    FROM purchase_days AS p
    JOIN chosen AS c ON c.customer_no = p.customer_no
    WHERE
        p.ordered_on <= $as_of
        AND (
            p.gap_days IS NULL
            OR p.gap_days > date_diff('day', CAST(date_trunc($period, p.ordered_on) AS DATE), CAST(p.ordered_on AS DATE))
        )
    GROUP BY c.cohort, CAST(date_trunc($period, p.ordered_on) AS DATE)
    UNION ALL
    SELECT
        c.cohort,
        CAST(date_trunc($period, greatest(o.ordered_on, c.first_order_on)) AS DATE) AS bought_in,
        0 AS customers,
        sum(o.net_amount) AS revenue
    FROM orders AS o
    JOIN chosen AS c ON c.customer_no = o.customer_no
    WHERE o.ordered_on <= $as_of
    GROUP BY c.cohort, CAST(date_trunc($period, greatest(o.ordered_on, c.first_order_on)) AS DATE)
)
SELECT cohort, bought_in, CAST(sum(customers) AS BIGINT) AS customers, sum(revenue) AS revenue
FROM event
GROUP BY cohort, bought_in
ORDER BY cohort, bought_in
