-- Lines sent back, whole, on a credit note of their own some days later, at the price paid after discount.
SELECT
    order_no, line_no, person, country, channel, product, -quantity AS quantity, price - discount // quantity AS price,
    placed_at::DATE + 4 + pick('return lag', order_no, 22) AS returned_on
FROM lines
WHERE product > 0
    AND draw('return', key) < getvariable('return_shares')[product + 1]
    AND placed_at::DATE + 4 + pick('return lag', order_no, 22) <= getvariable('last_day')
ORDER BY order_no, line_no
