-- The same by the product line that brought most of the first purchase day's amount.
-- Grain: one row per product line and number of days; days is null for those left out.
WITH gone AS (
    SELECT customer_id, min(ordered_on) AS gone_on
    FROM last_before_gap
    GROUP BY customer_id
),
begun AS (
    SELECT
        o.customer_id,
        coalesce(l.product_line, p.product_line) AS product_line,
        sum(coalesce(l.amount, money_of(l.quantity, l.unit_price))) AS amount
    FROM customers AS c
    JOIN orders AS o ON o.customer_id = c.customer_id AND o.ordered_on = c.first_order_on
    JOIN core_order_lines AS l ON l.source = o.source AND l.order_id = o.order_id
    LEFT JOIN products AS p ON p.source = l.source AND p.product_id = l.product_id
    WHERE coalesce(l.product_line, p.product_line) IS NOT NULL
    GROUP BY o.customer_id, coalesce(l.product_line, p.product_line)
),
placed AS (
    SELECT customer_id, product_line, row_number() OVER (PARTITION BY customer_id ORDER BY amount DESC, product_line) AS place
    FROM begun
),
watched AS (
    SELECT
        coalesce(b.product_line, 'not known') AS grouped,
        CASE
            WHEN c.first_order_on <= $seen_to
                THEN date_diff('day', CAST(c.first_order_on AS DATE), CAST(coalesce(g.gone_on, $seen_to) AS DATE))
        END AS days,
        g.gone_on IS NOT NULL AS is_gone
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN placed AS b ON b.customer_id = c.customer_id AND b.place = 1
    LEFT JOIN gone AS g ON g.customer_id = c.customer_id
    WHERE c.orders > 0
)
SELECT
    grouped,
    days,
    count(*) FILTER (WHERE is_gone) AS events,
    count(*) FILTER (WHERE NOT is_gone) AS censored
FROM watched
GROUP BY grouped, days
ORDER BY grouped, days
