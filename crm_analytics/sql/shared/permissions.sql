-- What customers have agreed to by $day, over each channel of which something is known of them: who may be contacted.
-- Of those in `asked`, which the statement that names this has in front of it.
-- Who unsubscribed or complained on the day of a consent or later has said no, over a channel that is not known over all of them; so
-- has who did where the day of either is not known. A no without a channel goes before what was said of a channel earlier.
-- `channel` is in lower case, '' for all of which the customer has no row: a consent without a channel holds for those.
-- Grain: one row per customer and channel.
WITH said AS (
    SELECT
        s.customer_id,
        coalesce(lower(s.channel), '') AS channel,
        s.consent,
        s.desired_contacts_per_30_days,
        s.since,
        row_number() OVER (
            PARTITION BY s.customer_id, coalesce(lower(s.channel), '')
            ORDER BY
                s.since DESC NULLS LAST,
                CASE s.consent WHEN 'no' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END,
                s.import_id DESC,
                s.line DESC
        ) AS place
    FROM consents AS s
    WHERE coalesce(s.since, CAST($day AS DATE)) <= $day AND s.customer_id IN (SELECT customer_id FROM asked)
),
opted_out AS (
    SELECT
        k.customer_id,
        coalesce(lower(coalesce(k.channel, p.channel)), '') AS channel,
        max(coalesce(CAST(k.contacted_at AS DATE), CAST($day AS DATE))) AS opted_on
    FROM contacts AS k
    LEFT JOIN campaigns AS p ON p.source = k.source AND p.campaign_id = k.campaign_id
    WHERE
        (k.unsubscribed OR k.complained)
        AND coalesce(CAST(k.contacted_at AS DATE), CAST($day AS DATE)) <= $day
        AND k.customer_id IN (SELECT customer_id FROM asked)
    GROUP BY k.customer_id, coalesce(lower(coalesce(k.channel, p.channel)), '')
),
known AS (
    SELECT customer_id, channel FROM said WHERE place = 1
    UNION
    SELECT customer_id, channel FROM opted_out
),
latest AS (
    SELECT
        k.customer_id,
        k.channel,
        CASE WHEN s.customer_id IS NULL THEN e.consent ELSE s.consent END AS consent,
        CASE WHEN s.customer_id IS NULL THEN e.since ELSE s.since END AS since,
        CASE WHEN s.customer_id IS NULL THEN e.desired_contacts_per_30_days ELSE s.desired_contacts_per_30_days END AS desired_contacts_per_30_days,
        CASE WHEN e.consent = 'no' THEN e.since END AS refused_on,
        greatest(o.opted_on, n.opted_on) AS opted_on
    FROM known AS k
    LEFT JOIN said AS s ON s.customer_id = k.customer_id AND s.channel = k.channel AND s.place = 1
    LEFT JOIN said AS e ON e.customer_id = k.customer_id AND e.channel = '' AND e.place = 1
    LEFT JOIN opted_out AS o ON o.customer_id = k.customer_id AND o.channel = k.channel
    LEFT JOIN opted_out AS n ON n.customer_id = k.customer_id AND n.channel = ''
)
SELECT
    customer_id,
    channel,
    CASE
        WHEN opted_on >= coalesce(since, opted_on) OR refused_on > coalesce(since, CAST('0001-01-01' AS DATE)) THEN 'no'
        ELSE consent
    END AS consent,
    desired_contacts_per_30_days
FROM latest
ORDER BY customer_id, channel
