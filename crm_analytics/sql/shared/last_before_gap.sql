-- Purchases after which customers lapsed: no other followed within the activity window, to the as-of date.
-- Grain: one row per customer and day of such a purchase.
WITH followed AS (
    SELECT customer_id, ordered_on, lead(ordered_on) OVER (PARTITION BY customer_id ORDER BY ordered_on) AS next_on
    FROM purchase_days
    WHERE ordered_on <= $as_of
)
SELECT customer_id, ordered_on
FROM followed
WHERE date_diff('day', CAST(ordered_on AS DATE), CAST(coalesce(next_on, $as_of) AS DATE)) > $window_days
ORDER BY customer_id, ordered_on
