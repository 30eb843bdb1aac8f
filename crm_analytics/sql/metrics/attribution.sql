-- Conversions after contacts, divided among the contacts of the $window days before: first, last, linear, time decay, position.
-- A conversion is a purchase ($from_orders), else a contact that the file calls converted. Undated contacts share one day.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per channel (or campaign).
WITH touch AS (
    SELECT
        c.customer_id,
        c.import_id,
        c.line,
        coalesce(CASE WHEN $by = 'campaign' THEN c.campaign_id ELSE coalesce(c.channel, k.channel) END, 'not known') AS part,
        c.contacted_at,
        coalesce(CAST(c.contacted_at AS DATE), CAST('1970-01-01' AS DATE)) AS contacted_on,
        come_by(c.converted, c.converted_at, $as_of) AS converted,
        c.revenue
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN campaigns AS k ON k.source = c.source AND k.campaign_id = c.campaign_id
    WHERE c.customer_id IS NOT NULL
    AND coalesce(CAST(c.contacted_at AS DATE), $as_of) <= $as_of
    AND coalesce(c.sent, c.delivered OR c.opened OR c.clicked) IS NOT FALSE
    AND NOT left_alone($controls, c.arm, c.drawn_as)
),
conversion AS (
    SELECT customer_id, ordered_on AS converted_on, CAST(net_amount AS DOUBLE) AS revenue
    FROM orders
    WHERE $from_orders AND is_purchase AND customer_id IS NOT NULL AND ordered_on <= $as_of
    UNION ALL
    SELECT customer_id, contacted_on AS converted_on, CAST(coalesce(revenue, 0) AS DOUBLE) AS revenue
    FROM touch
    WHERE NOT $from_orders AND converted
),
followed AS (
    -- orders of one day are one conversion with all their steps
    SELECT
        v.customer_id,
        v.converted_on,
        t.import_id,
        t.line,
        t.part,
        t.contacted_at,
        date_diff('day', CAST(t.contacted_on AS DATE), CAST(v.converted_on AS DATE)) AS days,
        count(*) AS conversions,
        sum(v.revenue) AS revenue
    FROM conversion AS v
    JOIN touch AS t ON t.customer_id = v.customer_id
    AND date_diff('day', CAST(t.contacted_on AS DATE), CAST(v.converted_on AS DATE)) BETWEEN 0 AND $window
    GROUP BY
        v.customer_id, v.converted_on, t.import_id, t.line, t.part, t.contacted_at,
        date_diff('day', CAST(t.contacted_on AS DATE), CAST(v.converted_on AS DATE))
),
step AS (
    SELECT
        conversions,
        revenue,
        part,
        row_number() OVER (PARTITION BY customer_id, converted_on ORDER BY contacted_at NULLS FIRST, import_id, line) AS place,
        count(*) OVER (PARTITION BY customer_id, converted_on) AS steps,
        power(0.5, days / nullif(CAST($half_life AS DOUBLE), 0)) AS fresh,
        sum(power(0.5, days / nullif(CAST($half_life AS DOUBLE), 0))) OVER (PARTITION BY customer_id, converted_on) AS all_fresh
    FROM followed
),
weighed AS (
    SELECT
        part,
        conversions,
        revenue,
        CASE WHEN place = 1 THEN 1.0 ELSE 0.0 END AS first_part,
        CASE WHEN place = steps THEN 1.0 ELSE 0.0 END AS last_part,
        1.0 / nullif(CAST(steps AS DOUBLE), 0) AS linear_part,
        fresh / nullif(all_fresh, 0) AS decay_part,
        CASE
            WHEN steps <= 2 THEN 1.0 / nullif(CAST(steps AS DOUBLE), 0)
            WHEN place = 1 OR place = steps THEN 0.4
            ELSE 0.2 / nullif(CAST(steps - 2 AS DOUBLE), 0)
        END AS position_part
    FROM step
)
SELECT
    part,
    count(*) AS steps,
    sum(conversions * first_part) AS first_conversions,
    sum(conversions * last_part) AS last_conversions,
    sum(conversions * linear_part) AS linear_conversions,
    sum(conversions * decay_part) AS decay_conversions,
    sum(conversions * position_part) AS position_conversions,
    sum(revenue * first_part) AS first_revenue,
    sum(revenue * last_part) AS last_revenue,
    sum(revenue * linear_part) AS linear_revenue,
    sum(revenue * decay_part) AS decay_revenue,
    sum(revenue * position_part) AS position_revenue
FROM weighed
GROUP BY part
ORDER BY part
