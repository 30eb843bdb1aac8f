-- What the mean interpurchase time gained in each month: sums over all months give it at any month end.
-- A customer's mean gap is (last day - first day) / (purchase days - 1); each further purchase day moves it by the difference.
-- Grain: one row per month with a purchase day.
WITH placed AS (
    SELECT
        p.ordered_on,
        p.day_no,
        date_diff('day', CAST(c.first_order_on AS DATE), CAST(p.ordered_on AS DATE)) AS age_days,
        p.gap_days
    FROM purchase_days AS p
    JOIN customers AS c ON c.customer_id = p.customer_id
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE p.ordered_on <= $as_of
),
gained AS (
    -- by day first: days are fewer than rows, months are found once for each
    SELECT
        ordered_on,
        count(*) FILTER (WHERE day_no = 2) AS repeat_buyers,
        sum(
            CASE
                WHEN day_no = 2 THEN CAST(age_days AS DOUBLE)
                WHEN day_no > 2 THEN CAST(age_days AS DOUBLE) / nullif(day_no - 1, 0) - CAST(age_days - gap_days AS DOUBLE) / nullif(day_no - 2, 0)
                ELSE 0
            END
        ) AS mean_gap_sum
    FROM placed
    GROUP BY ordered_on
)
SELECT
    CAST(date_trunc('month', ordered_on) AS DATE) AS month,
    CAST(sum(repeat_buyers) AS BIGINT) AS repeat_buyers,
    sum(mean_gap_sum) AS mean_gap_sum
FROM gained
GROUP BY CAST(date_trunc('month', ordered_on) AS DATE)
ORDER BY month
