-- The channels over which consents or contacts are known.
-- Grain: one row per channel.
WITH named AS (
    SELECT channel FROM consents
    UNION ALL
    SELECT channel FROM contacts
)
SELECT channel
FROM named
WHERE channel IS NOT NULL
GROUP BY channel
ORDER BY channel
