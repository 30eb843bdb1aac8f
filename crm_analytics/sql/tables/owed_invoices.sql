-- Invoices with who owes them: one without a customer belongs to the customer of its order.
-- Grain: one row per invoice.
WITH owner_of AS (
    SELECT o.source, o.order_id, min(o.customer_id) AS customer_id
    FROM orders AS o
    JOIN (SELECT DISTINCT source, order_id FROM invoices WHERE customer_id IS NULL AND order_id IS NOT NULL) AS i
        ON i.source = o.source AND i.order_id = o.order_id
    GROUP BY o.source, o.order_id
    HAVING min(o.customer_id) = max(o.customer_id)
)
SELECT
    coalesce(i.customer_id, w.customer_id) AS customer_id,
    coalesce(i.amount, 0) AS amount,
    i.issued_on,
    i.due_on,
    i.paid_on
FROM invoices AS i
LEFT JOIN owner_of AS w ON i.customer_id IS NULL AND w.source = i.source AND w.order_id = i.order_id
ORDER BY i.import_id, i.line
