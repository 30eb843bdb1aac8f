-- Members of the Circle chose themselves: frequent buyers join more often. Membership itself changes nothing, by
-- construction.
WITH joined AS (
    SELECT *, joined_day + 30 + pick('membership day', person, 300) AS member_day
    FROM people
    WHERE NOT prospect AND draw('member', person) < 0.12 + 0.4 * orders_per_x / (orders_per_x + 30)
)
SELECT
    'M' || lpad((person + 1)::VARCHAR, 7, '0') AS membership_id, customer_id(person) AS customer_id,
    'Circle' AS programme,
    CASE WHEN orders_per_x > 60 THEN 'gold' WHEN orders_per_x > 25 THEN 'silver' ELSE 'basic' END AS tier,
    day_of(member_day) AS joined_on,
    CASE WHEN draw('left the circle', person) < 0.08
        THEN by_last_day(day_of(member_day) + 90 + pick('membership days', person, 700)) END AS left_on
FROM joined
WHERE member_day >= 0 AND day_of(member_day) <= getvariable('last_day')
ORDER BY person
