-- How often each value of the field $field occurs in the audience and in the whole base.
-- Grain: one row per value; customers of whom the field is not known are in no row.
WITH valued AS (
    SELECT c.customer_id, value_of($field) AS value
    FROM customers AS c
),
inside AS (
    SELECT v.value, count(*) AS customers
    FROM valued AS v
    JOIN audience AS a ON a.customer_id = v.customer_id
    WHERE v.value IS NOT NULL
    GROUP BY v.value
),
whole AS (
    SELECT value, count(*) AS base_customers
    FROM valued
    WHERE value IS NOT NULL
    GROUP BY value
)
SELECT w.value, coalesce(i.customers, 0) AS customers, w.base_customers
FROM whole AS w
LEFT JOIN inside AS i ON i.value = w.value
ORDER BY w.value
