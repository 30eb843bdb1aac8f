-- The channels over which consents or contacts are known.
-- Grain: one row per channel, however it is written.
WITH named AS (
    SELECT channel FROM consents
    UNION ALL
    SELECT channel FROM contacts
)
SELECT min(channel) AS channel
FROM named
WHERE channel IS NOT NULL
GROUP BY lower(channel)
ORDER BY lower(channel)
