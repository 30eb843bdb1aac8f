-- What the profit of buyers is made of, and whom it leaves out: buyers without a known cost of goods, and those who returned everything.
-- Grain: one row.
WITH served AS (
    SELECT customer_id, sum(amount) AS cost_to_serve
    FROM costs
    WHERE customer_id IS NOT NULL AND (period_start IS NULL OR period_start <= $as_of)
    GROUP BY customer_id
),
buyer AS (
    SELECT c.revenue, c.margin, s.cost_to_serve, c.revenue > 0 AND c.margin IS NOT NULL AS counts
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN served AS s ON s.customer_id = c.customer_id
    WHERE c.orders > 0
)
SELECT
    count(*) FILTER (WHERE counts) AS customers,
    coalesce(sum(revenue) FILTER (WHERE counts), 0) AS revenue,
    sum(margin) FILTER (WHERE counts) AS margin,
    sum(cost_to_serve) FILTER (WHERE counts) AS cost_to_serve,
    count(*) FILTER (WHERE counts AND cost_to_serve IS NOT NULL) AS customers_with_costs,
    count(*) FILTER (WHERE revenue > 0 AND margin IS NULL) AS customers_without_margin,
    count(*) FILTER (WHERE revenue <= 0 AND margin IS NOT NULL) AS customers_without_revenue,
    sum(margin - coalesce(cost_to_serve, 0)) FILTER (WHERE revenue <= 0 AND margin IS NOT NULL) AS profit_of_those
FROM buyer
