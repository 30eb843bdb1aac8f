-- The customers of the audience in counts and sums: buyers, repeat buyers, loyal ones, and each status.
-- Grain: one row.
SELECT
    count(*) AS customers,
    count(*) FILTER (WHERE c.orders > 0) AS buyers,
    count(*) FILTER (WHERE c.purchase_days >= 2) AS repeat_buyers,
    count(*) FILTER (WHERE c.is_loyal) AS loyal_customers,
    count(*) FILTER (WHERE c.status = 'new') AS new,
    count(*) FILTER (WHERE c.status = 'active') AS active,
    count(*) FILTER (WHERE c.status = 'declining') AS declining,
    count(*) FILTER (WHERE c.status = 'lapsed') AS lapsed,
    count(*) FILTER (WHERE c.status = 'prospect') AS prospects,
    CAST(coalesce(sum(c.orders), 0) AS BIGINT) AS orders,
    CAST(coalesce(sum(c.purchase_days), 0) AS BIGINT) AS purchase_days,
    coalesce(sum(c.revenue), 0) AS revenue,
    coalesce(sum(c.gross_revenue), 0) AS gross_revenue,
    min(c.first_order_on) AS first_order_on,
    max(c.last_order_on) AS last_order_on
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
