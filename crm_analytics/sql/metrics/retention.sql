-- Customers of each cohort (period of the first purchase) who bought at each later age in periods, and their net revenue.
-- Returns dated before the first purchase count at age 0. Grain: one row per cohort and age with an order.
WITH event AS (
    -- a purchase day counts where it is the customer's first of its period: the gap before it reaches over the period's start
    SELECT
        c.first_order_on,
        p.ordered_on,
        count(*) FILTER (
            WHERE p.gap_days IS NULL
            OR p.gap_days > date_diff('day', CAST(date_trunc($period, p.ordered_on) AS DATE), CAST(p.ordered_on AS DATE))
        ) AS customers,
        CAST(0 AS DECIMAL(38, 4)) AS revenue
    FROM purchase_days AS p
    JOIN customers AS c ON c.customer_id = p.customer_id
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.ordered_on <= $as_of
    GROUP BY c.first_order_on, p.ordered_on
    UNION ALL
    SELECT
        c.first_order_on,
        CASE WHEN o.ordered_on < c.first_order_on THEN c.first_order_on ELSE o.ordered_on END AS ordered_on,
        0 AS customers,
        sum(o.net_amount) AS revenue
    FROM orders AS o
    JOIN customers AS c ON c.customer_id = o.customer_id
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE c.orders > 0 AND o.ordered_on <= $as_of
    GROUP BY c.first_order_on, CASE WHEN o.ordered_on < c.first_order_on THEN c.first_order_on ELSE o.ordered_on END
),
placed AS (
    SELECT
        CAST(date_trunc($period, first_order_on) AS DATE) AS cohort,
        CAST(date_trunc($period, ordered_on) AS DATE) AS bought_in,
        customers,
        revenue
    FROM event
)
SELECT cohort, bought_in, CAST(sum(customers) AS BIGINT) AS customers, sum(revenue) AS revenue
FROM placed
GROUP BY cohort, bought_in
ORDER BY cohort, bought_in
