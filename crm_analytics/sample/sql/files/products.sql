-- The catalogue, with the cost of one piece.
SELECT product_id, product_name, product_line AS category, brand, money(cost) AS unit_cost, money(price) AS list_price
FROM catalogue
ORDER BY product
