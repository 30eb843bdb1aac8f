-- Answers: recommendation after orders (0 to 10), satisfaction after cases and, twice, expectation and perception
-- (1 to 5). Late deliveries and slow cases cost points.
WITH recommended AS (
    SELECT 'after order' AS survey, key, person, 'recommend' AS question, 'nps' AS kind,
        placed_at + INTERVAL 9 DAY AS answered_at,
        score(8.4 - flag(late) * getvariable('nps_points_lost_late') + 1.9 * normal('nps', key), 0, 10) AS score, 10 AS best
    FROM placed
    WHERE person IS NOT NULL AND draw('answers', key) < 0.04
),
satisfied AS (
    SELECT 'after case' AS survey, key, person, 'satisfied with the solution' AS question, 'csat' AS kind,
        resolved_at + INTERVAL 1 DAY AS answered_at,
        score(4.4 - date_diff('hour', opened_at, resolved_at) / 60.0 + 0.8 * normal('csat', key), 1, 5) AS score, 5 AS best
    FROM cases
    WHERE draw('answers after case', key) < 0.3
),
asked AS (
    SELECT person, person::BIGINT * 64 + wave * 32 + topic * 2 + side AS key, wave, topic, side
    FROM people, (SELECT unnest([0, 1]) AS wave), (SELECT unnest([1, 2, 3]) AS topic), (SELECT unnest([0, 1]) AS side)
    WHERE joined_day < 400 + 365 * wave AND draw('perception', person::BIGINT * 2 + wave) < 0.03
),
perceived AS (
    SELECT 'perception ' || (2024 + wave) AS survey, key, person,
        ['delivery on time', 'advice', 'fair prices'][topic] AS question,
        ['expected', 'perceived'][side + 1] AS kind,
        day_of(400 + 365 * wave) + to_seconds(36000 + pick('perception time', key, 864000)) AS answered_at,
        score(4.3 - side * [0.9, 0.2, 0.5][topic] + 0.7 * normal('perceived', key), 1, 5) AS score, 5 AS best
    FROM asked
),
answered AS (
    SELECT * FROM recommended
    UNION ALL
    SELECT * FROM satisfied
    UNION ALL
    SELECT * FROM perceived
)
SELECT
    'A' || row_number() OVER (ORDER BY answered_at, survey, key) AS answer_id, survey,
    customer_id(person) AS customer_id, question, kind,
    answered_at, score,
    CASE WHEN kind IN ('nps', 'csat') AND draw('comments', key) < 0.4 THEN CASE WHEN score >= 0.8 * best
        THEN ['Quick and friendly.', 'Good advice, thank you', 'Все отлично', 'Très satisfaite',
            'Gerne wieder'][pick('comment', key, 5) + 1]
        ELSE ['Came too late', 'Parcel arrived damaged; nobody answered', 'La talla no era correcta', 'Zu teuer',
            'Nobody called back'][pick('comment', key, 5) + 1]
    END END AS comment,
    agent_of('survey agent', key) AS agent
FROM answered
WHERE answered_at < getvariable('last_day') + INTERVAL 1 DAY
ORDER BY answered_at, survey, key
