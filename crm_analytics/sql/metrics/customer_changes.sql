-- The state of the customers of the audience on $before and on $as_of.
-- Grain: one row per customer and day, the earlier one first.
WITH state AS (
    SELECT
        FALSE AS is_now, customer_id, status, segment, abc_class, r_score, f_score, m_score, recency_days, purchase_days, orders, revenue,
        revenue_12m, margin, revenue_rank
    FROM customers_before
    UNION ALL
    SELECT
        TRUE AS is_now, customer_id, status, segment, abc_class, r_score, f_score, m_score, recency_days, purchase_days, orders, revenue,
        revenue_12m, margin, revenue_rank
    FROM customers
)
SELECT
    s.customer_id, s.is_now, s.status, s.segment, s.abc_class, s.r_score, s.f_score, s.m_score, s.recency_days, s.purchase_days, s.orders,
    s.revenue, s.revenue_12m, s.margin, s.revenue_rank
FROM state AS s
JOIN audience AS a ON a.customer_id = s.customer_id
ORDER BY s.customer_id, s.is_now
