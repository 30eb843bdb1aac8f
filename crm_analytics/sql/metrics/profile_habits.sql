-- How many customers of the audience and of the whole base have bought by each habit: $field is weekday or month.
-- Grain: one row per weekday (1 is Monday; 1 January 1900 was one) or month of the year; customers count in each they bought in.
WITH bought AS (
    SELECT DISTINCT
        d.customer_no,
        CASE $field
            WHEN 'weekday' THEN date_diff('day', CAST('1900-01-01' AS DATE), CAST(d.ordered_on AS DATE)) % 7 + 1
            ELSE CAST(EXTRACT(MONTH FROM d.ordered_on) AS BIGINT)
        END AS place
    FROM purchase_days AS d
    WHERE d.ordered_on <= $as_of
),
inside AS (
    SELECT c.customer_no
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT b.place, count(i.customer_no) AS customers, count(*) AS base_customers
FROM bought AS b
LEFT JOIN inside AS i ON i.customer_no = b.customer_no
GROUP BY b.place
ORDER BY b.place
