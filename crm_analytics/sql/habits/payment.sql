-- How each customer pays: invoices with a due date that were paid by $as_of, or due before it, as in payment_behaviour.
-- Who has paid less than half of them on time is a late payer. Grain: one row per customer with such an invoice.
WITH owner_of AS (
    -- an invoice without a customer belongs to the one of its order
    SELECT o.source, o.order_id, min(o.customer_id) AS customer_id
    FROM orders AS o
    JOIN (SELECT DISTINCT source, order_id FROM invoices WHERE customer_id IS NULL AND order_id IS NOT NULL) AS i
        ON i.source = o.source AND i.order_id = o.order_id
    GROUP BY o.source, o.order_id
    HAVING min(o.customer_id) = max(o.customer_id)
),
invoice AS (
    SELECT
        coalesce(i.customer_id, w.customer_id) AS customer_id,
        coalesce(i.amount, 0) AS amount,
        i.due_on,
        CASE WHEN i.paid_on <= $as_of THEN i.paid_on END AS paid_on
    FROM invoices AS i
    LEFT JOIN owner_of AS w ON i.customer_id IS NULL AND w.source = i.source AND w.order_id = i.order_id
    WHERE i.due_on IS NOT NULL AND (i.issued_on IS NULL OR i.issued_on <= $as_of)
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
    CAST(overdue_amount AS DECIMAL(18, 4)) AS overdue_amount
FROM paid
ORDER BY customer_id
