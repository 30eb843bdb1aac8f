-- Products 1 to 240, thirty a line, prices ending in 90 cents; product 0 is the shipping service.
WITH numbered AS (
    SELECT *, (line - 1) * 30 + rank + 1 AS product
    FROM product_lines, (SELECT rank::INTEGER AS rank FROM range(30) AS r (rank))
),
priced AS (
    SELECT *, (lowest * power(spread, draw('price', product)) // 100)::INTEGER * 100 + 90 AS price FROM numbered
)
SELECT
    product::SMALLINT AS product,
    'P' || lpad(product::VARCHAR, 4, '0') AS product_id,
    ['Classic', 'Señorial', 'Élan', 'Grün', 'Nordic', 'Atlântico', 'Piccolo', 'Lumière', 'Modern',
        'Rustic'][rank % 10 + 1]
    || ' ' || nouns[rank % 6 + 1] || ' ' || (rank + 1) AS product_name,
    product_line, line::UTINYINT AS line,
    ['Ardenal', 'Björkö', 'Casa Lirón', 'Dalmira', 'Eskilo', 'Forêt'][pick('brand', product, 6) + 1] AS brand,
    price, (price * (1 - margin) * (0.85 + 0.3 * draw('cost', product)))::INTEGER AS cost,
    returned, weight * power(rank + 1, -0.6) AS popularity
FROM priced
UNION ALL
SELECT 0, 'SHIP', 'Shipping', 'Service', 0, NULL, 490, 390, 0, NULL
ORDER BY product
