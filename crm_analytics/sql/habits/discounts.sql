-- How much of each customer's purchases is at a discount of at least 20%, where prices before discount are known, as in
-- discount_dependence. Grain: one row per customer with such a purchase.
SELECT
    o.customer_id,
    CAST(count(*) FILTER (WHERE p.paid <= 0.8 * p.before_discount) AS DOUBLE) / nullif(count(*), 0) AS discounted_share
FROM orders AS o
JOIN priced_orders AS p ON p.source = o.source AND p.order_id = o.order_id
WHERE o.is_purchase AND o.customer_id IS NOT NULL AND o.ordered_on <= $as_of AND p.before_discount > 0
GROUP BY o.customer_id
ORDER BY o.customer_id
