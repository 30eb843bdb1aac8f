-- Contacts that came back, by cause.
-- Grain: one row per campaign, channel and cause.
SELECT
    c.campaign_id,
    c.channel,
    coalesce(c.return_cause, 'not stated') AS cause,
    count(DISTINCT c.customer_id) AS customers
FROM contacts AS c
JOIN audience AS a ON a.customer_id = c.customer_id
WHERE
    ($campaign IS NULL OR c.campaign_id = $campaign)
    AND c.sent IS NOT FALSE
    AND (c.return_cause IS NOT NULL OR c.delivered IS FALSE)
    AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
GROUP BY c.campaign_id, c.channel, coalesce(c.return_cause, 'not stated')
ORDER BY c.campaign_id NULLS LAST, c.channel NULLS LAST, cause
