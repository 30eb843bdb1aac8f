-- Answers of one kind of question ($question_kind) by group: how many are good, bad and neither, and off the scale.
-- Grain: one row per group; null where the group is not known.
WITH grouped AS (
    SELECT
        CASE $by
            WHEN 'all' THEN 'all'
            WHEN 'segment' THEN c.segment
            WHEN 'status' THEN c.status
            WHEN 'agent' THEN s.agent
            WHEN 'survey' THEN s.survey
            WHEN 'wave' THEN s.wave
            WHEN 'question' THEN s.question
            WHEN 'month' THEN substr(CAST(s.answered_at AS VARCHAR), 1, 7)
            WHEN 'quarter' THEN CAST(year(s.answered_at) AS VARCHAR) || '-Q' || CAST(quarter(s.answered_at) AS VARCHAR)
            WHEN 'year' THEN CAST(year(s.answered_at) AS VARCHAR)
            ELSE json_extract_string(s.attributes, $path)
        END AS part,
        s.score,
        s.invited_on
    FROM answers AS s
    JOIN audience AS a ON a.customer_id = s.customer_id
    -- customers are looked up only where they are asked for: the join is long
    LEFT JOIN customers AS c ON c.customer_id = s.customer_id AND $by IN ('segment', 'status')
    WHERE s.kind = $question_kind AND coalesce(CAST(s.answered_at AS DATE), s.invited_on, $as_of) <= $as_of
)
SELECT
    part,
    count(*) FILTER (WHERE score >= $lowest AND score <= $highest) AS answers,
    count(*) FILTER (WHERE score >= $good AND score <= $highest) AS good,
    count(*) FILTER (WHERE score > $bad AND score < $good) AS middling,
    count(*) FILTER (WHERE score >= $lowest AND score <= $bad) AS bad,
    count(*) FILTER (WHERE score < $lowest OR score > $highest) AS outside,
    count(invited_on) AS invited,
    count(invited_on) FILTER (WHERE score IS NOT NULL) AS invited_answers
FROM grouped
GROUP BY part
ORDER BY part NULLS LAST
