-- Customers by their RFM segment on $before and on $as_of, with their revenue of the 12 months to the later date.
-- Grain: one row per pair of segments that occurs.
SELECT
    coalesce(b.segment, 'Not yet a customer') AS from_segment,
    c.segment AS to_segment,
    count(*) AS customers,
    sum(c.revenue_12m) AS revenue
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN customers_before AS b ON b.customer_id = c.customer_id
GROUP BY coalesce(b.segment, 'Not yet a customer'), c.segment
ORDER BY from_segment, to_segment
