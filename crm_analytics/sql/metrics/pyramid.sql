-- Customers by their tier of the 12 months to $year_ago and of the 12 months since, with their revenue of both.
-- The first ceil(n / 100) of n buyers are the places with 100 * (place - 1) < n; tiers are those of the whole base.
-- Amounts are counted, and only who has as much as the last of the best fifth is put in order: a sort of all takes twice as long.
-- Grain: one row per pair of tiers that occurs.
WITH amount AS (
    SELECT revenue_12m AS revenue, count(*) AS customers
    FROM customers
    WHERE revenue_12m > 0
    GROUP BY revenue_12m
),
edge AS (
    SELECT min(revenue) AS revenue, max(n) AS n
    FROM (
        SELECT revenue, sum(customers) OVER (ORDER BY revenue DESC) - customers AS ahead, sum(customers) OVER () AS n
        FROM amount
    ) AS reached
    WHERE 5 * ahead < n
),
placed AS (
    SELECT c.customer_no, e.n, row_number() OVER (ORDER BY c.revenue_12m DESC, c.customer_id) AS place
    FROM customers AS c
    CROSS JOIN edge AS e
    WHERE c.revenue_12m >= (SELECT revenue FROM edge)
),
amount_before AS (
    SELECT revenue_before_12m AS revenue, count(*) AS customers
    FROM customers
    WHERE revenue_before_12m > 0
    GROUP BY revenue_before_12m
),
edge_before AS (
    SELECT min(revenue) AS revenue, max(n) AS n
    FROM (
        SELECT revenue, sum(customers) OVER (ORDER BY revenue DESC) - customers AS ahead, sum(customers) OVER () AS n
        FROM amount_before
    ) AS reached
    WHERE 5 * ahead < n
),
placed_before AS (
    SELECT c.customer_no, e.n, row_number() OVER (ORDER BY c.revenue_before_12m DESC, c.customer_id) AS place
    FROM customers AS c
    CROSS JOIN edge_before AS e
    WHERE c.revenue_before_12m >= (SELECT revenue FROM edge_before)
),
tiered AS (
    SELECT
        c.revenue_12m,
        c.revenue_before_12m,
        CASE
            WHEN c.orders = 0 THEN 'prospects'
            WHEN c.revenue_12m <= 0 THEN 'inactive'
            WHEN 100 * (p.place - 1) < p.n THEN 'top'
            WHEN 20 * (p.place - 1) < p.n THEN 'large'
            WHEN 5 * (p.place - 1) < p.n THEN 'medium'
            ELSE 'small'
        END AS tier,
        CASE
            WHEN c.first_order_on IS NULL OR c.first_order_on > $year_ago THEN 'not yet a buyer'
            WHEN c.revenue_before_12m <= 0 THEN 'inactive'
            WHEN 100 * (b.place - 1) < b.n THEN 'top'
            WHEN 20 * (b.place - 1) < b.n THEN 'large'
            WHEN 5 * (b.place - 1) < b.n THEN 'medium'
            ELSE 'small'
        END AS tier_before
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN placed AS p ON p.customer_no = c.customer_no
    LEFT JOIN placed_before AS b ON b.customer_no = c.customer_no
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
