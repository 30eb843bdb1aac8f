-- Buyers and their revenue by ABC class; those without revenue (they returned everything) are class C and counted apart.
-- Grain: one row per class that occurs.
SELECT
    c.abc_class AS class,
    count(*) FILTER (WHERE c.revenue > 0) AS customers,
    coalesce(sum(c.revenue) FILTER (WHERE c.revenue > 0), 0) AS revenue,
    count(*) FILTER (WHERE c.revenue <= 0) AS buyers_without_revenue,
    coalesce(sum(c.revenue) FILTER (WHERE c.revenue <= 0), 0) AS revenue_of_those
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE c.abc_class IS NOT NULL
GROUP BY c.abc_class
ORDER BY c.abc_class
