-- What customers bought in the $days days after their latest answer ($question_kind) that lies so far back: the day itself is not in
-- it, as many answer on the day of a purchase. Each customer once.
-- Grain: one row per opinion.
WITH latest AS (
    SELECT
        customer_id,
        score,
        CAST(answered_at AS DATE) AS answered_on,
        row_number() OVER (PARTITION BY customer_id ORDER BY answered_at DESC, import_id DESC, line DESC) AS place
    FROM answers
    WHERE customer_id IS NOT NULL AND kind = $question_kind AND score >= $lowest AND score <= $highest
    AND date_diff('day', CAST(answered_at AS DATE), CAST($as_of AS DATE)) >= $days
),
known AS (
    SELECT
        c.customer_id,
        c.customer_no,
        l.answered_on,
        CASE WHEN l.score >= $good THEN 'good' WHEN l.score <= $bad THEN 'bad' ELSE 'middling' END AS opinion
    FROM latest AS l
    JOIN customers AS c ON c.customer_id = l.customer_id
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE l.place = 1
),
later AS (
    SELECT
        k.customer_no,
        count(*) FILTER (WHERE o.is_purchase) AS purchases,
        CAST(sum(o.net_amount) AS DOUBLE) AS revenue
    FROM known AS k
    JOIN orders AS o ON o.customer_no = k.customer_no
    WHERE date_diff('day', CAST(k.answered_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN 1 AND $days
    GROUP BY k.customer_no
)
SELECT
    k.opinion,
    count(*) AS customers,
    count(*) FILTER (WHERE l.purchases > 0) AS buyers,
    avg(coalesce(l.revenue, 0)) AS mean_revenue,
    var_samp(coalesce(l.revenue, 0)) AS revenue_variance
FROM known AS k
LEFT JOIN later AS l ON l.customer_no = k.customer_no
GROUP BY k.opinion
ORDER BY k.opinion
