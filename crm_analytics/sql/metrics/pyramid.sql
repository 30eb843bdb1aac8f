-- Customers by their tier of the 12 months to $year_ago and of the 12 months since, with their revenue of both.
-- Tiers are those of the whole base.
-- Grain: one row per pair of tiers that occurs.
WITH tiered AS (
    SELECT
        c.revenue_12m,
        c.revenue_before_12m,
        CASE
            WHEN c.orders = 0 THEN 'prospects'
            WHEN c.revenue_12m <= 0 THEN 'inactive'
            ELSE coalesce(p.tier, 'small')
        END AS tier,
        CASE
            WHEN c.first_order_on IS NULL OR c.first_order_on > $year_ago THEN 'not yet a buyer'
            WHEN c.revenue_before_12m <= 0 THEN 'inactive'
            ELSE coalesce(b.tier, 'small')
        END AS tier_before
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN best_fifth AS p ON p.customer_no = c.customer_no AND NOT p.is_before
    LEFT JOIN best_fifth AS b ON b.customer_no = c.customer_no AND b.is_before
)
SELECT
    tier_before,
    tier,
    count(*) AS customers,
    sum(revenue_12m) AS revenue,
    sum(revenue_before_12m) AS revenue_before
FROM tiered
GROUP BY tier_before, tier
ORDER BY tier_before, tier
