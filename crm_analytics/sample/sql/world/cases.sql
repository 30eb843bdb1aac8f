-- Service cases: half of the late deliveries, and a few of the other orders.
WITH complained AS (
    SELECT order_no, key, person, late, placed_at + to_seconds(5 * 86400 + pick('case time', key, 86400)) AS opened_at
    FROM placed
    WHERE person IS NOT NULL AND draw('complains', key) < CASE WHEN late THEN 0.5 ELSE 0.02 END
)
SELECT
    order_no, key, person, CASE WHEN late THEN 'late delivery'
        ELSE ['product', 'invoice', 'question'][pick('case kind', key, 3) + 1] END AS kind,
    opened_at, opened_at + to_seconds(floor(-36000 * ln(draw('first response', key)))::BIGINT) AS first_response_at,
    opened_at + to_seconds(floor(-36000 * ln(draw('first response', key)) - 140000
        * ln(draw('resolution', key)))::BIGINT) AS resolved_at
FROM complained
WHERE opened_at < getvariable('last_day') + INTERVAL 1 DAY
ORDER BY opened_at, order_no
