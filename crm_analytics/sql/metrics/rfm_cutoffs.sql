-- The lowest and the highest value behind each score.
-- Grain: one row per measure and score that occurs.
WITH buyer AS (
    SELECT
        c.recency_days,
        coalesce(c.rfm_frequency, c.purchase_days) AS frequency,
        coalesce(c.rfm_monetary, c.revenue) AS monetary,
        c.r_score,
        c.f_score,
        c.m_score
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.orders > 0
),
bound AS (
    SELECT 'recency' AS measure, r_score AS score, CAST(min(recency_days) AS DOUBLE) AS low, CAST(max(recency_days) AS DOUBLE) AS high, count(*) AS customers
    FROM buyer
    GROUP BY r_score
    UNION ALL
    SELECT 'frequency' AS measure, f_score AS score, CAST(min(frequency) AS DOUBLE) AS low, CAST(max(frequency) AS DOUBLE) AS high, count(*) AS customers
    FROM buyer
    GROUP BY f_score
    UNION ALL
    SELECT 'monetary' AS measure, m_score AS score, CAST(min(monetary) AS DOUBLE) AS low, CAST(max(monetary) AS DOUBLE) AS high, count(*) AS customers
    FROM buyer
    GROUP BY m_score
)
SELECT measure, score, low, high, customers
FROM bound
ORDER BY measure, score
