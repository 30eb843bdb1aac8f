-- The lines of the orders, then those of the credit notes; amount = quantity x unit_price - discount.
SELECT
    order_id('W', order_no) AS order_id, line_no, customer_id(person) AS customer_id, placed_at AS order_date, channel,
    country,
    getvariable('product_ids')[product + 1] AS product_id, quantity, money(price) AS unit_price,
    money(discount) AS discount,
    money(quantity * price - discount) AS amount
FROM lines
UNION ALL
SELECT
    order_id('R', order_no), line_no, customer_id(person), returned_on + INTERVAL 12 HOUR, channel, country,
    getvariable('product_ids')[product + 1], quantity, money(price), money(0), money(quantity * price)
FROM returned
