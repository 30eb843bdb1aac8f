-- What is sold: whether it is a service (postage, fees), its product line, and what one piece costs.
-- A source without products of its own reads those of the others. Grain: one row per source and product code (without one, description).
WITH article AS (
    SELECT DISTINCT source, coalesce(product_id, description) AS article
    FROM core_order_lines
),
cataloguing AS (
    SELECT DISTINCT source
    FROM core_products
),
shared AS (
    SELECT product_id, product_line, unit_cost
    FROM core_products
    QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY source) = 1
)
SELECT
    a.source,
    a.article,
    s.code IS NOT NULL AS is_service,
    CASE WHEN c.source IS NULL THEN e.product_line ELSE p.product_line END AS product_line,
    CASE WHEN c.source IS NULL THEN e.unit_cost ELSE p.unit_cost END AS unit_cost
FROM article AS a
LEFT JOIN service_codes AS s ON s.code = lower(trim(a.article))
LEFT JOIN core_products AS p ON p.source = a.source AND p.product_id = a.article
LEFT JOIN cataloguing AS c ON c.source = a.source
LEFT JOIN shared AS e ON e.product_id = a.article
WHERE a.article IS NOT NULL
ORDER BY a.source, a.article
