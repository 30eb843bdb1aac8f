-- Interpurchase times over the whole base, each customer's intervals weighted 1 / (their number).
-- Grain: one row per gap in days.
WITH gap AS (
    SELECT
        gap_days,
        1.0 / nullif(count(*) OVER (PARTITION BY customer_id), 0) AS weight
    FROM purchase_days
    WHERE gap_days IS NOT NULL AND ordered_on <= $as_of
)
SELECT gap_days, count(*) AS intervals, sum(weight) AS weight
FROM gap
GROUP BY gap_days
ORDER BY gap_days
