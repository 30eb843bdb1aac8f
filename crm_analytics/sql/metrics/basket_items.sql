-- Which of the products that at least $fewest orders hold are in which order; both numbered, products as in basket_products.
-- Of the orders after $after.
-- Grain: one row per order and product.
WITH held AS (
    SELECT
        l.source, l.customer_id, l.order_id, CASE WHEN l.order_id IS NULL THEN l.ordered_on END AS ordered_on, l.product_id
    FROM lines AS l
    JOIN audience AS a ON a.customer_id = l.customer_id
    WHERE l.ordered_on > $after AND l.ordered_on <= $as_of AND l.product_id IS NOT NULL AND NOT l.is_service AND coalesce(l.quantity, 1) > 0
    GROUP BY l.source, l.customer_id, l.order_id, CASE WHEN l.order_id IS NULL THEN l.ordered_on END, l.product_id
),
basket AS (
    SELECT
        source, customer_id, order_id, ordered_on,
        row_number() OVER (ORDER BY source, customer_id NULLS FIRST, order_id NULLS FIRST, ordered_on NULLS FIRST) AS basket
    FROM held
    GROUP BY source, customer_id, order_id, ordered_on
),
item AS (
    SELECT product_id, row_number() OVER (ORDER BY product_id) AS item
    FROM held
    GROUP BY product_id
    HAVING count(*) >= $fewest
)
SELECT b.basket, i.item
FROM held AS h
JOIN item AS i ON i.product_id = h.product_id
JOIN basket AS b
    ON b.source = h.source
    AND b.customer_id IS NOT DISTINCT FROM h.customer_id
    AND b.order_id IS NOT DISTINCT FROM h.order_id
    AND b.ordered_on IS NOT DISTINCT FROM h.ordered_on
ORDER BY b.basket, i.item
