-- Order lines whose day neither they nor their order's header say: they are in no figure.
-- Grain: one row.
WITH undated AS (
    SELECT count(*) AS lines
    FROM core_order_lines AS l
    LEFT JOIN headers AS h ON h.source = l.source AND h.order_id = l.order_id
    WHERE l.ordered_at IS NULL AND h.ordered_at IS NULL
),
every_line AS (
    SELECT count(*) AS lines FROM core_order_lines
)
SELECT e.lines, u.lines AS undated_lines
FROM every_line AS e
CROSS JOIN undated AS u
