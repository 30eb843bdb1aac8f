-- Repeat purchases to $cut_off, and the purchase days from then to $as_of, of the whole base: a model is fitted on everybody,
-- an audience only selects what is shown of it.
-- Grain: one row per repeat purchase days, days to the last of them, days known, and later purchase days.
WITH history AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE ordered_on <= $cut_off) - 1 AS repeats,
        min(ordered_on) AS first_on,
        max(ordered_on) FILTER (WHERE ordered_on <= $cut_off) AS last_on,
        count(*) FILTER (WHERE ordered_on > $cut_off) AS later
    FROM purchase_days
    WHERE ordered_on <= $as_of
    GROUP BY customer_id
),
measured AS (
    SELECT
        repeats,
        date_diff('day', CAST(first_on AS DATE), CAST(last_on AS DATE)) AS last_days,
        date_diff('day', CAST(first_on AS DATE), CAST($cut_off AS DATE)) AS known_days,
        later
    FROM history
    WHERE first_on <= $cut_off
)
SELECT repeats, last_days, known_days, later, count(*) AS customers
FROM measured
GROUP BY repeats, last_days, known_days, later
ORDER BY repeats, last_days, known_days, later
