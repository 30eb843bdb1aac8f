-- What orders say that their lines do not: most lines tell all by themselves, only the headers of the others are looked up.
-- Grain: one row per order with a line that lacks its customer, time, country or channel.
WITH lacking AS (
    SELECT DISTINCT source, order_id
    FROM core_order_lines
    WHERE order_id IS NOT NULL AND (customer_id IS NULL OR ordered_at IS NULL OR country IS NULL OR channel IS NULL)
)
SELECT
    o.source,
    o.order_id,
    CASE WHEN min(o.customer_id) = max(o.customer_id) THEN min(o.customer_id) END AS customer_id,
    min(o.ordered_at) AS ordered_at,
    min(o.country) AS country,
    min(o.channel) AS channel
FROM core_orders AS o
JOIN lacking AS l ON l.source = o.source AND l.order_id = o.order_id
GROUP BY o.source, o.order_id
ORDER BY o.source, o.order_id
