-- First and repeat purchase days of the audience's customers who first bought by $cut_off.
-- Grain: one row per day with a purchase.
SELECT
    p.ordered_on,
    count(*) FILTER (WHERE p.day_no = 1) AS newcomers,
    count(*) FILTER (WHERE p.day_no > 1) AS repeats
FROM purchase_days AS p
JOIN customers AS c ON c.customer_id = p.customer_id
JOIN audience AS a ON a.customer_id = p.customer_id
WHERE p.ordered_on <= $as_of AND c.first_order_on <= $cut_off
GROUP BY p.ordered_on
ORDER BY p.ordered_on
