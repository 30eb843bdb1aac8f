-- Orders without a customer, and deliveries before the order, with the revenue of those orders.
-- Grain: source x table x column.
WITH ordered AS (
    SELECT o.source, o.order_id, o.customer_id, o.ordered_on, o.net_amount
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of
),
cell AS (
    SELECT
        source,
        'orders' AS table_name,
        'customer_id' AS column_name,
        net_amount,
        customer_id IS NULL AS is_missing,
        FALSE AS is_suspicious
    FROM ordered
    UNION ALL
    -- several customers may have an order of one id: its delivery counts once, and is too early where it was before all of them
    SELECT
        d.source,
        'deliveries',
        'delivered_on',
        sum(o.net_amount),
        d.delivered_on IS NULL,
        d.delivered_on < min(o.ordered_on)
    FROM ordered AS o
    JOIN deliveries AS d ON d.source = o.source AND d.order_id = o.order_id
    GROUP BY d.source, d.order_id, d.delivered_on
)
SELECT
    source,
    table_name,
    column_name,
    count(*) AS rows,
    count(*) FILTER (WHERE is_missing) AS missing,
    count(*) FILTER (WHERE NOT is_missing AND is_suspicious) AS suspicious,
    sum(CASE WHEN is_missing OR is_suspicious THEN net_amount ELSE 0 END) AS revenue_behind
FROM cell
GROUP BY source, table_name, column_name
ORDER BY source, table_name, column_name
