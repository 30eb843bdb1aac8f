-- The day on which a customer is gone: that of the purchase after which they never buy again.
SELECT person, day AS left_day FROM histories WHERE leaves ORDER BY person
