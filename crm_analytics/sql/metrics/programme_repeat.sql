-- What the repurchase rate gained in each month: first and second purchase days; sums over months give it at any month end.
-- Grain: one row per month with the first or the second purchase day of somebody.
WITH gained AS (
    -- by day first: days are fewer than rows, months are found once for each
    SELECT
        p.ordered_on,
        count(*) FILTER (WHERE p.day_no = 1) AS first_buyers,
        count(*) FILTER (WHERE p.day_no = 2) AS repeat_buyers
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.day_no <= 2 AND p.ordered_on <= $as_of
    GROUP BY p.ordered_on
)
SELECT
    CAST(date_trunc('month', ordered_on) AS DATE) AS month,
    CAST(sum(first_buyers) AS BIGINT) AS first_buyers,
    CAST(sum(repeat_buyers) AS BIGINT) AS repeat_buyers
FROM gained
GROUP BY CAST(date_trunc('month', ordered_on) AS DATE)
ORDER BY month
