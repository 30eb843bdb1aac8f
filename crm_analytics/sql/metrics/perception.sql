-- What was expected and what was perceived, paired by customer, question and wave.
-- Grain: one row per question, segment ('all' where $by is) and wave.
WITH answer AS (
    SELECT
        s.customer_id,
        -- who is not known cannot be paired with another answer than the own
        coalesce(s.customer_id, CAST(s.import_id AS VARCHAR) || ':' || CAST(s.line AS VARCHAR)) AS respondent,
        coalesce(s.question, s.survey, 'all') AS question,
        coalesce(s.wave, s.survey, 'all') AS wave,
        CASE WHEN lower(s.question_kind) = 'expected' THEN s.score ELSE s.expected END AS expected,
        CASE WHEN lower(s.question_kind) = 'expected' THEN NULL ELSE s.score END AS perceived
    FROM survey_answers AS s
    WHERE (lower(s.question_kind) IN ('expected', 'perceived') OR s.expected IS NOT NULL)
    AND coalesce(CAST(s.answered_at AS DATE), $as_of) <= $as_of
),
pair AS (
    SELECT
        customer_id,
        respondent,
        question,
        wave,
        avg(expected) AS expected,
        avg(perceived) AS perceived
    FROM answer
    GROUP BY customer_id, respondent, question, wave
)
SELECT
    p.question,
    CASE WHEN $by = 'all' THEN 'all' ELSE coalesce(c.segment, 'not known') END AS segment,
    p.wave,
    count(*) FILTER (WHERE p.expected IS NOT NULL AND p.perceived IS NOT NULL) AS answers,
    count(*) FILTER (WHERE p.expected IS NULL OR p.perceived IS NULL) AS unpaired,
    avg(CASE WHEN p.perceived IS NOT NULL THEN p.expected END) AS expected,
    avg(CASE WHEN p.expected IS NOT NULL THEN p.perceived END) AS perceived,
    avg(p.perceived - p.expected) AS gap,
    var_samp(p.perceived - p.expected) AS gap_variance
FROM pair AS p
JOIN audience AS a ON a.customer_id = p.customer_id
LEFT JOIN customers AS c ON c.customer_id = p.customer_id
GROUP BY p.question, CASE WHEN $by = 'all' THEN 'all' ELSE coalesce(c.segment, 'not known') END, p.wave
ORDER BY p.question, segment, p.wave
