-- Purchases of the customers from variable low up to (not including) high on their own account, up to the first after
-- which they leave.
-- A customer's purchases are a Poisson process in the buying intensity: exponential gaps, more of them than can be
-- needed.
-- Whole numbers for the gaps make their running sum exact.
WITH steps AS (
    SELECT
        person, joined_x, orders_per_x, leave_share, discount_share, seq::INTEGER AS seq,
        purchase_key(person, seq) AS key
    FROM (
        SELECT
            *,
            unnest(range(ceil(
                orders_per_x * (1 - joined_x) + 3.5 * sqrt(orders_per_x * (1 - joined_x)) + 4
            )::BIGINT)) AS seq
        FROM people
        WHERE person >= getvariable('low') AND person < getvariable('high') AND NOT prospect
    )
),
experienced AS (
    SELECT
        *,
        CASE WHEN seq = 0 THEN joined_x ELSE -ln(draw('gap', key)) / orders_per_x END AS gap,
        draw('late', key) < getvariable('late_share') AS late,
        CASE WHEN draw('discounted', key) < discount_share THEN 10 * (1 + pick('discount', key, 3))
            ELSE 0 END AS discount_pct
    FROM steps
),
decided AS (
    SELECT
        *, draw('leave', key) < leave_share * CASE WHEN late THEN getvariable('leave_factor_late') ELSE 1 END
        * CASE WHEN discount_pct >= 20 THEN getvariable('leave_factor_discount') ELSE 1 END AS leaves
    FROM experienced
),
timed AS (
    SELECT
        person, seq, late, discount_pct, leaves, sum(least(round(gap * 1e12), 1e13)::BIGINT) OVER through AS position,
        sum(leaves::INTEGER) OVER through AS left_times
    FROM decided
    WINDOW through AS (PARTITION BY person ORDER BY seq ROWS UNBOUNDED PRECEDING)
)
SELECT
    person, seq::SMALLINT AS seq, getvariable('day_slots')[(position * 65536 // 1000000000000)::INTEGER + 1] AS day,
    late, discount_pct::UTINYINT AS discount_pct, leaves
FROM timed
WHERE position < 1000000000000 AND left_times - leaves::INTEGER = 0
ORDER BY person, seq
