-- Payment of each customer at the end of $cut_off: of the invoices due by then, those not paid in time.
-- Grain: one row per customer with an invoice due by then.
SELECT
    customer_id,
    count(*) AS invoices,
    count(*) FILTER (WHERE paid_on IS NULL OR paid_on > due_on) AS late_invoices
FROM invoices
WHERE customer_id IS NOT NULL AND due_on <= $cut_off AND coalesce(issued_on, due_on) <= $cut_off
GROUP BY customer_id
ORDER BY customer_id
