-- Interpurchase times over the whole base, each customer's intervals weighted 1 / (their number).
-- Grain: one row per gap in days.
WITH gap AS (
    SELECT customer_no, gap_days
    FROM purchase_days
    WHERE gap_days IS NOT NULL AND ordered_on <= $as_of
),
customer AS (
    SELECT customer_no, count(*) AS intervals
    FROM gap
    GROUP BY customer_no
),
counted AS (
    SELECT g.gap_days, c.intervals AS of_customer, count(*) AS intervals
    FROM gap AS g
    JOIN customer AS c ON c.customer_no = g.customer_no
    GROUP BY g.gap_days, c.intervals
)
SELECT
    gap_days,
    CAST(sum(intervals) AS BIGINT) AS intervals,
    sum(CAST(intervals AS DOUBLE) / nullif(of_customer, 0)) AS weight
FROM counted
GROUP BY gap_days
ORDER BY gap_days
