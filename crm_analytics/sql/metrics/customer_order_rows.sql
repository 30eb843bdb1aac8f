-- What the files of orders and of their lines say beside the fields, of the purchases of the customers of the audience by $as_of.
-- Grain: one row per row of a file that says something.
SELECT r.ordered_on, r.source, r.order_id, r.is_line, r.attributes
FROM order_rows AS r
JOIN audience AS a ON a.customer_id = r.customer_id
WHERE r.ordered_on <= $as_of
ORDER BY r.ordered_on, r.source, r.order_id NULLS FIRST, r.is_line, r.attributes
