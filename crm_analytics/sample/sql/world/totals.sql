-- What each order came to, in cents.
SELECT order_no, sum(quantity * price - discount)::BIGINT AS cents FROM lines GROUP BY order_no
