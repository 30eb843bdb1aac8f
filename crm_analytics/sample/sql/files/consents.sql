-- Consent per channel; an empty wish means none was stated.
SELECT
    customer_id(person) AS customer_id, channel,
    CASE WHEN draw(channel, person) < 0.62 THEN 'yes' WHEN draw(channel, person) < 0.8 THEN 'no'
        ELSE 'unknown' END AS consent,
    CASE WHEN draw('wish ' || channel, person) < 0.3 THEN 1
        + pick('wished ' || channel, person, 4) END AS desired_contacts_per_30_days
FROM (SELECT person, unnest(['email', 'phone']) AS channel FROM people)
ORDER BY person, channel
