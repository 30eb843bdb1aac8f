-- How much of each customer's purchases is at a discount of at least 20%, where prices before discount are known, as in
-- discount_dependence. Grain: one row per customer with such a purchase.
WITH listed AS (
    SELECT product_id, max(list_price) AS list_price
    FROM products
    WHERE list_price > 0
    GROUP BY product_id
),
line AS (
    SELECT
        l.source,
        l.order_id,
        coalesce(
            l.amount,
            CAST(CAST(coalesce(l.quantity, 1) AS DECIMAL(18, 4)) * l.unit_price AS DECIMAL(18, 4)) - coalesce(l.discount_amount, 0)
        ) AS paid,
        l.discount_amount,
        CAST(CAST(coalesce(l.quantity, 1) AS DECIMAL(18, 4)) * p.list_price AS DECIMAL(18, 4)) AS listed
    FROM core_order_lines AS l
    LEFT JOIN listed AS p ON p.product_id = l.product_id
    WHERE l.order_id IS NOT NULL AND coalesce(l.quantity, 1) > 0
),
priced AS (
    SELECT
        source,
        order_id,
        sum(paid) AS paid,
        sum(CASE WHEN discount_amount IS NOT NULL THEN paid + discount_amount ELSE greatest(listed, paid) END) AS before_discount
    FROM line
    WHERE discount_amount IS NOT NULL OR listed IS NOT NULL
    GROUP BY source, order_id
)
SELECT
    o.customer_id,
    CAST(count(*) FILTER (WHERE p.paid <= 0.8 * p.before_discount) AS DOUBLE) / nullif(count(*), 0) AS discounted_share
FROM orders AS o
JOIN priced AS p ON p.source = o.source AND p.order_id = o.order_id
WHERE o.is_purchase AND o.customer_id IS NOT NULL AND o.ordered_on <= $as_of AND p.before_discount > 0
GROUP BY o.customer_id
ORDER BY o.customer_id
