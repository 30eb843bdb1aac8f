-- The arms that contacts name, in lower case.
-- Grain: one row per arm.
SELECT lower(c.arm) AS arm
FROM contacts AS c
WHERE c.arm IS NOT NULL
GROUP BY lower(c.arm)
ORDER BY arm
