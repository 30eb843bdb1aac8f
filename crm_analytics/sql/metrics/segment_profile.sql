-- How often each value of the field $field occurs in the audience.
-- Grain: one row per value; customers of whom the field is not known are in no row.
WITH valued AS (
    SELECT value_of($field) AS value
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
)
SELECT v.value, count(*) AS customers
FROM valued AS v
WHERE v.value IS NOT NULL
GROUP BY v.value
ORDER BY v.value
