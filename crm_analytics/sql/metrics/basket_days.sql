-- Order lines of each day, by which the orders that rules are looked for in are bounded.
-- Grain: one row per day with an order, the latest first.
SELECT o.ordered_on, sum(o.lines) AS lines
FROM orders AS o
JOIN audience AS a ON a.customer_id = o.customer_id
WHERE o.ordered_on <= $as_of
GROUP BY o.ordered_on
ORDER BY o.ordered_on DESC
