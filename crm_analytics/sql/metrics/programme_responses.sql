-- Who responded to a campaign ($campaign) that a programme's action is linked to: each customer once, whatever he was sent.
-- Without arms in the file they are what was sent and what was not; the arm is null where it is not clear.
-- Grain: one row per arm.
WITH arms AS (
    -- their numbers stand for their names where millions of contacts are compared
    SELECT arm, row_number() OVER (ORDER BY arm) AS arm_no
    FROM contacts
    WHERE campaign_id = $campaign AND arm IS NOT NULL
    GROUP BY arm
),
contact AS (
    SELECT
        c.customer_id,
        n.arm_no,
        coalesce(c.sent, c.delivered OR c.opened OR c.clicked) AS sent,
        c.delivered,
        CASE WHEN come_by(c.responded, c.responded_at, $as_of) OR c.direction = 'in' THEN TRUE WHEN c.responded IS NOT NULL THEN FALSE END AS responded
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN arms AS n ON n.arm = c.arm
    WHERE c.campaign_id = $campaign AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
),
person AS (
    SELECT
        customer_id,
        min(arm_no) AS first_arm_no,
        max(arm_no) AS last_arm_no,
        max(sent) AS sent,
        max(delivered) AS delivered,
        max(responded) AS responded
    FROM contact
    GROUP BY customer_id
),
summed AS (
    -- by what was known first: there are few kinds of customers
    SELECT first_arm_no, last_arm_no, sent, delivered, responded, count(*) AS customers
    FROM person
    GROUP BY first_arm_no, last_arm_no, sent, delivered, responded
),
named AS (
    SELECT count(first_arm_no) > 0 AS names_arms
    FROM summed
),
placed AS (
    SELECT
        CASE
            WHEN NOT n.names_arms THEN CASE WHEN s.sent THEN 'sent' WHEN NOT s.sent THEN 'not sent' END
            WHEN s.first_arm_no = s.last_arm_no THEN g.arm
        END AS arm,
        coalesce(s.first_arm_no <> s.last_arm_no, FALSE) AS in_several_arms,
        s.customers,
        s.sent,
        s.delivered,
        s.responded,
        n.names_arms
    FROM summed AS s
    CROSS JOIN named AS n
    LEFT JOIN arms AS g ON g.arm_no = s.first_arm_no
)
SELECT
    $campaign AS campaign_id,
    arm,
    in_several_arms,
    CAST(sum(customers) AS BIGINT) AS customers,
    CAST(coalesce(sum(customers) FILTER (WHERE names_arms), 0) AS BIGINT) AS named_arms,
    CAST(coalesce(sum(customers) FILTER (WHERE sent IS NOT NULL), 0) AS BIGINT) AS knows_sent,
    CAST(coalesce(sum(customers) FILTER (WHERE sent), 0) AS BIGINT) AS sent,
    CAST(coalesce(sum(customers) FILTER (WHERE delivered IS NOT NULL), 0) AS BIGINT) AS knows_delivered,
    CAST(coalesce(sum(customers) FILTER (WHERE delivered), 0) AS BIGINT) AS delivered,
    CAST(coalesce(sum(customers) FILTER (WHERE responded IS NOT NULL), 0) AS BIGINT) AS knows_responded,
    CAST(coalesce(sum(customers) FILTER (WHERE responded), 0) AS BIGINT) AS responded
FROM placed
GROUP BY arm, in_several_arms
ORDER BY arm NULLS LAST, in_several_arms
