-- Interpurchase times of the audience: days between consecutive purchase days of a customer.
-- Grain: one row per gap in days and number of intervals of the customer, which gives each interval its weight.
SELECT
    p.gap_days,
    c.purchase_days - 1 AS customer_intervals,
    count(*) AS intervals
FROM purchase_days AS p
JOIN customers AS c ON c.customer_id = p.customer_id
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE p.gap_days IS NOT NULL AND p.ordered_on <= $as_of
GROUP BY p.gap_days, c.purchase_days
ORDER BY p.gap_days, c.purchase_days
