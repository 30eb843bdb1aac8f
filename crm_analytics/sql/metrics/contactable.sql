-- What stands against contacting the customers of the audience over $channel: consent, and contacts of the last 30 days.
-- Who unsubscribed or complained after the consent was given has said no, over a channel that is not known over all of them; so has
-- who did where the day of either is not known. A no without a channel goes before what was said of the channel earlier.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per customer. `consent` is null where nothing is known; a consent without a channel holds for all of them.
WITH said AS (
    SELECT
        s.customer_id,
        s.channel IS NULL AS of_all,
        s.consent,
        s.desired_contacts_per_30_days,
        s.since,
        row_number() OVER (
            PARTITION BY s.customer_id, s.channel IS NULL
            ORDER BY
                s.since DESC NULLS LAST,
                CASE s.consent WHEN 'no' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END,
                s.import_id DESC,
                s.line DESC
        ) AS place
    FROM consents AS s
    WHERE (s.channel IS NULL OR lower(s.channel) = lower($channel)) AND coalesce(s.since, CAST($as_of AS DATE)) <= $as_of
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
        AND CAST(t.contacted_at AS DATE) <= $as_of
    GROUP BY t.customer_id
),
opted_out AS (
    SELECT k.customer_id, max(coalesce(CAST(k.contacted_at AS DATE), CAST($as_of AS DATE))) AS opted_on
    FROM contacts AS k
    LEFT JOIN campaigns AS p ON p.source = k.source AND p.campaign_id = k.campaign_id
    WHERE
        (k.unsubscribed OR k.complained)
        AND lower(coalesce(k.channel, p.channel, $channel)) = lower($channel)
        AND coalesce(CAST(k.contacted_at AS DATE), CAST($as_of AS DATE)) <= $as_of
    GROUP BY k.customer_id
)
SELECT
    c.customer_id,
    CASE
        WHEN o.opted_on >= coalesce(CASE WHEN s.customer_id IS NULL THEN e.since ELSE s.since END, o.opted_on) THEN 'no'
        WHEN e.consent = 'no' AND e.since > coalesce(s.since, CAST('0001-01-01' AS DATE)) THEN 'no'
        WHEN s.customer_id IS NULL THEN e.consent
        ELSE s.consent
    END AS consent,
    CASE WHEN s.customer_id IS NULL THEN e.desired_contacts_per_30_days ELSE s.desired_contacts_per_30_days END AS desired_contacts_per_30_days,
    coalesce(t.contacts, 0) AS contacts_30_days
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN said AS s ON s.customer_id = c.customer_id AND s.place = 1 AND NOT s.of_all
LEFT JOIN said AS e ON e.customer_id = c.customer_id AND e.place = 1 AND e.of_all
LEFT JOIN contacted AS t ON t.customer_id = c.customer_id
LEFT JOIN opted_out AS o ON o.customer_id = c.customer_id
ORDER BY c.customer_id
