-- Products that customers (one in $every) bought by $until: how many want them, and what one purchase brings.
-- `demand` are the buyers since $lately; amounts are those of the 12 months to $until, an order with the product being one purchase.
-- Grain: one row per product.
WITH named AS (
    -- where no file of products names it, as its lines do
    SELECT product_id, coalesce(min(product_name), min(description)) AS product_name
    FROM (
        SELECT product_id, product_name, CAST(NULL AS VARCHAR) AS description FROM products
        UNION ALL
        SELECT product_id, CAST(NULL AS VARCHAR) AS product_name, description FROM core_order_lines WHERE description IS NOT NULL
    ) AS every_name
    WHERE product_id IS NOT NULL
    GROUP BY product_id
),
sold AS (
    SELECT
        l.product_id,
        count(DISTINCT CASE WHEN l.ordered_on > $lately THEN n.customer_no END) AS demand,
        count(DISTINCT CASE WHEN l.ordered_on > $year_ago THEN coalesce(l.order_id, '') || '/' || l.customer_id END) AS purchases,
        sum(l.net_amount) FILTER (WHERE l.ordered_on > $year_ago) AS revenue,
        sum(l.net_amount) FILTER (WHERE l.ordered_on > $year_ago AND l.cost_amount IS NOT NULL)
        - sum(l.cost_amount) FILTER (WHERE l.ordered_on > $year_ago) AS margin
    FROM lines AS l
    JOIN numbers AS n ON n.customer_id = l.customer_id
    WHERE
        n.sample_no % $every = 0 AND l.ordered_on <= $until AND l.product_id IS NOT NULL AND NOT l.is_service
        AND coalesce(l.quantity, 1) > 0
    GROUP BY l.product_id
)
SELECT
    s.product_id,
    n.product_name,
    s.demand,
    s.purchases,
    s.revenue,
    s.margin
FROM sold AS s
LEFT JOIN named AS n ON n.product_id = s.product_id
ORDER BY s.product_id
