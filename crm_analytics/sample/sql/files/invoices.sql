-- Invoices to business customers, 30 days net; each pays with their own habit of lateness, one in a hundred not at all.
WITH issued AS (
    SELECT order_no, person, placed_at::DATE AS issued_on, cents,
        2 + 30 * power(draw('payment habit', person), 3) AS habit
    FROM placed INNER JOIN people USING (person) INNER JOIN totals USING (order_no)
    WHERE business
)
SELECT
    order_id('F', order_no) AS invoice_id, order_id('W', order_no) AS order_id, customer_id(person) AS customer_id,
    issued_on,
    issued_on + 30 AS due_on, money(cents) AS amount,
    CASE WHEN draw('never paid', order_no) >= 0.01 THEN
        by_last_day(issued_on + 20 + floor(-ln(draw('paid after', order_no)) * habit)::INTEGER) END AS paid_on
FROM issued
ORDER BY order_no
