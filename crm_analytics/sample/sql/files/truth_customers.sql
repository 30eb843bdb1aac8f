-- Truth: the parameters each customer was made from. left_on is empty for those who are still there.
SELECT
    customer_id(person) AS customer_id, day_of(joined_day) AS joined_on, day_of(left_day) AS left_on,
    flag(prospect) AS prospect, flag(business) AS business,
    round(orders_per_x * 365.25 / (getvariable('days') + getvariable('days_before')), 2) AS orders_per_year,
    round(leave_share, 4) AS leave_share, round(discount_share, 3) AS discount_share
FROM people LEFT JOIN leavers USING (person)
ORDER BY person
