-- The market by month: about fifteen times this company.
WITH months AS (
    SELECT date_trunc('month', placed_at)::DATE AS month, sum(cents) AS cents
    FROM placed INNER JOIN totals USING (order_no)
    GROUP BY ALL
)
SELECT
    month, (cents * (14 + 2
        * draw('market', date_diff('month', getvariable('first_day'), month))))::BIGINT // 100 AS market_volume,
    round(0.55 + 0.04 * draw('market repurchase', date_diff('month', getvariable('first_day'), month)),
        4) AS market_repurchase_rate
FROM months
ORDER BY month
