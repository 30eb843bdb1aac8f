-- Customers (of one in $every) who bought after $cut_off, up to and including $outcome_to. The only statement of the churn model that reads the future.
-- Grain: one row per customer.
SELECT customer_no
FROM purchase_days
WHERE customer_no IN (SELECT customer_no FROM numbers WHERE sample_no % $every = 0) AND ordered_on > $cut_off AND ordered_on <= $outcome_to
GROUP BY customer_no
ORDER BY customer_no
