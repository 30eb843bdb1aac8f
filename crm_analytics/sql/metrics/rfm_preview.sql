-- Buyers by their present segment and the scores that other thresholds, or fifths of the base, would give them.
-- Scores are those over the whole base. Grain: one row per segment and three scores that occur.
WITH scored AS (
    SELECT
        customer_id,
        segment,
        revenue,
        CASE
            WHEN $recency_2 IS NULL
                THEN CAST(least(5, 1 + floor(5.0 * (rank() OVER (ORDER BY recency_days DESC) - 1) / nullif(count(*) OVER (), 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN recency_days <= $recency_2 THEN 1 ELSE 0 END
            + CASE WHEN recency_days <= $recency_3 THEN 1 ELSE 0 END
            + CASE WHEN recency_days <= $recency_4 THEN 1 ELSE 0 END
            + CASE WHEN recency_days <= $recency_5 THEN 1 ELSE 0 END
        END AS r_score,
        CASE
            WHEN $frequency_2 IS NULL
                THEN CAST(least(5, 1 + floor(5.0 * (rank() OVER (ORDER BY purchase_days) - 1) / nullif(count(*) OVER (), 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN purchase_days >= $frequency_2 THEN 1 ELSE 0 END
            + CASE WHEN purchase_days >= $frequency_3 THEN 1 ELSE 0 END
            + CASE WHEN purchase_days >= $frequency_4 THEN 1 ELSE 0 END
            + CASE WHEN purchase_days >= $frequency_5 THEN 1 ELSE 0 END
        END AS f_score,
        CASE
            WHEN $monetary_2 IS NULL
                THEN CAST(least(5, 1 + floor(5.0 * (rank() OVER (ORDER BY revenue) - 1) / nullif(count(*) OVER (), 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN revenue >= $monetary_2 THEN 1 ELSE 0 END
            + CASE WHEN revenue >= $monetary_3 THEN 1 ELSE 0 END
            + CASE WHEN revenue >= $monetary_4 THEN 1 ELSE 0 END
            + CASE WHEN revenue >= $monetary_5 THEN 1 ELSE 0 END
        END AS m_score
    FROM customers
    WHERE orders > 0
)
SELECT s.segment, s.r_score, s.f_score, s.m_score, count(*) AS customers, sum(s.revenue) AS revenue
FROM scored AS s
JOIN audience AS a ON a.customer_id = s.customer_id
GROUP BY s.segment, s.r_score, s.f_score, s.m_score
ORDER BY s.segment, s.r_score, s.f_score, s.m_score
