-- Of one customer in $every: answers to questions of recommendation and satisfaction by the end of $cut_off, on a scale from 0 to 1.
-- Grain: one row per customer who answered by then.
SELECT
    n.customer_no,
    avg(CASE WHEN question_kind = 'nps' THEN score / 10.0 ELSE (score - 1) / 4.0 END) AS satisfaction
FROM survey_answers AS e
JOIN numbers AS n ON n.customer_id = e.customer_id
WHERE n.sample_no % $every = 0
    AND question_kind IN ('nps', 'csat')
    AND score IS NOT NULL
    AND CAST(answered_at AS DATE) <= $cut_off
    AND CAST(answered_at AS DATE) > $year_before
GROUP BY n.customer_no
ORDER BY n.customer_no
