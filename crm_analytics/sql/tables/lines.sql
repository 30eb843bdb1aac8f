-- Order lines as all figures count them: of whom, on the day of their order, what it was, and what it cost.
-- Grain: one row per line. `moment` is a time on that day: compared as it is, it spares reading the lines of other times, which
-- the day, made of it, does not. `cost_amount` is null where the product has no cost. Sums by order are those of `orders`: service lines
-- (postage, fees) are marked, and worth 0 where the business excludes them.
WITH late AS (
    -- the day of an order is that of its first line
    SELECT source, customer_id, order_id, min(ordered_on) AS ordered_on, CAST(min(ordered_on) AS TIMESTAMP) AS moment
    FROM orders
    WHERE last_line_on IS NOT NULL
    GROUP BY source, customer_id, order_id
),
line AS (
    SELECT
        l.source,
        CASE
            WHEN $several_sources THEN l.source || ':' || coalesce(l.customer_id, h.customer_id)
            ELSE coalesce(l.customer_id, h.customer_id)
        END AS customer_id,
        l.order_id,
        CAST(coalesce(l.ordered_at, h.ordered_at) AS DATE) AS ordered_on,
        coalesce(l.ordered_at, h.ordered_at) AS moment,
        l.product_id,
        coalesce(l.product_line, p.product_line) AS product_line,
        l.quantity,
        coalesce(
            l.amount,
            -- a difference as wide as its parts: a digit more would take twice the memory and be added up more slowly
            CAST(
                money_of(coalesce(l.quantity, 1), l.unit_price) - coalesce(l.discount_amount, CAST(0 AS DECIMAL(18, 4)))
                AS DECIMAL(18, 4)
            )
        ) AS net_amount,
        money_of(CASE WHEN l.amount IS NULL THEN coalesce(l.quantity, 1) ELSE l.quantity END, p.unit_cost) AS cost_amount,
        coalesce(p.is_service, FALSE) AS is_service
    FROM core_order_lines AS l
    LEFT JOIN headers AS h ON h.source = l.source AND h.order_id = l.order_id
    LEFT JOIN articles AS p ON p.source = l.source AND p.article = coalesce(l.product_id, l.description)
    WHERE coalesce(l.ordered_at, h.ordered_at) IS NOT NULL
)
SELECT
    l.customer_id,
    coalesce(d.ordered_on, l.ordered_on) AS ordered_on,
    coalesce(d.moment, l.moment) AS moment,
    l.source,
    l.order_id,
    l.product_id,
    l.product_line,
    l.quantity,
    CASE WHEN l.is_service AND $exclude_services THEN 0 ELSE l.net_amount END AS net_amount,
    CASE WHEN l.is_service AND $exclude_services THEN NULL ELSE l.cost_amount END AS cost_amount,
    l.is_service
FROM line AS l
LEFT JOIN late AS d ON d.source = l.source AND d.order_id = l.order_id AND d.customer_id IS NOT DISTINCT FROM l.customer_id
ORDER BY
    l.source, l.order_id, l.customer_id, l.ordered_on, l.product_id, l.product_line, l.quantity, l.net_amount, l.cost_amount
