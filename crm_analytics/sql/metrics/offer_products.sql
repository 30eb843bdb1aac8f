-- Products that customers bought by $until, numbered from 0 in the order of their ids: how many bought them, and what one purchase brings.
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
        product_id,
        count(DISTINCT customer_id) AS buyers,
        count(DISTINCT CASE WHEN ordered_on > $lately THEN customer_id END) AS demand,
        count(DISTINCT CASE WHEN ordered_on > $year_ago THEN coalesce(order_id, '') || '/' || customer_id END) AS purchases,
        sum(net_amount) FILTER (WHERE ordered_on > $year_ago) AS revenue,
        sum(net_amount) FILTER (WHERE ordered_on > $year_ago AND cost_amount IS NOT NULL)
        - sum(cost_amount) FILTER (WHERE ordered_on > $year_ago) AS margin
    FROM lines
    WHERE
        customer_id IS NOT NULL AND ordered_on <= $until AND product_id IS NOT NULL AND NOT is_service AND coalesce(quantity, 1) > 0
    GROUP BY product_id
)
SELECT
    row_number() OVER (ORDER BY s.product_id) - 1 AS product,
    s.product_id,
    n.product_name,
    s.buyers,
    s.demand,
    s.purchases,
    s.revenue,
    s.margin
FROM sold AS s
LEFT JOIN named AS n ON n.product_id = s.product_id
ORDER BY s.product_id
