-- Purchase days of all buyers to $cut_off, lapsed ones too, that the rhythm of purchases is fitted on. Of one in $every.
-- Grain: one row per repeat purchase days, days to the last of them, and days known.
WITH history AS (
    SELECT
        customer_no,
        count(*) - 1 AS repeats,
        min(ordered_on) AS first_on,
        max(ordered_on) AS last_on
    FROM purchase_days
    WHERE customer_no IN (SELECT customer_no FROM numbers WHERE sample_no % $every = 0) AND ordered_on <= $cut_off
    GROUP BY customer_no
),
measured AS (
    SELECT
        repeats,
        date_diff('day', CAST(first_on AS DATE), CAST(last_on AS DATE)) AS last_days,
        date_diff('day', CAST(first_on AS DATE), CAST($cut_off AS DATE)) AS known_days
    FROM history
)
SELECT repeats, last_days, known_days, count(*) AS customers
FROM measured
GROUP BY repeats, last_days, known_days
ORDER BY repeats, last_days, known_days
