-- The 25 cells of the R x FM grid with the buyers in each.
-- Grain: one row per cell, empty ones too.
WITH filled AS (
    SELECT c.r_score, c.fm_score, count(*) AS customers, sum(c.revenue) AS revenue
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.orders > 0
    GROUP BY c.r_score, c.fm_score
)
SELECT
    g.r_score,
    g.fm_score,
    g.segment,
    coalesce(f.customers, 0) AS customers,
    coalesce(f.revenue, 0) AS revenue
FROM rfm_cells AS g
LEFT JOIN filled AS f ON f.r_score = g.r_score AND f.fm_score = g.fm_score
ORDER BY g.r_score, g.fm_score
