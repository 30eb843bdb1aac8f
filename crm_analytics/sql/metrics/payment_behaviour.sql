-- Payment of invoices by a field of the customers: what was due by $as_of or paid by then.
-- Late are days after the due date, to the payment or to $as_of; on time is 0. Grain: one row per group.
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
        i.amount,
        i.due_on,
        CASE WHEN i.paid_on <= $as_of THEN i.paid_on END AS paid_on
    FROM invoices AS i
    LEFT JOIN owner_of AS w ON i.customer_id IS NULL AND w.source = i.source AND w.order_id = i.order_id
    WHERE i.due_on IS NOT NULL AND (i.issued_on IS NULL OR i.issued_on <= $as_of)
),
decided AS (
    SELECT
        CASE
            WHEN $by = 'segment' THEN c.segment
            WHEN $by = 'status' THEN c.status
            WHEN $by = 'abc_class' THEN c.abc_class
            WHEN $by = 'country' THEN c.country
            WHEN $by = 'region' THEN c.region
            WHEN $by = 'city' THEN c.city
            WHEN $by = 'channel' THEN c.channel
            WHEN $by = 'owner' THEN c.owner
            WHEN $by = 'gender' THEN c.gender
            ELSE 'all'
        END AS "group",
        i.customer_id,
        coalesce(i.amount, 0) AS amount,
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
