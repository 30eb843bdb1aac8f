-- What the models read of each customer of the audience, prospects too.
-- Grain: one row per customer.
WITH spent AS (
    SELECT o.customer_id, sum(o.net_amount) AS amount
    FROM orders AS o
    JOIN customers AS c ON c.customer_id = o.customer_id
    WHERE o.is_purchase AND o.ordered_on <= $as_of AND o.ordered_on > c.first_order_on
    GROUP BY o.customer_id
)
SELECT
    c.customer_no,
    c.customer_id,
    c.name,
    c.status,
    c.last_order_on,
    c.revenue_12m,
    CASE WHEN c.orders > 0 THEN c.purchase_days - 1 END AS repeats,
    date_diff('day', CAST(c.first_order_on AS DATE), CAST(c.last_order_on AS DATE)) AS last_days,
    date_diff('day', CAST(c.first_order_on AS DATE), CAST($as_of AS DATE)) AS known_days,
    CAST(s.amount AS DOUBLE) / nullif(c.purchase_days - 1, 0) AS mean_amount
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN spent AS s ON s.customer_id = c.customer_id
ORDER BY c.customer_id
