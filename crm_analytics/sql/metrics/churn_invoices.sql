-- Payment of each customer (of one in $every) at the end of $cut_off: of the invoices due by then, those not paid in time.
-- Grain: one row per customer with an invoice due by then.
SELECT
    n.customer_no,
    count(*) AS invoices,
    count(*) FILTER (WHERE paid_on IS NULL OR paid_on > due_on) AS late_invoices
FROM invoices AS e
JOIN numbers AS n ON n.customer_id = e.customer_id
WHERE n.sample_no % $every = 0 AND due_on <= $cut_off AND coalesce(issued_on, due_on) <= $cut_off
GROUP BY n.customer_no
ORDER BY n.customer_no
