-- What the customers of the audience bring and answer, by two of their fields and by period.
-- Grain: one row per value of $rows, value of $columns and period; one period where $period is all.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Fields are those of the as-of date. Customers count once for all time, else in the periods in which they bought.
WITH valued AS (
    SELECT
        c.customer_id,
        coalesce(value_of($rows), 'unknown') AS row_value,
        CASE WHEN $columns = 'all' THEN 'all' ELSE coalesce(value_of($columns), 'unknown') END AS column_value
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
),
facts AS (
    SELECT
        o.customer_id,
        o.ordered_on AS happened_on,
        o.net_amount AS revenue,
        CASE WHEN o.is_purchase THEN 1 ELSE 0 END AS orders,
        0 AS contacts,
        0 AS responses,
        CASE WHEN o.is_purchase THEN o.customer_id END AS counted
    FROM orders AS o
    WHERE o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    UNION ALL
    SELECT
        t.customer_id,
        CAST(t.contacted_at AS DATE) AS happened_on,
        CAST(0 AS DECIMAL(18, 4)) AS revenue,
        0 AS orders,
        1 AS contacts,
        CASE WHEN coalesce(come_by(t.responded, t.responded_at, $as_of), come_by(t.converted, t.converted_at, $as_of)) THEN 1 ELSE 0 END AS responses,
        NULL AS counted
    FROM contacts AS t
    WHERE
        coalesce(t.responded, t.converted) IS NOT NULL
        AND coalesce(t.sent, TRUE)
        AND t.direction IS DISTINCT FROM 'in'
        AND NOT left_alone($controls, t.arm, t.drawn_as)
        AND coalesce(CAST(t.contacted_at AS DATE), $as_of) <= $as_of
    UNION ALL
    SELECT
        customer_id,
        CAST($as_of AS DATE) AS happened_on,
        CAST(0 AS DECIMAL(18, 4)) AS revenue,
        0 AS orders,
        0 AS contacts,
        0 AS responses,
        customer_id AS counted
    FROM customers
    WHERE $period = 'all'
),
dated AS (
    SELECT
        customer_id,
        revenue,
        orders,
        contacts,
        responses,
        counted,
        CASE $period
            WHEN 'month' THEN CAST(date_trunc('month', happened_on) AS DATE)
            WHEN 'quarter' THEN CAST(date_trunc('quarter', happened_on) AS DATE)
            WHEN 'year' THEN CAST(date_trunc('year', happened_on) AS DATE)
        END AS period_start
    FROM facts
)
SELECT
    v.row_value,
    v.column_value,
    d.period_start,
    sum(d.revenue) AS revenue,
    sum(d.orders) AS orders,
    sum(d.contacts) AS contacts,
    sum(d.responses) AS responses,
    count(DISTINCT d.counted) AS customers
FROM dated AS d
JOIN valued AS v ON v.customer_id = d.customer_id
WHERE $period = 'all' OR d.period_start IS NOT NULL
GROUP BY v.row_value, v.column_value, d.period_start
ORDER BY v.row_value, v.column_value, d.period_start
