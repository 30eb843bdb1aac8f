-- Orders that hold a product (services and returns are none), guests' included where the audience is everyone.
-- Of the orders after $after.
-- Grain: one row.
WITH basket AS (
    SELECT l.source, l.customer_id, l.order_id, CASE WHEN l.order_id IS NULL THEN l.ordered_on END AS ordered_on
    FROM lines AS l
    JOIN audience AS a ON a.customer_id = l.customer_id
    WHERE l.ordered_on > $after AND l.ordered_on <= $as_of AND l.product_id IS NOT NULL AND NOT l.is_service AND coalesce(l.quantity, 1) > 0
    GROUP BY l.source, l.customer_id, l.order_id, CASE WHEN l.order_id IS NULL THEN l.ordered_on END
)
SELECT count(*) AS baskets
FROM basket
