-- Buyers by their present segment and the scores that other thresholds, or fifths of the base, would give them.
-- Scores are those over the whole base. Grain: one row per segment and three scores that occur.
WITH buyer AS (
    SELECT
        c.customer_id,
        c.segment,
        c.revenue,
        c.recency_days,
        coalesce(c.rfm_frequency, c.purchase_days) AS frequency,
        coalesce(c.rfm_monetary, c.revenue) AS monetary
    FROM customers AS c
    WHERE c.orders > 0
),
scored AS (
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
                THEN CAST(least(5, 1 + floor(5.0 * (rank() OVER (ORDER BY frequency) - 1) / nullif(count(*) OVER (), 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN frequency >= $frequency_2 THEN 1 ELSE 0 END
            + CASE WHEN frequency >= $frequency_3 THEN 1 ELSE 0 END
            + CASE WHEN frequency >= $frequency_4 THEN 1 ELSE 0 END
            + CASE WHEN frequency >= $frequency_5 THEN 1 ELSE 0 END
        END AS f_score,
        CASE
            WHEN $monetary_2 IS NULL
                THEN CAST(least(5, 1 + floor(5.0 * (rank() OVER (ORDER BY monetary) - 1) / nullif(count(*) OVER (), 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN monetary >= $monetary_2 THEN 1 ELSE 0 END
            + CASE WHEN monetary >= $monetary_3 THEN 1 ELSE 0 END
            + CASE WHEN monetary >= $monetary_4 THEN 1 ELSE 0 END
            + CASE WHEN monetary >= $monetary_5 THEN 1 ELSE 0 END
        END AS m_score
    FROM buyer
)
SELECT s.segment, s.r_score, s.f_score, s.m_score, count(*) AS customers, sum(s.revenue) AS revenue
FROM scored AS s
JOIN audience AS a ON a.customer_id = s.customer_id
GROUP BY s.segment, s.r_score, s.f_score, s.m_score
ORDER BY s.segment, s.r_score, s.f_score, s.m_score
