-- Customers by their tier of the 12 months to $year_ago and of the 12 months since, with their revenue of both.
-- The first ceil(n / 100) of n buyers are the places with 100 * (place - 1) < n; tiers are those of the whole base.
-- (A FILTER on a window without order takes a thousand times as long as a CASE.)
-- Grain: one row per pair of tiers that occurs.
WITH placed AS (
    SELECT
        customer_id,
        orders,
        first_order_on,
        revenue_12m,
        revenue_before_12m,
        row_number() OVER (ORDER BY revenue_12m DESC, customer_id) AS place,
        count(CASE WHEN revenue_12m > 0 THEN 1 END) OVER () AS n,
        row_number() OVER (ORDER BY revenue_before_12m DESC, customer_id) AS place_before,
        count(CASE WHEN revenue_before_12m > 0 THEN 1 END) OVER () AS n_before
    FROM customers
),
tiered AS (
    SELECT
        p.revenue_12m,
        p.revenue_before_12m,
        CASE
            WHEN p.orders = 0 THEN 'prospects'
            WHEN p.revenue_12m <= 0 THEN 'inactive'
            WHEN 100 * (p.place - 1) < p.n THEN 'top'
            WHEN 20 * (p.place - 1) < p.n THEN 'large'
            WHEN 5 * (p.place - 1) < p.n THEN 'medium'
            ELSE 'small'
        END AS tier,
        CASE
            WHEN p.first_order_on IS NULL OR p.first_order_on > $year_ago THEN 'not yet a buyer'
            WHEN p.revenue_before_12m <= 0 THEN 'inactive'
            WHEN 100 * (p.place_before - 1) < p.n_before THEN 'top'
            WHEN 20 * (p.place_before - 1) < p.n_before THEN 'large'
            WHEN 5 * (p.place_before - 1) < p.n_before THEN 'medium'
            ELSE 'small'
        END AS tier_before
    FROM placed AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
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
