-- Customers who bought after $cut_off, up to and including $outcome_to. The only statement of the churn model that reads the future.
-- Grain: one row per customer.
SELECT customer_id
FROM purchase_days
WHERE ordered_on > $cut_off AND ordered_on <= $outcome_to
GROUP BY customer_id
ORDER BY customer_id
