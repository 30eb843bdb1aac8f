-- The state of the customers of the audience on $before and on $as_of.
-- Grain: one row per customer and day, the earlier one first.
WITH state AS (
    SELECT
        c.customer_id, FALSE AS is_now, c.status, c.segment, c.abc_class, c.r_score, c.f_score, c.m_score, c.recency_days, c.purchase_days,
        c.orders, c.revenue, c.revenue_12m, c.margin, c.revenue_rank
    FROM customers_before AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    UNION ALL
    SELECT
        c.customer_id, TRUE AS is_now, c.status, c.segment, c.abc_class, c.r_score, c.f_score, c.m_score, c.recency_days, c.purchase_days,
        c.orders, c.revenue, c.revenue_12m, c.margin, c.revenue_rank
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT
    s.customer_id, s.is_now, s.status, s.segment, s.abc_class, s.r_score, s.f_score, s.m_score, s.recency_days, s.purchase_days, s.orders,
    s.revenue, s.revenue_12m, s.margin, s.revenue_rank
FROM state AS s
ORDER BY s.customer_id, s.is_now
