-- How many customers of the audience and of the whole base have bought by each habit: $field is weekday or month.
-- Grain: one row per weekday (1 is Monday; 1 January 1900 was one) or month of the year; customers count in each they bought in.
WITH bought AS (
    SELECT DISTINCT
        o.customer_id,
        CASE $field
            WHEN 'weekday' THEN date_diff('day', CAST('1900-01-01' AS DATE), CAST(o.ordered_on AS DATE)) % 7 + 1
            ELSE CAST(EXTRACT(MONTH FROM o.ordered_on) AS BIGINT)
        END AS place
    FROM orders AS o
    WHERE o.is_purchase AND o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
),
inside AS (
    SELECT c.customer_id
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT b.place, count(i.customer_id) AS customers, count(*) AS base_customers
FROM bought AS b
LEFT JOIN inside AS i ON i.customer_id = b.customer_id
GROUP BY b.place
ORDER BY b.place
