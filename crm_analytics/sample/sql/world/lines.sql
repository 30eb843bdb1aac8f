-- Order lines in the order of their orders; money in cents; the last line of an order may be its shipping.
WITH numbered AS (
    SELECT *, unnest(range(1, 1 + goods + pays_shipping::INTEGER))::UTINYINT AS line_no FROM placed
),
chosen AS (
    SELECT
        order_no, person, placed_at, day, country, channel, discount_pct, line_no,
        order_no::BIGINT * 16 + line_no AS key,
        CASE WHEN line_no > goods THEN 0 ELSE getvariable('product_slots')[
            CASE WHEN draw('line of choice', key) < 0.4 THEN favourite_line
                ELSE 0 END * 4096 + pick('product', key, 4096) + 1
        ] END AS product,
        CASE WHEN line_no > goods THEN 1
            ELSE least(500, 1 + floor(-ln(draw('pieces', key)) * (0.2 + more_pieces))) END::SMALLINT AS quantity
    FROM numbered
)
SELECT
    order_no, line_no, person, placed_at, day, country, channel, key, product::SMALLINT AS product,
    quantity, getvariable('prices')[product + 1] AS price,
    CASE WHEN product = 0 THEN 0 ELSE quantity * (price * discount_pct // 100) END::INTEGER AS discount
FROM chosen
