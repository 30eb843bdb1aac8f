-- Orders as all figures count them, from lines and from totals.
-- Grain: one row per order (customer, order id); without an order id one per customer and time (lines) or per row (totals).
-- An order that is known by its lines is not counted again by its total; service lines (postage, fees) are kept apart.
-- `last_line_on` is the day of the last line where that is later than the order's.
-- `cost_amount` is what the lines whose product has a cost have cost, `costed_amount` what they brought; both null without such a line.
WITH line AS (
    SELECT
        l.source,
        coalesce(l.customer_id, h.customer_id) AS customer_id,
        l.order_id,
        coalesce(l.ordered_at, h.ordered_at) AS ordered_at,
        coalesce(l.country, h.country) AS country,
        coalesce(l.channel, h.channel) AS channel,
        l.quantity,
        coalesce(
            l.amount,
            -- a difference as wide as its parts: a digit more would take twice the memory and be added up more slowly
            CAST(
                money_of(coalesce(l.quantity, 1), l.unit_price) - coalesce(l.discount_amount, CAST(0 AS DECIMAL(18, 4)))
                AS DECIMAL(18, 4)
            )
        ) AS net_amount,
        coalesce(p.is_service, FALSE) AS is_service,
        -- a line without a quantity is one piece where its price says what it came to, else of unknown pieces
        money_of(CASE WHEN l.amount IS NULL THEN coalesce(l.quantity, 1) ELSE l.quantity END, p.unit_cost) AS cost_amount
    FROM core_order_lines AS l
    LEFT JOIN headers AS h ON h.source = l.source AND h.order_id = l.order_id
    LEFT JOIN articles AS p ON p.source = l.source AND p.article = coalesce(l.product_id, l.description)
),
from_lines AS (
    SELECT
        source,
        customer_id,
        order_id,
        CAST(min(ordered_at) AS DATE) AS ordered_on,
        CAST(max(ordered_at) AS DATE) AS last_line_on,
        sum(CASE WHEN is_service AND $exclude_services THEN 0 ELSE net_amount END) AS net_amount,
        sum(CASE WHEN net_amount > 0 AND NOT (is_service AND $exclude_services) THEN net_amount ELSE 0 END) AS gross_amount,
        sum(CASE WHEN is_service THEN net_amount ELSE 0 END) AS service_amount,
        sum(cost_amount) FILTER (WHERE NOT (is_service AND $exclude_services)) AS cost_amount,
        sum(net_amount) FILTER (WHERE cost_amount IS NOT NULL AND NOT (is_service AND $exclude_services)) AS costed_amount,
        sum(CASE WHEN is_service THEN 0 ELSE quantity END) AS units,
        count(*) AS lines,
        min(country) AS country,
        min(channel) AS channel
    FROM line
    WHERE ordered_at IS NOT NULL
    GROUP BY source, customer_id, order_id, CASE WHEN order_id IS NULL THEN ordered_at END
),
alone AS (
    -- found by their keys first: where lines tell all, every order is looked up and none is left
    SELECT o.source, o.order_id
    FROM core_orders AS o
    ANTI JOIN core_order_lines AS k ON k.source = o.source AND k.order_id = o.order_id
),
total AS (
    SELECT
        o.source,
        o.customer_id,
        o.order_id,
        o.ordered_at,
        coalesce(
            o.amount,
            o.total_amount - coalesce(o.tax_amount, CAST(0 AS DECIMAL(18, 4)))
            - coalesce(o.shipping_amount, CAST(0 AS DECIMAL(18, 4)))
        ) AS net_amount,
        o.units,
        o.country,
        o.channel,
        CASE WHEN o.order_id IS NULL THEN o.import_id END AS import_id,
        CASE WHEN o.order_id IS NULL THEN o.line END AS line
    FROM core_orders AS o
    SEMI JOIN alone AS a ON a.source = o.source AND a.order_id IS NOT DISTINCT FROM o.order_id
),
from_totals AS (
    SELECT
        source,
        customer_id,
        order_id,
        CAST(min(ordered_at) AS DATE) AS ordered_on,
        CAST(min(ordered_at) AS DATE) AS last_line_on,
        sum(net_amount) AS net_amount,
        sum(CASE WHEN net_amount > 0 THEN net_amount ELSE 0 END) AS gross_amount,
        CAST(0 AS DECIMAL(38, 4)) AS service_amount,
        CAST(NULL AS DECIMAL(38, 4)) AS cost_amount,
        CAST(NULL AS DECIMAL(38, 4)) AS costed_amount,
        sum(units) AS units,
        CAST(0 AS BIGINT) AS lines,
        min(country) AS country,
        min(channel) AS channel
    FROM total
    GROUP BY source, customer_id, order_id, import_id, line
),
every_order AS (
    SELECT
        source, customer_id, order_id, ordered_on, last_line_on, net_amount, gross_amount, service_amount, cost_amount, costed_amount,
        units, lines, country, channel
    FROM from_lines
    UNION ALL
    SELECT
        source, customer_id, order_id, ordered_on, last_line_on, net_amount, gross_amount, service_amount, cost_amount, costed_amount,
        units, lines, country, channel
    FROM from_totals
)
SELECT
    e.source,
    n.customer_no,
    n.customer_id,
    e.order_id,
    e.ordered_on,
    nullif(e.last_line_on, e.ordered_on) AS last_line_on,
    CAST(e.net_amount AS DECIMAL(18, 4)) AS net_amount,
    CAST(e.gross_amount AS DECIMAL(18, 4)) AS gross_amount,
    CAST(e.service_amount AS DECIMAL(18, 4)) AS service_amount,
    CAST(e.cost_amount AS DECIMAL(18, 4)) AS cost_amount,
    CAST(e.costed_amount AS DECIMAL(18, 4)) AS costed_amount,
    e.units,
    e.lines,
    e.net_amount > 0 AS is_purchase,
    e.country,
    e.channel
FROM every_order AS e
LEFT JOIN numbers AS n ON n.customer_id = CASE WHEN $several_sources THEN e.source || ':' || e.customer_id ELSE e.customer_id END
-- a customer's orders stand together, whoever sums them up meets each once; guests' orders come first: who asks for them alone
-- reads only their part
ORDER BY n.customer_no NULLS FIRST, e.ordered_on, e.order_id NULLS FIRST, e.net_amount
