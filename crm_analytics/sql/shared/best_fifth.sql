-- The best fifth of the buyers of a period by their revenue: of the 12 months to $as_of, and (`is_before`) of the 12 months before.
-- The first ceil(n / 5) of n buyers are the places with 5 * (place - 1) < n; their tiers likewise, and 'small' is who is not
-- here. Amounts are counted, and only who has as much as the last of the best fifth is put in order: a sort of all takes twice as long.
-- Grain: one row per period and customer who is in it.
WITH amount AS (
    SELECT FALSE AS is_before, revenue_12m AS revenue, count(*) AS customers
    FROM customers
    WHERE revenue_12m > 0
    GROUP BY revenue_12m
    UNION ALL
    SELECT TRUE AS is_before, revenue_before_12m AS revenue, count(*) AS customers
    FROM customers
    WHERE revenue_before_12m > 0
    GROUP BY revenue_before_12m
),
edge AS (
    SELECT is_before, min(revenue) AS revenue, max(n) AS n
    FROM (
        SELECT
            is_before,
            revenue,
            sum(customers) OVER (PARTITION BY is_before ORDER BY revenue DESC) - customers AS ahead,
            sum(customers) OVER (PARTITION BY is_before) AS n
        FROM amount
    ) AS reached
    WHERE 5 * ahead < n
    GROUP BY is_before
),
best AS (
    SELECT c.customer_no, c.customer_id, e.is_before, CASE WHEN e.is_before THEN c.revenue_before_12m ELSE c.revenue_12m END AS revenue, e.n
    FROM customers AS c
    JOIN edge AS e ON CASE WHEN e.is_before THEN c.revenue_before_12m ELSE c.revenue_12m END >= e.revenue
),
placed AS (
    SELECT customer_no, is_before, revenue, n, row_number() OVER (PARTITION BY is_before ORDER BY revenue DESC, customer_id) AS place
    FROM best
)
SELECT
    customer_no,
    is_before,
    revenue,
    CASE WHEN 100 * (place - 1) < n THEN 'top' WHEN 20 * (place - 1) < n THEN 'large' ELSE 'medium' END AS tier
FROM placed
WHERE 5 * (place - 1) < n
ORDER BY is_before, place
