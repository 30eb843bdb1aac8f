-- What winning and keeping customers cost, beside the customers won and kept, by the channel in which they first bought.
-- Grain: one row per period and channel ('not known' where there is none).
WITH won AS (
    SELECT CAST(date_trunc($period, c.first_order_on) AS DATE) AS period_start, coalesce(c.channel, 'not known') AS channel, count(*) AS customers
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.orders > 0
    GROUP BY CAST(date_trunc($period, c.first_order_on) AS DATE), coalesce(c.channel, 'not known')
),
stayed AS (
    -- a customer counts on the first purchase day of a period: the one before it lies before the period
    SELECT
        CAST(date_trunc($period, p.ordered_on) AS DATE) AS period_start,
        coalesce(c.channel, 'not known') AS channel,
        count(*) AS customers
    FROM purchase_days AS p
    JOIN customers AS c ON c.customer_id = p.customer_id
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE
        p.ordered_on <= $as_of
        AND p.gap_days > date_diff('day', CAST(date_trunc($period, p.ordered_on) AS DATE), CAST(p.ordered_on AS DATE))
    GROUP BY CAST(date_trunc($period, p.ordered_on) AS DATE), coalesce(c.channel, 'not known')
),
spent AS (
    SELECT
        CAST(date_trunc($period, period_start) AS DATE) AS period_start,
        coalesce(channel, 'not known') AS channel,
        sum(amount) FILTER (WHERE lower(kind) LIKE 'acq%' OR lower(kind) LIKE 'adq%' OR lower(kind) LIKE 'aqui%' OR lower(kind) LIKE 'neukund%'
            OR lower(kind) LIKE 'gewinn%' OR lower(kind) LIKE 'привлеч%') AS acquisition,
        sum(amount) FILTER (WHERE lower(kind) LIKE 'ret%' OR lower(kind) LIKE 'loyal%' OR lower(kind) LIKE 'fid%' OR lower(kind) LIKE '%bindung'
            OR lower(kind) LIKE 'удерж%') AS retention
    FROM costs
    WHERE period_start <= $as_of
    GROUP BY CAST(date_trunc($period, period_start) AS DATE), coalesce(channel, 'not known')
),
place AS (
    SELECT period_start, channel FROM won
    UNION
    SELECT period_start, channel FROM stayed
    UNION
    SELECT period_start, channel FROM spent
)
SELECT
    k.period_start,
    k.channel,
    coalesce(w.customers, 0) AS new_customers,
    coalesce(r.customers, 0) AS retained_customers,
    s.acquisition AS cost,
    s.retention AS retention_cost
FROM place AS k
LEFT JOIN won AS w ON w.period_start = k.period_start AND w.channel = k.channel
LEFT JOIN stayed AS r ON r.period_start = k.period_start AND r.channel = k.channel
LEFT JOIN spent AS s ON s.period_start = k.period_start AND s.channel = k.channel
ORDER BY k.period_start, k.channel
