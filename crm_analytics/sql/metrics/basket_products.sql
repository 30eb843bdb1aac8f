-- Products that at least $fewest orders hold, numbered from 1 in the order of their ids.
-- Of the orders after $after.
-- Grain: one row per product.
WITH held AS (
    SELECT
        l.source, l.customer_id, l.order_id, CASE WHEN l.order_id IS NULL THEN l.ordered_on END AS ordered_on, l.product_id
    FROM lines AS l
    JOIN audience AS a ON a.customer_id = l.customer_id
    WHERE l.ordered_on > $after AND l.ordered_on <= $as_of AND l.product_id IS NOT NULL AND NOT l.is_service AND coalesce(l.quantity, 1) > 0
    GROUP BY l.source, l.customer_id, l.order_id, CASE WHEN l.order_id IS NULL THEN l.ordered_on END, l.product_id
),
named AS (
    -- where no file of products names it, as its lines do
    SELECT product_id, coalesce(min(product_name), min(description)) AS product_name
    FROM (
        SELECT product_id, product_name, CAST(NULL AS VARCHAR) AS description FROM products
        UNION ALL
        SELECT product_id, CAST(NULL AS VARCHAR) AS product_name, description FROM core_order_lines WHERE description IS NOT NULL
    ) AS every_name
    WHERE product_id IS NOT NULL
    GROUP BY product_id
)
SELECT
    row_number() OVER (ORDER BY h.product_id) AS item,
    h.product_id,
    min(n.product_name) AS product_name,
    count(*) AS baskets
FROM held AS h
LEFT JOIN named AS n ON n.product_id = h.product_id
GROUP BY h.product_id
HAVING count(*) >= $fewest
ORDER BY h.product_id
