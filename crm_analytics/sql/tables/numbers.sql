-- Every customer that orders or the customers' own file name, with a number for joins: ten times as fast as the id.
-- `sample_no`, 0 to 65535, is made of the id alone: samples drawn by it are the same however the customers came in.
-- Grain: one row per customer.
WITH named AS (
    SELECT source, customer_id FROM core_order_lines
    UNION
    SELECT source, customer_id FROM core_orders
    UNION
    SELECT source, customer_id FROM core_customers
),
person AS (
    SELECT DISTINCT CASE WHEN $several_sources THEN source || ':' || customer_id ELSE customer_id END AS customer_id
    FROM named
    WHERE customer_id IS NOT NULL
),
mixed AS (
    SELECT customer_id, md5(customer_id) AS digits FROM person
)
SELECT
    CAST(row_number() OVER (ORDER BY customer_id) AS INTEGER) AS customer_no,
    customer_id,
    CAST(
        4096 * (strpos('0123456789abcdef', substr(digits, 1, 1)) - 1)
        + 256 * (strpos('0123456789abcdef', substr(digits, 2, 1)) - 1)
        + 16 * (strpos('0123456789abcdef', substr(digits, 3, 1)) - 1)
        + (strpos('0123456789abcdef', substr(digits, 4, 1)) - 1)
        AS INTEGER
    ) AS sample_no
FROM mixed
ORDER BY customer_id
