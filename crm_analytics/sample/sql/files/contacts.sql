-- Everybody drawn for a campaign, the control group too (sent = 0). Customers who bought anyway respond as well:
-- counting responses credits a campaign with more than it caused.
WITH reached AS (
    SELECT
        targets.*, campaign_id, channel, wave_day, own_buyers.person IS NOT NULL AS own, channel = 'email' AS by_email,
        CASE channel WHEN 'email' THEN 0.97 WHEN 'telemarketing' THEN 0.7 ELSE 0.93 END AS reach,
        targets.arm > 0 AND (moved OR draw('delivered', key) < reach) AS delivered
    FROM targets INNER JOIN waves USING (campaign) LEFT JOIN own_buyers USING (campaign, person)
),
read AS (
    SELECT *, CASE WHEN by_email THEN delivered AND (moved OR draw('opened', key) < 0.38) ELSE delivered END AS noticed
    FROM reached
),
clicked AS (
    SELECT *, noticed AND (moved OR draw('clicked', key) < CASE WHEN by_email THEN 0.15 ELSE 0.25 END) AS interested
    FROM read
)
SELECT
    campaign_id || '-' || (person + 1) AS contact_id, campaign_id, customer_id(person) AS customer_id,
    ['control', 'A', 'B'][arm + 1] AS arm, channel, day_of(wave_day) AS contact_date,
    flag(arm > 0) AS sent, flag(delivered) AS delivered,
    CASE WHEN arm > 0 AND NOT delivered THEN CASE WHEN by_email THEN ['mailbox full', 'unknown address']
        ELSE ['moved', 'not reached'] END[pick('cause', key, 2) + 1] END AS return_cause,
    CASE WHEN by_email THEN flag(noticed) END AS opened, CASE WHEN by_email THEN flag(interested) END AS clicked,
    flag(interested AND draw('responded', key) < CASE WHEN moved THEN 0.85 WHEN own THEN 0.5 ELSE 0.03 END)
    AS responded,
    flag(delivered AND draw('unsubscribed', key) < 0.004) AS unsubscribed
FROM clicked
ORDER BY campaign, person
