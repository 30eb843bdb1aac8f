-- Orders by the month in which they were promised: delivered by that day, later, or not yet.
-- Grain: one row per month.
WITH promise AS (
    -- several customers may have an order of one id: its delivery counts once
    SELECT DISTINCT d.source, d.order_id, d.promised_on, d.delivered_on
    FROM deliveries AS d
    LEFT JOIN orders AS o ON o.source = d.source AND o.order_id = d.order_id
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE d.promised_on <= $as_of
)
SELECT
    CAST(date_trunc('month', promised_on) AS DATE) AS period_start,
    count(*) AS promised,
    count(*) FILTER (WHERE delivered_on <= promised_on) AS on_time,
    count(*) FILTER (WHERE delivered_on > promised_on AND delivered_on <= $as_of) AS late,
    coalesce(sum(date_diff('day', CAST(promised_on AS DATE), CAST(delivered_on AS DATE)))
        FILTER (WHERE delivered_on > promised_on AND delivered_on <= $as_of), 0) AS days_late
FROM promise
GROUP BY CAST(date_trunc('month', promised_on) AS DATE)
ORDER BY period_start
