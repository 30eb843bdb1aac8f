-- Payment of invoices by a field of the customers: what was due by $as_of or paid by then.
-- Late are days after the due date, to the payment or to $as_of; on time is 0. Grain: one row per group.
WITH invoice AS (
    SELECT customer_id, amount, due_on, CASE WHEN paid_on <= $as_of THEN paid_on END AS paid_on
    FROM owed_invoices
    WHERE due_on IS NOT NULL AND (issued_on IS NULL OR issued_on <= $as_of)
),
decided AS (
    SELECT
        CASE WHEN $by = 'all' THEN 'all' ELSE value_of($by) END AS "group",
        i.customer_id,
        i.amount,
        i.paid_on IS NULL AS is_overdue,
        coalesce(i.paid_on, $as_of) <= i.due_on AS is_on_time,
        greatest(date_diff('day', CAST(i.due_on AS DATE), CAST(coalesce(i.paid_on, $as_of) AS DATE)), 0) AS days_late
    FROM invoice AS i
    JOIN customers AS c ON c.customer_id = i.customer_id
    JOIN audience AS a ON a.customer_id = i.customer_id
    WHERE i.paid_on IS NOT NULL OR i.due_on < $as_of
)
SELECT
    coalesce("group", 'unknown') AS "group",
    count(*) AS invoices,
    count(DISTINCT customer_id) AS customers,
    count(*) FILTER (WHERE is_on_time) AS on_time,
    sum(amount) AS amount,
    sum(CAST(amount AS DOUBLE) * days_late) AS amount_days,
    count(*) FILTER (WHERE is_overdue) AS overdue_invoices,
    coalesce(sum(amount) FILTER (WHERE is_overdue), 0) AS overdue_amount
FROM decided
GROUP BY coalesce("group", 'unknown')
ORDER BY coalesce("group", 'unknown')
