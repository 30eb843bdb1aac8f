-- Days from five years before the last day (day 0 is the first of the history), each with the intensity of buying on
-- it.
-- Weights are whole numbers, so that their running sum is exact.
WITH days AS (
    SELECT day::INTEGER AS day, getvariable('first_day') + day::INTEGER AS date
    FROM range(-getvariable('days_before'), getvariable('days')) AS r (day)
),
weighted AS (
    SELECT
        day, date,
        CASE WHEN getvariable('stationary') THEN 1000000
            ELSE round(
                1000000 * (1 + 0.3 * cos(2 * pi() * (dayofyear(date) - 340) / 365.25))
                * [1.05, 0.95, 0.95, 1.0, 1.15, 1.3, 0.6][isodow(date)]
            )
        END::BIGINT AS weight
    FROM days
)
SELECT day, date, weight, (sum(weight) OVER (ORDER BY day) - weight)::BIGINT AS before,
    (sum(weight) OVER ())::BIGINT AS total
FROM weighted
ORDER BY day
