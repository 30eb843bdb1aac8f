-- What the customers of the audience bring and answer, by two of their fields and by period.
-- Grain: one row per value of $rows, value of $columns and period; one period where $period is all.
-- $controls names the arms that were left alone: see left_alone in query/statements.py.
-- Fields are those of the as-of date. Customers count once for all time, else in the periods in which they bought.
WITH aged AS (
    SELECT
        customer_id,
        status,
        segment,
        abc_class,
        is_loyal,
        country,
        region,
        city,
        channel,
        gender,
        owner,
        born_on,
        orders,
        m_score,
        r_score,
        EXTRACT(YEAR FROM CAST($as_of AS DATE)) * 12 + EXTRACT(MONTH FROM CAST($as_of AS DATE))
        - (EXTRACT(YEAR FROM born_on) * 12 + EXTRACT(MONTH FROM born_on))
        - CASE WHEN EXTRACT(DAY FROM born_on) > EXTRACT(DAY FROM CAST($as_of AS DATE)) THEN 1 ELSE 0 END AS months_old
    FROM customers
),
valued AS (
    SELECT
        c.customer_id,
        coalesce(
        CASE $rows
            WHEN 'status' THEN c.status
            WHEN 'segment' THEN c.segment
            WHEN 'abc_class' THEN c.abc_class
            WHEN 'is_loyal' THEN CASE WHEN c.is_loyal THEN 'yes' WHEN NOT c.is_loyal THEN 'no' END
            WHEN 'country' THEN c.country
            WHEN 'region' THEN c.region
            WHEN 'city' THEN c.city
            WHEN 'channel' THEN c.channel
            WHEN 'gender' THEN c.gender
            WHEN 'owner' THEN c.owner
            WHEN 'age' THEN CASE
                WHEN c.born_on IS NULL OR c.born_on > $as_of THEN NULL
                WHEN c.months_old < 300 THEN 'under 25'
                WHEN c.months_old < 420 THEN '25 to 34'
                WHEN c.months_old < 540 THEN '35 to 44'
                WHEN c.months_old < 660 THEN '45 to 54'
                WHEN c.months_old < 780 THEN '55 to 64'
                ELSE '65 and over'
            END
            WHEN 'orders' THEN CASE
                WHEN c.orders = 0 THEN 'none'
                WHEN c.orders = 1 THEN '1'
                WHEN c.orders = 2 THEN '2'
                WHEN c.orders <= 5 THEN '3 to 5'
                WHEN c.orders <= 10 THEN '6 to 10'
                ELSE 'over 10'
            END
            WHEN 'revenue' THEN CASE WHEN c.m_score IS NOT NULL THEN 'fifth ' || CAST(c.m_score AS VARCHAR) || ' of 5' END
            WHEN 'recency' THEN CASE WHEN c.r_score IS NOT NULL THEN 'fifth ' || CAST(c.r_score AS VARCHAR) || ' of 5' END
        END,
            'unknown'
        ) AS row_value,
        CASE WHEN $columns = 'all' THEN 'all' ELSE coalesce(
        CASE $columns
            WHEN 'status' THEN c.status
            WHEN 'segment' THEN c.segment
            WHEN 'abc_class' THEN c.abc_class
            WHEN 'is_loyal' THEN CASE WHEN c.is_loyal THEN 'yes' WHEN NOT c.is_loyal THEN 'no' END
            WHEN 'country' THEN c.country
            WHEN 'region' THEN c.region
            WHEN 'city' THEN c.city
            WHEN 'channel' THEN c.channel
            WHEN 'gender' THEN c.gender
            WHEN 'owner' THEN c.owner
            WHEN 'age' THEN CASE
                WHEN c.born_on IS NULL OR c.born_on > $as_of THEN NULL
                WHEN c.months_old < 300 THEN 'under 25'
                WHEN c.months_old < 420 THEN '25 to 34'
                WHEN c.months_old < 540 THEN '35 to 44'
                WHEN c.months_old < 660 THEN '45 to 54'
                WHEN c.months_old < 780 THEN '55 to 64'
                ELSE '65 and over'
            END
            WHEN 'orders' THEN CASE
                WHEN c.orders = 0 THEN 'none'
                WHEN c.orders = 1 THEN '1'
                WHEN c.orders = 2 THEN '2'
                WHEN c.orders <= 5 THEN '3 to 5'
                WHEN c.orders <= 10 THEN '6 to 10'
                ELSE 'over 10'
            END
            WHEN 'revenue' THEN CASE WHEN c.m_score IS NOT NULL THEN 'fifth ' || CAST(c.m_score AS VARCHAR) || ' of 5' END
            WHEN 'recency' THEN CASE WHEN c.r_score IS NOT NULL THEN 'fifth ' || CAST(c.r_score AS VARCHAR) || ' of 5' END
        END,
            'unknown'
        ) END AS column_value
    FROM aged AS c
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
        AND NOT left_alone(t.arm, t.drawn_as)
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
