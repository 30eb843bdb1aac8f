-- Visits, calls and letters in which nothing was sold.
WITH met AS (
    SELECT person, joined_day, person::BIGINT * 64 + n AS key
    FROM (SELECT person, joined_day,
        unnest(range(least(60, floor(-0.9 * ln(draw('interactions', person))))::BIGINT)) AS n FROM people)
)
SELECT
    'I' || key AS interaction_id, customer_id(person) AS customer_id,
    ['visit', 'call', 'email in', 'field visit'][pick('kind of meeting', key, 4) + 1] AS kind,
    day_of(greatest(joined_day, 0) + pick('meeting day', key, getvariable('days') - greatest(joined_day, 0)))
    + to_seconds(28800 + pick('meeting time', key, 36000)) AS happened_at,
    agent_of('meeting agent', key) AS agent, 1 + floor(-8 * ln(draw('minutes', key)))::INTEGER AS minutes
FROM met
ORDER BY person, key
