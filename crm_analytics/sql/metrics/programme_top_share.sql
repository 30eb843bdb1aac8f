-- The share of revenue that the top 20% of the customers have, at each of the last month ends from $since on and on the as-of date.
-- Customers whose revenue to the day is above 0; the top 20% are the first ceil(0.2 n).
-- Grain: one row per day.
WITH day AS (
    SELECT DISTINCT least(CAST(date_trunc('month', o.ordered_on) AS DATE) + INTERVAL 1 MONTH - INTERVAL 1 DAY, $as_of) AS until
    FROM orders AS o
    WHERE o.ordered_on BETWEEN $since AND $as_of
),
spent AS (
    SELECT o.customer_id, CAST(date_trunc('month', o.ordered_on) AS DATE) AS month, sum(o.net_amount) AS amount
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of AND o.customer_no IS NOT NULL
    GROUP BY o.customer_id, CAST(date_trunc('month', o.ordered_on) AS DATE)
),
held AS (
    SELECT d.until, s.customer_id, sum(s.amount) AS revenue
    FROM day AS d
    JOIN spent AS s ON s.month <= d.until
    GROUP BY d.until, s.customer_id
    HAVING sum(s.amount) > 0
),
ranked AS (
    SELECT
        until,
        revenue,
        row_number() OVER (PARTITION BY until ORDER BY revenue DESC, customer_id) AS place,
        count(*) OVER (PARTITION BY until) AS customers
    FROM held
)
SELECT
    CAST(until AS DATE) AS until,
    CAST(sum(CASE WHEN 5 * (place - 1) < customers THEN revenue ELSE 0 END) AS DOUBLE) / nullif(CAST(sum(revenue) AS DOUBLE), 0)
        AS top_20_share
FROM ranked
GROUP BY until
ORDER BY until
