-- What each tier of the pyramid bought of each product line in the 12 months since $year_ago; services (postage, fees) are no line.
-- `customers` are those whose net revenue in the line is above 0, `spent` is theirs. Tiers are those of the whole base.
-- Grain: one row per tier and product line that occurs; lines of goods without a product line are one row per tier.
WITH tiered AS (
    SELECT c.customer_id, coalesce(b.tier, 'small') AS tier
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN best_fifth AS b ON b.customer_no = c.customer_no AND NOT b.is_before
    WHERE c.orders > 0 AND c.revenue_12m > 0
),
bought AS (
    SELECT
        l.customer_id,
        l.product_line,
        sum(l.net_amount) AS revenue,
        sum(l.net_amount) FILTER (WHERE l.cost_amount IS NOT NULL) - sum(l.cost_amount) AS margin
    FROM lines AS l
    WHERE l.customer_id IS NOT NULL AND l.ordered_on > $year_ago AND l.ordered_on <= $as_of AND NOT l.is_service
    GROUP BY l.customer_id, l.product_line
)
SELECT
    t.tier,
    b.product_line,
    count(*) FILTER (WHERE b.revenue > 0) AS customers,
    sum(b.revenue) AS revenue,
    sum(b.margin) AS margin,
    coalesce(sum(b.revenue) FILTER (WHERE b.revenue > 0), 0) AS spent
FROM tiered AS t
JOIN bought AS b ON b.customer_id = t.customer_id
GROUP BY t.tier, b.product_line
ORDER BY t.tier, b.product_line NULLS LAST
