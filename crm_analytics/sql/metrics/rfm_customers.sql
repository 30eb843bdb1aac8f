-- Customers with their RFM measures, scores and segment, highest revenue first.
-- Grain: one row per customer, at most $limit.
SELECT
    c.customer_id,
    c.recency_days,
    CASE WHEN c.orders > 0 THEN coalesce(c.rfm_frequency, c.purchase_days) END AS frequency,
    CASE WHEN c.orders > 0 THEN coalesce(c.rfm_monetary, c.revenue) END AS monetary,
    c.r_score,
    c.f_score,
    c.m_score,
    c.fm_score,
    c.segment
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
ORDER BY c.revenue DESC NULLS LAST, c.customer_id
LIMIT $limit
