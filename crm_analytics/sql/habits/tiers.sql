-- The tier of each customer in the pyramid of the last 12 months, as in pyramid: over the whole base.
-- Grain: one row per customer.
WITH placed AS (
    SELECT
        customer_id,
        orders,
        revenue_12m,
        row_number() OVER (ORDER BY revenue_12m DESC, customer_id) AS place,
        count(*) FILTER (WHERE revenue_12m > 0) OVER () AS n
    FROM customers
)
SELECT
    customer_id,
    CASE
        WHEN orders = 0 THEN 'prospects'
        WHEN revenue_12m <= 0 THEN 'inactive'
        WHEN 100 * (place - 1) < n THEN 'top'
        WHEN 20 * (place - 1) < n THEN 'large'
        WHEN 5 * (place - 1) < n THEN 'medium'
        ELSE 'small'
    END AS tier
FROM placed
ORDER BY customer_id
