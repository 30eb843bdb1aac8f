-- Orders by the month in which they were promised: delivered by that day, later, or not yet.
-- Grain: one row per month.
SELECT
    CAST(date_trunc('month', d.promised_on) AS DATE) AS period_start,
    count(*) AS promised,
    count(*) FILTER (WHERE d.delivered_on <= d.promised_on) AS on_time,
    count(*) FILTER (WHERE d.delivered_on > d.promised_on AND d.delivered_on <= $as_of) AS late,
    coalesce(sum(date_diff('day', CAST(d.promised_on AS DATE), CAST(d.delivered_on AS DATE)))
        FILTER (WHERE d.delivered_on > d.promised_on AND d.delivered_on <= $as_of), 0) AS days_late
FROM deliveries AS d
LEFT JOIN orders AS o ON o.source = d.source AND o.order_id = d.order_id
JOIN audience AS a ON a.customer_id = o.customer_id
WHERE d.promised_on <= $as_of
GROUP BY CAST(date_trunc('month', d.promised_on) AS DATE)
ORDER BY period_start
