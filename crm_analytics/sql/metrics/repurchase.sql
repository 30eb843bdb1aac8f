-- Buyers by the days to their second purchase day, and by the days since their first.
-- Grain: one row per number of days.
WITH counted AS (
    SELECT p.gap_days AS days, count(*) AS bought_again, 0 AS buyers, 0 AS repeat_buyers
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.day_no = 2 AND p.ordered_on <= $as_of
    GROUP BY p.gap_days
    UNION ALL
    SELECT
        date_diff('day', CAST(c.first_order_on AS DATE), CAST($as_of AS DATE)) AS days,
        0 AS bought_again,
        count(*) AS buyers,
        count(*) FILTER (WHERE c.purchase_days >= 2) AS repeat_buyers
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.orders > 0
    GROUP BY c.first_order_on
)
SELECT
    days,
    CAST(sum(bought_again) AS BIGINT) AS bought_again,
    CAST(sum(buyers) AS BIGINT) AS buyers,
    CAST(sum(repeat_buyers) AS BIGINT) AS repeat_buyers
FROM counted
GROUP BY days
ORDER BY days
