-- How far the customers of a campaign got over each channel; who was contacted over two channels counts in both.
-- An inbound contact is a response over its channel. Steps that no contact of the channel knows are null. Who did not open it was sent it
-- nonetheless, and so was whose copy came back, unless in an arm that was left alone: $controls names them, as query/functions.py says.
-- Grain: one row per channel and arm as the file names them.
WITH contact AS (
    SELECT
        c.customer_id,
        c.channel,
        c.arm,
        coalesce(c.sent, CASE WHEN c.delivered OR c.opened OR c.clicked THEN TRUE END) AS sent,
        left_alone($controls, c.arm, c.drawn_as) OR coalesce(c.direction = 'in', FALSE) AS is_left_alone,
        coalesce(c.delivered, c.opened, c.clicked) IS NOT NULL AS says_more,
        c.contacted_at IS NOT NULL AS has_day,
        c.arm IS NOT NULL OR c.sent IS NOT NULL AS says_sent,
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
    SELECT max(says_sent) AS says_sent, max(says_more) OR count(sent) > 0 AS is_known
    FROM contact
),
customer AS (
    SELECT
        customer_id,
        channel,
        min(arm) AS arm,
        max(
            CASE
                WHEN sent IS NOT NULL OR NOT k.is_known THEN sent
                WHEN NOT is_left_alone AND (says_more OR has_day OR NOT k.says_sent) THEN TRUE
                WHEN says_more THEN FALSE
            END
        ) AS sent,
        max(delivered) AS delivered,
        max(opened) AS opened,
        max(clicked) AS clicked,
        max(responded) AS responded,
        max(converted) AS converted
    FROM contact
    CROSS JOIN said AS k
    GROUP BY customer_id, channel
)
SELECT
    channel,
    arm,
    count(*) AS customers,
    sum(CAST(sent AS INT)) AS sent,
    sum(CAST(delivered AS INT)) AS delivered,
    sum(CAST(opened AS INT)) AS opened,
    sum(CAST(clicked AS INT)) AS clicked,
    sum(CAST(responded AS INT)) AS responded,
    sum(CAST(converted AS INT)) AS converted
FROM customer
GROUP BY channel, arm
ORDER BY channel NULLS LAST, arm NULLS LAST
