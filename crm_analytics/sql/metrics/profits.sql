-- How profit is spread over the buyers with revenue above 0 whose cost of goods is known: margin less what was booked to the customer.
-- Grain: one row per profit, highest first, with the number of customers who have it.
WITH served AS (
    SELECT customer_id, sum(amount) AS cost_to_serve
    FROM costs
    WHERE customer_id IS NOT NULL AND (period_start IS NULL OR period_start <= $as_of)
    GROUP BY customer_id
),
buyer AS (
    SELECT c.margin - coalesce(s.cost_to_serve, 0) AS profit, c.revenue
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN served AS s ON s.customer_id = c.customer_id
    WHERE c.orders > 0 AND c.revenue > 0 AND c.margin IS NOT NULL
)
SELECT profit, count(*) AS customers, sum(revenue) AS revenue
FROM buyer
GROUP BY profit
ORDER BY profit DESC
