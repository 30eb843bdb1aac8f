-- How each customer pays: invoices with a due date that were paid by $as_of, or due before it, as in payment_behaviour.
-- Who has paid less than half of them on time is a late payer. Grain: one row per customer with such an invoice.
WITH invoice AS (
    SELECT customer_id, amount, due_on, CASE WHEN paid_on <= $as_of THEN paid_on END AS paid_on
    FROM owed_invoices
    WHERE due_on IS NOT NULL AND (issued_on IS NULL OR issued_on <= $as_of)
),
paid AS (
    SELECT
        customer_id,
        count(*) AS invoices,
        count(*) FILTER (WHERE coalesce(paid_on, $as_of) <= due_on) AS on_time,
        sum(amount) AS amount,
        sum(CAST(amount AS DOUBLE) * greatest(date_diff('day', CAST(due_on AS DATE), CAST(coalesce(paid_on, $as_of) AS DATE)), 0)) AS amount_days,
        coalesce(sum(amount) FILTER (WHERE paid_on IS NULL), 0) AS overdue_amount
    FROM invoice
    WHERE customer_id IS NOT NULL AND (paid_on IS NOT NULL OR due_on < $as_of)
    GROUP BY customer_id
)
SELECT
    customer_id,
    CASE WHEN 2 * on_time > invoices THEN 'prompt' ELSE 'late' END AS payer,
    CAST(on_time AS DOUBLE) / nullif(invoices, 0) AS on_time_share,
    CASE WHEN amount > 0 THEN amount_days / nullif(CAST(amount AS DOUBLE), 0) END AS mean_days_late,
    overdue_amount
FROM paid
ORDER BY customer_id
