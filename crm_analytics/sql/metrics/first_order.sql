-- The first day with an order, of the whole base: how far back the history reaches.
-- Grain: one row.
SELECT min(ordered_on) AS first_order_on
FROM orders
WHERE ordered_on <= $as_of
