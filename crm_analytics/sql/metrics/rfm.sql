-- Customers, revenue and the typical member of each RFM segment.
-- Grain: one row per segment that occurs.
SELECT
    c.segment,
    count(*) AS customers,
    sum(c.revenue) AS revenue,
    median(CAST(c.recency_days AS DOUBLE)) AS median_recency_days,
    median(CAST(CASE WHEN c.orders > 0 THEN coalesce(c.rfm_frequency, c.purchase_days) END AS DOUBLE)) AS median_frequency,
    median(CAST(CASE WHEN c.orders > 0 THEN coalesce(c.rfm_monetary, c.revenue) END AS DOUBLE)) AS median_monetary
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
GROUP BY c.segment
ORDER BY c.segment
