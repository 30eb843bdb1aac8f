-- Answers of one kind of question ($question_kind) by group: how many are good, bad and neither, and off the scale.
-- A question whose kind the file leaves open is csat where no score is above 5, else nps.
-- Grain: one row per group; null where the group is not known.
WITH answer AS (
    SELECT
        s.customer_id,
        s.score,
        s.survey,
        s.wave,
        s.question,
        s.agent,
        CAST(s.answered_at AS DATE) AS answered_on,
        s.invited_on,
        s.attributes,
        coalesce(
            lower(s.question_kind),
            CASE
                WHEN s.expected IS NOT NULL THEN 'perceived'
                WHEN max(s.score) OVER (PARTITION BY s.source, s.survey, s.question) <= 5 THEN 'csat'
                ELSE 'nps'
            END
        ) AS kind
    FROM survey_answers AS s
),
grouped AS (
    SELECT
        CASE $by
            WHEN 'all' THEN 'all'
            WHEN 'segment' THEN c.segment
            WHEN 'status' THEN c.status
            WHEN 'agent' THEN s.agent
            WHEN 'survey' THEN s.survey
            WHEN 'wave' THEN s.wave
            WHEN 'question' THEN s.question
            WHEN 'month' THEN substr(CAST(s.answered_on AS VARCHAR), 1, 7)
            WHEN 'quarter' THEN CAST(year(s.answered_on) AS VARCHAR) || '-Q' || CAST(quarter(s.answered_on) AS VARCHAR)
            WHEN 'year' THEN CAST(year(s.answered_on) AS VARCHAR)
            ELSE json_extract_string(s.attributes, $path)
        END AS part,
        s.score,
        s.invited_on
    FROM answer AS s
    JOIN audience AS a ON a.customer_id = s.customer_id
    -- customers are looked up only where they are asked for: the join is long
    LEFT JOIN customers AS c ON c.customer_id = s.customer_id AND $by IN ('segment', 'status')
    WHERE s.kind = $question_kind AND coalesce(s.answered_on, s.invited_on, $as_of) <= $as_of
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
