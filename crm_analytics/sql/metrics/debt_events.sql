-- Rows of what customers did, and was done with them, that name no customer or no day, or a day after that of the figures.
-- Grain: one row per kind of table.
SELECT
    'contacts' AS table_name,
    count(*) AS rows,
    count(*) FILTER (WHERE customer_id IS NULL) AS without_customer,
    count(*) FILTER (WHERE contacted_at IS NULL) AS without_day,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) > $as_of) AS after_day
FROM contacts
UNION ALL
SELECT 'survey_answers', count(*), count(*) FILTER (WHERE customer_id IS NULL), count(*) FILTER (WHERE answered_at IS NULL),
    count(*) FILTER (WHERE CAST(answered_at AS DATE) > $as_of)
FROM survey_answers
UNION ALL
SELECT 'cases', count(*), count(*) FILTER (WHERE customer_id IS NULL), count(*) FILTER (WHERE opened_at IS NULL),
    count(*) FILTER (WHERE CAST(opened_at AS DATE) > $as_of)
FROM cases
UNION ALL
SELECT 'invoices', count(*), count(*) FILTER (WHERE customer_id IS NULL), count(*) FILTER (WHERE due_on IS NULL), 0
FROM invoices
ORDER BY table_name
