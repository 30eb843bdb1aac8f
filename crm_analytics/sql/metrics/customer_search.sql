-- Customers found by any key: id, name, e-mail, telephone, postal code, company, or the number of an order or invoice.
-- `text` is in small letters, `digits` its digits alone; `plain` is asked of names without their accents, where it is not empty.
-- Exact finds come first. Grain: one row per customer, at most $most.
WITH numbered AS (
    SELECT customer_id FROM orders WHERE customer_id IS NOT NULL AND lower(order_id) = $text
    UNION
    SELECT customer_id FROM invoices WHERE customer_id IS NOT NULL AND lower(invoice_id) = $text
),
found AS (
    SELECT
        c.customer_id,
        c.name,
        c.email,
        c.phone,
        c.city,
        c.status,
        c.revenue,
        CASE
            WHEN lower(c.customer_id) = $text THEN 'id'
            WHEN lower(c.email) = $text THEN 'e-mail'
            WHEN n.customer_id IS NOT NULL THEN 'order or invoice'
            WHEN lower(c.name) = $text THEN 'name'
            WHEN length($digits) >= 6 AND ends_with(regexp_replace(c.phone, '[^0-9]', '', 'g'), $digits) THEN 'telephone'
            WHEN lower(c.postal_code) = $text THEN 'postal code'
            WHEN lower(c.organisation_id) = $text THEN 'company'
            WHEN contains(lower(c.name), $text) THEN 'part of the name'
            WHEN contains(lower(c.email), $text) THEN 'part of the e-mail'
            WHEN starts_with(lower(c.customer_id), $text) THEN 'beginning of the id'
            WHEN
                $plain <> ''
                AND contains(
                    replace(
                        translate(
                            lower(c.name),
                            'àáâãäåçèéêëìíîïñòóôõöùúûüýÿăąćčďęěğłńňőřśšşťţůűźżžøđ',
                            'aaaaaaceeeeiiiinooooouuuuyyaaccdeeglnnorsssttuuzzzod'
                        ),
                        'ß',
                        'ss'
                    ),
                    $plain
                )
                THEN 'part of the name'
        END AS found_by
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN numbered AS n ON n.customer_id = c.customer_id
)
SELECT customer_id, name, email, phone, city, status, revenue, found_by
FROM found
WHERE found_by IS NOT NULL
ORDER BY found_by IN ('part of the name', 'part of the e-mail', 'beginning of the id'), revenue DESC, customer_id
LIMIT $most
