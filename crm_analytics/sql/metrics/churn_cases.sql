-- Service cases of each customer (of one in $every) at the end of $cut_off: what was resolved later was open then.
-- Grain: one row per customer with a case by then.
SELECT
    n.customer_no,
    count(*) FILTER (WHERE CAST(opened_at AS DATE) > $year_before) AS cases,
    count(*) FILTER (WHERE resolved_at IS NULL OR CAST(resolved_at AS DATE) > $cut_off) AS open_cases,
    date_diff('day', CAST(max(opened_at) AS DATE), CAST($cut_off AS DATE)) AS days_since_case
FROM cases AS e
JOIN numbers AS n ON n.customer_id = e.customer_id
WHERE n.sample_no % $every = 0 AND CAST(opened_at AS DATE) <= $cut_off
GROUP BY n.customer_no
ORDER BY n.customer_no
