-- What the files of orders and of their lines say beside the fields, of the purchases of the customers of the audience by $as_of.
-- Rows are looked for by the numbers of the customers' orders: files are mostly in the order of these, so that few parts are read.
-- Grain: one row per row of a file that says something.
WITH numbered AS (
    SELECT DISTINCT o.order_id
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.order_id IS NOT NULL
),
said AS (
    SELECT r.customer_id, r.ordered_on, r.source, r.order_id, r.is_line, r.attributes
    FROM order_rows AS r
    WHERE r.order_id IN (SELECT order_id FROM numbered)
    UNION ALL
    SELECT r.customer_id, r.ordered_on, r.source, r.order_id, r.is_line, r.attributes
    FROM order_rows AS r
    WHERE r.order_id IS NULL
)
SELECT s.ordered_on, s.source, s.order_id, s.is_line, s.attributes
FROM said AS s
JOIN audience AS a ON a.customer_id = s.customer_id
WHERE s.ordered_on <= $as_of
ORDER BY s.ordered_on, s.source, s.order_id NULLS FIRST, s.is_line, s.attributes
