-- Days on which a customer bought, numbered, with the days since the purchase day before.
-- Grain: one row per customer and purchase day. Nothing here depends on the as-of date: a filter on ordered_on gives any past state.
WITH purchase_day AS (
    SELECT customer_no, ordered_on, min(customer_id) AS customer_id
    FROM orders
    WHERE is_purchase AND customer_no IS NOT NULL
    GROUP BY customer_no, ordered_on
)
SELECT
    customer_no,
    customer_id,
    ordered_on,
    row_number() OVER (PARTITION BY customer_no ORDER BY ordered_on) AS day_no,
    date_diff(
        'day',
        CAST(lag(ordered_on) OVER (PARTITION BY customer_no ORDER BY ordered_on) AS DATE),
        CAST(ordered_on AS DATE)
    ) AS gap_days
FROM purchase_day
ORDER BY customer_no, ordered_on
