-- What orders' lines came to, and what before discount: their amount plus their discount, else their pieces at the list price where that
-- is higher. Lines of which neither is known do not count.
-- Grain: one row per order with such a line.
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
            money_of(coalesce(l.quantity, 1), l.unit_price) - coalesce(l.discount_amount, 0)
        ) AS paid,
        l.discount_amount,
        money_of(coalesce(l.quantity, 1), p.list_price) AS listed
    FROM core_order_lines AS l
    LEFT JOIN listed AS p ON p.product_id = l.product_id
    WHERE l.order_id IS NOT NULL AND coalesce(l.quantity, 1) > 0
)
SELECT
    source,
    order_id,
    sum(paid) AS paid,
    sum(CASE WHEN discount_amount IS NOT NULL THEN paid + discount_amount ELSE greatest(listed, paid) END) AS before_discount
FROM line
WHERE discount_amount IS NOT NULL OR listed IS NOT NULL
GROUP BY source, order_id
ORDER BY source, order_id
