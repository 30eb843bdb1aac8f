-- How far the customers of a campaign got over each channel; who was contacted over two channels counts in both.
-- An inbound contact is a response over its channel. Steps that no contact of the channel knows are null; where the file names neither
-- arms nor who was sent it, all in it were.
-- Grain: one row per channel and arm as the file names them.
WITH contact AS (
    SELECT
        c.customer_id,
        c.channel,
        c.arm,
        c.arm IS NOT NULL OR c.sent IS NOT NULL AS says_sent,
        coalesce(c.sent, c.delivered OR c.opened OR c.clicked) AS sent,
        c.direction IS DISTINCT FROM 'in' AS went_out,
        c.delivered,
        c.opened,
        c.clicked,
        come_by(c.responded, c.responded_at, $as_of) OR c.direction = 'in' AS responded,
        come_by(c.converted, c.converted_at, $as_of) AS converted
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE
        c.campaign_id = $campaign
        AND c.customer_id IS NOT NULL
        AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
),
said AS (
    SELECT max(says_sent) AS says_sent
    FROM contact
),
customer AS (
    SELECT
        customer_id,
        channel,
        min(arm) AS arm,
        max(sent) AS sent,
        max(went_out) AS went_out,
        max(delivered) AS delivered,
        max(opened) AS opened,
        max(clicked) AS clicked,
        max(responded) AS responded,
        max(converted) AS converted
    FROM contact
    GROUP BY customer_id, channel
)
SELECT
    channel,
    arm,
    count(*) AS customers,
    sum(CAST(sent OR (went_out AND NOT says_sent) AS INT)) AS sent,
    sum(CAST(delivered AS INT)) AS delivered,
    sum(CAST(opened AS INT)) AS opened,
    sum(CAST(clicked AS INT)) AS clicked,
    sum(CAST(responded AS INT)) AS responded,
    sum(CAST(converted AS INT)) AS converted
FROM customer
CROSS JOIN said
GROUP BY channel, arm
ORDER BY channel NULLS LAST, arm NULLS LAST
