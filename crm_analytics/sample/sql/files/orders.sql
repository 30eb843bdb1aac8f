-- The shop's orders, then its credit notes. The amount is the sum of the lines, shipping included, tax not.
WITH notes AS (
    SELECT order_no, any_value(person) AS person, any_value(country) AS country, any_value(channel) AS channel,
        min(returned_on) AS returned_on, sum(quantity * price) AS cents
    FROM returned
    GROUP BY order_no
)
SELECT * EXCLUDE (part, order_no)
FROM (
    SELECT
        1 AS part, order_no, order_id('W', order_no) AS order_id, customer_id(person) AS customer_id,
        placed_at AS order_date, channel, country,
        money(cents) AS amount, 'EUR' AS currency
    FROM placed INNER JOIN totals USING (order_no)
    UNION ALL
    SELECT
        2, order_no, order_id('R', order_no), customer_id(person), returned_on + INTERVAL 12 HOUR, channel, country,
        money(cents), 'EUR'
    FROM notes
)
ORDER BY part, order_no
