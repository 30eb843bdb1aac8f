-- Contacts and responses by the weekday (1 is Monday) and hour at which they were made.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per channel, weekday and hour.
WITH contact AS (
    SELECT
        coalesce(c.channel, k.channel, 'not known') AS channel,
        1 + date_diff('day', CAST('1900-01-01' AS DATE), CAST(c.contacted_at AS DATE)) % 7 AS weekday,
        hour(c.contacted_at) AS hour,
        hour(c.contacted_at) = 0 AND minute(c.contacted_at) = 0 AS midnight,
        coalesce(come_by(c.responded, c.responded_at, $as_of), come_by(c.converted, c.converted_at, $as_of)) AS responded
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN campaigns AS k ON k.source = c.source AND k.campaign_id = c.campaign_id
    WHERE c.contacted_at IS NOT NULL AND CAST(c.contacted_at AS DATE) <= $as_of
    AND c.direction IS DISTINCT FROM 'in'
    AND coalesce(c.sent, c.delivered OR c.opened OR c.clicked) IS NOT FALSE
    AND NOT left_alone($controls, c.arm, c.drawn_as)
)
SELECT
    channel,
    weekday,
    hour,
    count(*) AS contacts,
    count(*) FILTER (WHERE midnight) AS at_midnight,
    count(responded) AS answers_known,
    count(*) FILTER (WHERE responded) AS responses
FROM contact
GROUP BY channel, weekday, hour
ORDER BY channel, weekday, hour
