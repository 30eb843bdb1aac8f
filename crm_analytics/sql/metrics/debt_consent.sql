-- Customers of whom no yes or no is known for any channel.
-- Grain: one row.
SELECT count(*) AS customers, count(*) FILTER (WHERE s.customer_id IS NULL) AS without_consent
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN (
    SELECT DISTINCT customer_id
    FROM consents
    WHERE consent IN ('yes', 'no') AND coalesce(since, CAST($as_of AS DATE)) <= $as_of
) AS s ON s.customer_id = c.customer_id
