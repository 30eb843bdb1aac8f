-- What customers have agreed to by $day, over each channel of which something is known of them: who may be contacted.
-- By the rows of `consents_asked`, which the statement that names this has in front of it: of the customers and channels that it asks
-- for, rows without a channel among them.
-- Who unsubscribed or complained on the day of a consent or later has said no, over a channel that is not known over all of them; so
-- has who did where the day of either is not known. A no without a channel goes before what was said of a channel earlier.
-- `channel` is in lower case, '' for all of which the customer has no row: a consent without a channel holds for those.
-- Grain: one row per customer and channel.
WITH placed AS (
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
    FROM consents_asked AS s
    WHERE coalesce(s.since, CAST($day AS DATE)) <= $day
),
said AS (
    SELECT customer_id, channel, consent, desired_contacts_per_30_days, since
    FROM placed
    WHERE place = 1
),
opted_out AS (
    -- of all customers: they are few
    SELECT
        k.customer_id,
        coalesce(lower(coalesce(k.channel, p.channel)), '') AS channel,
        max(coalesce(CAST(k.contacted_at AS DATE), CAST($day AS DATE))) AS opted_on
    FROM contacts AS k
    LEFT JOIN campaigns AS p ON p.source = k.source AND p.campaign_id = k.campaign_id
    WHERE
        (k.unsubscribed OR k.complained)
        AND k.customer_id IS NOT NULL
        AND coalesce(CAST(k.contacted_at AS DATE), CAST($day AS DATE)) <= $day
    GROUP BY k.customer_id, coalesce(lower(coalesce(k.channel, p.channel)), '')
),
known AS (
    SELECT
        coalesce(s.customer_id, o.customer_id) AS customer_id,
        coalesce(s.channel, o.channel) AS channel,
        s.customer_id IS NOT NULL AS is_said,
        s.consent,
        s.since,
        s.desired_contacts_per_30_days,
        o.opted_on
    FROM said AS s
    FULL JOIN opted_out AS o ON o.customer_id = s.customer_id AND o.channel = s.channel
),
latest AS (
    SELECT
        k.customer_id,
        k.channel,
        CASE WHEN k.is_said THEN k.consent ELSE e.consent END AS consent,
        CASE WHEN k.is_said THEN k.since ELSE e.since END AS since,
        CASE WHEN k.is_said THEN k.desired_contacts_per_30_days ELSE e.desired_contacts_per_30_days END AS desired_contacts_per_30_days,
        CASE WHEN e.consent = 'no' THEN e.since END AS refused_on,
        greatest(k.opted_on, n.opted_on) AS opted_on
    FROM known AS k
    LEFT JOIN said AS e ON e.customer_id = k.customer_id AND e.channel = ''
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
