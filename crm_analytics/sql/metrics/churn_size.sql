-- How many customers the churn model is about: buyers not lapsed as of the day.
-- Grain: one row.
SELECT count(*) AS customers
FROM customers
WHERE status IN ('new', 'active', 'declining')
