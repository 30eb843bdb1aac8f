-- What stands against contacting the customers of the audience over $channel on $day: consent, and contacts of the last 30 days.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per customer. `consent` is null where nothing is known.
WITH consents_asked AS (
    SELECT s.customer_id, s.channel, s.consent, s.desired_contacts_per_30_days, s.since, s.import_id, s.line
    FROM consents AS s
    JOIN audience AS a ON a.customer_id = s.customer_id
    WHERE s.channel IS NULL OR lower(s.channel) = lower($channel)
),
contacted AS (
    SELECT t.customer_id, count(*) AS contacts
    FROM contacts AS t
    LEFT JOIN campaigns AS p ON p.source = t.source AND p.campaign_id = t.campaign_id
    WHERE
        lower(coalesce(t.channel, p.channel)) = lower($channel)
        AND coalesce(t.sent, t.delivered OR t.opened OR t.clicked) IS NOT FALSE
        AND NOT left_alone($controls, t.arm, t.drawn_as)
        AND t.direction IS DISTINCT FROM 'in'
        AND CAST(t.contacted_at AS DATE) > $since
        AND CAST(t.contacted_at AS DATE) <= $day
    GROUP BY t.customer_id
)
SELECT
    c.customer_id,
    CASE WHEN s.customer_id IS NULL THEN e.consent ELSE s.consent END AS consent,
    CASE WHEN s.customer_id IS NULL THEN e.desired_contacts_per_30_days ELSE s.desired_contacts_per_30_days END AS desired_contacts_per_30_days,
    coalesce(t.contacts, 0) AS contacts_30_days
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN permissions AS s ON s.customer_id = c.customer_id AND s.channel = lower($channel)
LEFT JOIN permissions AS e ON e.customer_id = c.customer_id AND e.channel = ''
LEFT JOIN contacted AS t ON t.customer_id = c.customer_id
ORDER BY c.customer_id
