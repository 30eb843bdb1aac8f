-- How long cases took to the first response and to their solution, in whole minutes; what ended before it began is counted apart.
-- Grain: one row per kind of case, measure and minutes.
WITH ended AS (
    SELECT kind, customer_id, opened_at, 'first_response' AS measure, first_response_at AS ended_at
    FROM cases
    WHERE first_response_at IS NOT NULL
    UNION ALL
    SELECT kind, customer_id, opened_at, 'resolution' AS measure, resolved_at AS ended_at
    FROM cases
    WHERE resolved_at IS NOT NULL
),
timed AS (
    SELECT
        coalesce(e.kind, 'not known') AS kind,
        e.measure,
        date_diff('day', CAST(e.opened_at AS DATE), CAST(e.ended_at AS DATE)) * 1440
        + (hour(e.ended_at) - hour(e.opened_at)) * 60 + minute(e.ended_at) - minute(e.opened_at) AS minutes
    FROM ended AS e
    JOIN audience AS a ON a.customer_id = e.customer_id
    WHERE CAST(e.ended_at AS DATE) <= $as_of
)
SELECT kind, measure, minutes, count(*) AS cases
FROM timed
GROUP BY kind, measure, minutes
ORDER BY kind, measure, minutes
