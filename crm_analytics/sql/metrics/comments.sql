-- Comments with the opinion of the same answer, the latest first.
-- Grain: one row per comment, at most $limit.
SELECT
    s.comment,
    CASE
        WHEN s.kind = 'nps' AND s.score >= 9 OR s.kind <> 'nps' AND s.score >= 4 THEN 'good'
        WHEN s.kind = 'nps' AND s.score <= 6 OR s.kind <> 'nps' AND s.score <= 2 THEN 'bad'
        WHEN s.score IS NOT NULL THEN 'middling'
    END AS opinion
FROM answers AS s
JOIN audience AS a ON a.customer_id = s.customer_id
WHERE trim(coalesce(s.comment, '')) <> '' AND coalesce(CAST(s.answered_at AS DATE), $as_of) <= $as_of
ORDER BY s.answered_at DESC NULLS LAST, s.import_id, s.line
LIMIT $limit
