-- Of one customer in $every: answers to questions of recommendation and satisfaction by the end of $cut_off, on a scale from 0 to 1.
-- What a question asks is told from all answers to it: its scale says nothing of what a customer will do. Scores off it are left out.
-- Grain: one row per customer who answered by then.
SELECT
    n.customer_no,
    -- of decimals the mean is the same in whatever order they come: the guard compares it to the last digit
    avg(CAST(CASE WHEN e.kind = 'nps' THEN e.score / 10.0 ELSE (e.score - 1) / 4.0 END AS DECIMAL(9, 6))) AS satisfaction
FROM answers AS e
JOIN numbers AS n ON n.customer_id = e.customer_id
WHERE n.sample_no % $every = 0
    AND ((e.kind = 'nps' AND e.score BETWEEN 0 AND 10) OR (e.kind = 'csat' AND e.score BETWEEN 1 AND 5))
    AND CAST(e.answered_at AS DATE) <= $cut_off
    AND CAST(e.answered_at AS DATE) > $year_before
GROUP BY n.customer_no
ORDER BY n.customer_no
