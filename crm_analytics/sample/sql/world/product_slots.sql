-- 4,096 slots for each product line, line 0 standing for all of them: a uniform draw picks a product through them.
WITH shares AS (
    SELECT
        choice.line, product,
        round(1000000 * popularity)::BIGINT AS weight
    FROM catalogue
    INNER JOIN (SELECT line::INTEGER AS line FROM range(9) AS r (line)) AS choice
        ON choice.line = 0 OR choice.line = catalogue.line
    WHERE product > 0
),
positions AS (
    SELECT
        line, product, sum(weight) OVER (PARTITION BY line ORDER BY product) - weight AS before,
        sum(weight) OVER (PARTITION BY line) AS total
    FROM shares
),
slots AS (
    SELECT line, slot, slot * total // 4096 AS position
    FROM (SELECT DISTINCT line, total FROM positions), range(4096) AS r (slot)
)
SELECT slots.line * 4096 + slots.slot AS slot, positions.product
FROM slots ASOF JOIN positions ON slots.line = positions.line AND slots.position >= positions.before
ORDER BY slots.line * 4096 + slots.slot
