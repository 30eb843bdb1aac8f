-- Who responded to the campaigns that a programme's actions are linked to: each customer once, whatever he was sent.
-- $campaigns holds their ids with a bar on either side of each. Without arms in the file
-- they are what was sent and what was not; the arm is null where it is not clear.
-- Grain: one row per campaign and arm.
WITH linked AS (
    SELECT campaign_id
    FROM contacts
    WHERE campaign_id IS NOT NULL
    GROUP BY campaign_id
    HAVING contains($campaigns, '|' || campaign_id || '|')
),
person AS (
    SELECT
        c.campaign_id,
        c.customer_id,
        CASE WHEN min(c.arm) = max(c.arm) THEN min(c.arm) END AS arm,
        min(c.arm) <> max(c.arm) AS in_several_arms,
        max(coalesce(c.sent, c.delivered OR c.opened OR c.clicked)) AS sent,
        max(c.delivered) AS delivered,
        max(c.responded OR c.direction = 'in') AS responded,
        count(c.responded) + count(*) FILTER (WHERE c.direction = 'in') AS told
    FROM contacts AS c
    JOIN linked AS l ON l.campaign_id = c.campaign_id
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of
    GROUP BY c.campaign_id, c.customer_id
),
named AS (
    SELECT campaign_id, count(arm) > 0 OR count(*) FILTER (WHERE in_several_arms) > 0 AS names_arms
    FROM person
    GROUP BY campaign_id
),
placed AS (
    SELECT
        p.campaign_id,
        CASE WHEN n.names_arms THEN p.arm WHEN p.sent THEN 'sent' WHEN NOT p.sent THEN 'not sent' END AS arm,
        coalesce(p.in_several_arms, FALSE) AS in_several_arms,
        p.sent,
        p.delivered,
        p.responded,
        p.told,
        n.names_arms
    FROM person AS p
    JOIN named AS n ON n.campaign_id = p.campaign_id
)
SELECT
    campaign_id,
    arm,
    in_several_arms,
    count(*) AS customers,
    count(*) FILTER (WHERE names_arms) AS named_arms,
    count(sent) AS knows_sent,
    count(*) FILTER (WHERE sent) AS sent,
    count(delivered) AS knows_delivered,
    count(*) FILTER (WHERE delivered) AS delivered,
    count(*) FILTER (WHERE told > 0) AS knows_responded,
    count(*) FILTER (WHERE responded) AS responded
FROM placed
GROUP BY campaign_id, arm, in_several_arms
ORDER BY campaign_id, arm NULLS LAST, in_several_arms
