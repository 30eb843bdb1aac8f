-- What the customers of the audience bring, by what the files of orders, or of their lines, say beside the fields.
-- Grain: one row per value of $rows, value of $columns and period; one period where $period is all.
-- $rows and $columns are order_channel, order_country, or else name a column of the file by its path; 'all' is no division.
-- $of_lines: a column of order lines divides an order into what its lines came to, one of orders names the whole order.
-- What no line says is unknown; orders without a number count by customer and day.
WITH ordered AS (
    SELECT
        o.source,
        o.customer_id,
        o.order_id,
        CASE WHEN o.order_id IS NULL THEN o.ordered_on END AS day,
        min(o.ordered_on) AS ordered_on,
        sum(o.net_amount) AS net_amount,
        max(CASE WHEN o.is_purchase THEN 1 ELSE 0 END) AS purchases,
        min(o.channel) AS channel,
        min(o.country) AS country
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    GROUP BY o.source, o.customer_id, o.order_id, CASE WHEN o.order_id IS NULL THEN o.ordered_on END
),
row_of_file AS (
    SELECT
        r.source,
        r.customer_id,
        r.order_id,
        CASE WHEN r.order_id IS NULL THEN r.ordered_on END AS day,
        json_extract_string(r.attributes, $row_path) AS row_value,
        json_extract_string(r.attributes, $column_path) AS column_value,
        CASE WHEN coalesce(p.is_service, FALSE) AND $exclude_services THEN 0 ELSE r.net_amount END AS net_amount
    FROM order_rows AS r
    JOIN audience AS a ON a.customer_id = r.customer_id
    LEFT JOIN articles AS p ON p.source = r.source AND p.article = r.article
    WHERE r.is_line = $of_lines
),
told AS (
    SELECT source, customer_id, order_id, day, row_value, column_value, sum(net_amount) AS net_amount
    FROM row_of_file
    WHERE $of_lines OR order_id IS NULL
    GROUP BY source, customer_id, order_id, day, row_value, column_value
    UNION ALL
    SELECT
        source,
        customer_id,
        order_id,
        day,
        max(row_value) AS row_value,
        max(column_value) AS column_value,
        CAST(NULL AS DECIMAL(38, 4)) AS net_amount
    FROM row_of_file
    WHERE NOT $of_lines AND order_id IS NOT NULL
    GROUP BY source, customer_id, order_id, day
),
left_over AS (
    -- what an order comes to beside the rows that say something
    SELECT
        o.source,
        o.customer_id,
        o.order_id,
        o.day,
        CAST(NULL AS VARCHAR) AS row_value,
        CAST(NULL AS VARCHAR) AS column_value,
        o.net_amount - coalesce(sum(t.net_amount), CAST(0 AS DECIMAL(38, 4))) AS net_amount
    FROM ordered AS o
    LEFT JOIN told AS t
        ON t.source = o.source AND t.customer_id = o.customer_id AND t.order_id IS NOT DISTINCT FROM o.order_id
        AND t.day IS NOT DISTINCT FROM o.day
    GROUP BY o.source, o.customer_id, o.order_id, o.day, o.net_amount
    HAVING count(t.source) = 0 OR (count(t.net_amount) > 0 AND o.net_amount <> sum(t.net_amount))
),
piece AS (
    SELECT source, customer_id, order_id, day, row_value, column_value, net_amount FROM told
    UNION ALL
    SELECT source, customer_id, order_id, day, row_value, column_value, net_amount FROM left_over
),
named AS (
    SELECT
        o.source,
        o.customer_id,
        o.order_id,
        o.day,
        o.ordered_on,
        o.purchases,
        coalesce(p.net_amount, o.net_amount) AS net_amount,
        coalesce(
            CASE $rows
                WHEN 'all' THEN 'all' WHEN 'order_channel' THEN o.channel WHEN 'order_country' THEN o.country ELSE p.row_value
            END,
            'unknown'
        ) AS row_value,
        coalesce(
            CASE $columns
                WHEN 'all' THEN 'all' WHEN 'order_channel' THEN o.channel WHEN 'order_country' THEN o.country ELSE p.column_value
            END,
            'unknown'
        ) AS column_value,
        CASE $period
            WHEN 'month' THEN CAST(date_trunc('month', o.ordered_on) AS DATE)
            WHEN 'quarter' THEN CAST(date_trunc('quarter', o.ordered_on) AS DATE)
            WHEN 'year' THEN CAST(date_trunc('year', o.ordered_on) AS DATE)
        END AS period_start
    FROM ordered AS o
    JOIN piece AS p
        ON p.source = o.source AND p.customer_id = o.customer_id AND p.order_id IS NOT DISTINCT FROM o.order_id
        AND p.day IS NOT DISTINCT FROM o.day
),
once AS (
    SELECT
        row_value,
        column_value,
        period_start,
        customer_id,
        sum(net_amount) AS revenue,
        max(purchases) AS orders
    FROM named
    GROUP BY row_value, column_value, period_start, customer_id, source, order_id, day
)
SELECT
    row_value,
    column_value,
    period_start,
    sum(revenue) AS revenue,
    sum(orders) AS orders,
    count(DISTINCT CASE WHEN orders > 0 THEN customer_id END) AS customers
FROM once
GROUP BY row_value, column_value, period_start
ORDER BY row_value, column_value, period_start
