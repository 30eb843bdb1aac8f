-- The arms that contacts name, in lower case, by campaign; customers of no arm who were sent nothing are in "not sent".
-- Grain: one row per campaign and arm.
SELECT
    coalesce(c.campaign_id, '') AS campaign_id,
    lower(coalesce(c.arm, 'not sent')) AS arm,
    count(c.arm) > 0 AS is_named,
    max(c.import_id) FILTER (WHERE c.arm IS NOT NULL) AS arms_import
FROM core_contacts AS c
WHERE c.arm IS NOT NULL OR c.sent IS FALSE
GROUP BY coalesce(c.campaign_id, ''), lower(coalesce(c.arm, 'not sent'))
ORDER BY campaign_id, arm
