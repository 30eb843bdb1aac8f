-- What orders say that their lines do not: most lines tell all by themselves, only the headers of the others are looked up.
-- Grain: one row per order with a line that lacks its customer, time, country or channel where the header has it.
WITH lacking AS (
    SELECT
        source,
        order_id,
        max(customer_id IS NULL) AS customer,
        max(ordered_at IS NULL) AS day,
        max(country IS NULL) AS country,
        max(channel IS NULL) AS channel
    FROM core_order_lines
    WHERE order_id IS NOT NULL AND (customer_id IS NULL OR ordered_at IS NULL OR country IS NULL OR channel IS NULL)
    GROUP BY source, order_id
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
HAVING
    (max(l.customer) AND min(o.customer_id) = max(o.customer_id))
    OR (max(l.day) AND min(o.ordered_at) IS NOT NULL)
    OR (max(l.country) AND min(o.country) IS NOT NULL)
    OR (max(l.channel) AND min(o.channel) IS NOT NULL)
ORDER BY o.source, o.order_id
