-- Answers of each customer to questions of recommendation and satisfaction by the end of $cut_off, on a scale from 0 to 1.
-- Grain: one row per customer who answered by then.
SELECT
    customer_id,
    avg(CASE WHEN question_kind = 'nps' THEN score / 10.0 ELSE (score - 1) / 4.0 END) AS satisfaction
FROM survey_answers
WHERE customer_id IS NOT NULL
    AND question_kind IN ('nps', 'csat')
    AND score IS NOT NULL
    AND CAST(answered_at AS DATE) <= $cut_off
    AND CAST(answered_at AS DATE) > $year_before
GROUP BY customer_id
ORDER BY customer_id
