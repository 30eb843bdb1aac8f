-- Survey answers with `kind`, what their question asks: nps, csat, perceived, expected, ... Where the file leaves it open, an answer
-- with what was expected is one of quality perceived, and a question is csat where no score of anyone is above 5, else nps.
-- Grain: one row per answer.
WITH asked AS (
    SELECT source, survey, question, max(score) AS highest
    FROM core_survey_answers
    GROUP BY source, survey, question
)
SELECT
    s.source,
    s.import_id,
    s.line,
    s.customer_id,
    s.survey,
    s.wave,
    s.question,
    s.agent,
    s.score,
    s.comment,
    s.invited_on,
    s.answered_at,
    s.attributes,
    coalesce(
        lower(s.question_kind),
        CASE WHEN s.expected IS NOT NULL THEN 'perceived' WHEN q.highest <= 5 THEN 'csat' ELSE 'nps' END
    ) AS kind
FROM survey_answers AS s
LEFT JOIN asked AS q
    ON q.source = s.source AND q.survey IS NOT DISTINCT FROM s.survey AND q.question IS NOT DISTINCT FROM s.question
ORDER BY s.import_id, s.line
