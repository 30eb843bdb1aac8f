-- Customers in one arm of a campaign ($arm, in lower case) whom another campaign contacted within the outcome window of this one.
-- Grain: one row.
WITH mine AS (
    SELECT c.customer_id, CAST(min(c.contacted_at) AS DATE) AS wave_on
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.campaign_id = $campaign AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
    GROUP BY c.customer_id
    HAVING lower(coalesce(min(c.arm), CASE WHEN max(c.sent) THEN 'sent' WHEN NOT max(c.sent) THEN 'not sent' END)) = $arm
),
other AS (
    SELECT customer_id, CAST(contacted_at AS DATE) AS contacted_on
    FROM contacts
    WHERE
        campaign_id <> $campaign
        AND coalesce(sent, delivered, TRUE)
        AND direction IS DISTINCT FROM 'in'
        AND contacted_at >= $first_on
        AND CAST(contacted_at AS DATE) <= $last_on
)
SELECT count(DISTINCT m.customer_id) AS customers
FROM mine AS m
JOIN other AS o ON o.customer_id = m.customer_id
WHERE date_diff('day', CAST(coalesce(m.wave_on, $first_on) AS DATE), CAST(o.contacted_on AS DATE)) BETWEEN 0 AND $outcome_days
