-- What clusters are made of: the numbers of each buyer of the audience.
-- Grain: one row per customer with a purchase.
SELECT
    c.customer_id,
    c.recency_days,
    c.orders,
    c.purchase_days,
    c.revenue,
    c.average_order_value,
    c.revenue_12m,
    c.revenue_before_12m,
    c.mean_gap_days,
    c.units,
    c.returns,
    c.margin
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE c.orders > 0
ORDER BY c.customer_id
