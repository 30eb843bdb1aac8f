-- Service cases of each customer at the end of $cut_off: what was resolved later was open then.
-- Grain: one row per customer with a case by then.
SELECT
    customer_id,
    count(*) FILTER (WHERE CAST(opened_at AS DATE) > $year_before) AS cases,
    count(*) FILTER (WHERE resolved_at IS NULL OR CAST(resolved_at AS DATE) > $cut_off) AS open_cases,
    date_diff('day', CAST(max(opened_at) AS DATE), CAST($cut_off AS DATE)) AS days_since_case
FROM cases
WHERE customer_id IS NOT NULL AND CAST(opened_at AS DATE) <= $cut_off
GROUP BY customer_id
ORDER BY customer_id
