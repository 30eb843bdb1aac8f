-- What is spent on purchase days after the first, of the whole base: a model is fitted on everybody.
-- Grain: one row per number of repeat purchase days and mean amount of them.
WITH spent AS (
    SELECT o.customer_id, sum(o.net_amount) AS amount
    FROM orders AS o
    JOIN customers AS c ON c.customer_id = o.customer_id
    WHERE o.is_purchase AND o.ordered_on <= $as_of AND o.ordered_on > c.first_order_on
    GROUP BY o.customer_id
),
buyer AS (
    SELECT c.purchase_days - 1 AS repeats, CAST(s.amount AS DOUBLE) / nullif(c.purchase_days - 1, 0) AS mean_amount
    FROM spent AS s
    JOIN customers AS c ON c.customer_id = s.customer_id
)
SELECT repeats, mean_amount, count(*) AS customers
FROM buyer
GROUP BY repeats, mean_amount
ORDER BY repeats, mean_amount
