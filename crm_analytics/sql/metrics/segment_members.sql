-- The customers of the audience, and since when and why each is in the saved segment $segment (under $rule_version).
-- Grain: one row per customer. Days between two evaluated ones are not known: entered_on is the first evaluated day in.
WITH inside AS (
    -- a person of joined records may have come in more than once
    SELECT m.customer_id, m.from_on, m.reason, row_number() OVER (PARTITION BY m.customer_id ORDER BY m.from_on, m.reason) AS place
    FROM segment_members AS m
    WHERE m.segment = $segment
    AND m.version = $rule_version
    AND m.from_on <= $as_of
    AND (m.to_on IS NULL OR m.to_on > $as_of)
    AND EXISTS (
        SELECT d.day
        FROM workspace.segment_days AS d
        WHERE d.segment = m.segment AND d.version = m.version AND d.day >= $as_of
    )
)
SELECT c.customer_id, m.from_on AS entered_on, m.reason
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN inside AS m ON m.customer_id = c.customer_id AND m.place = 1
ORDER BY c.customer_id
LIMIT $limit
