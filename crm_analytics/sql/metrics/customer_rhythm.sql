-- Purchase days of the customers of the audience, with the days since the one before and what was bought on them.
-- Grain: one row per customer and purchase day.
WITH bought AS (
    SELECT o.customer_id, o.ordered_on, sum(o.net_amount) AS amount
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.is_purchase AND o.ordered_on <= $as_of
    GROUP BY o.customer_id, o.ordered_on
)
SELECT
    b.customer_id,
    b.ordered_on,
    date_diff('day', CAST(lag(b.ordered_on) OVER (PARTITION BY b.customer_id ORDER BY b.ordered_on) AS DATE), CAST(b.ordered_on AS DATE)) AS gap_days,
    b.amount
FROM bought AS b
ORDER BY b.customer_id, b.ordered_on
