-- Customers as of a day, as far as that depends on the day, with the ids and classes that rules ask for most.
-- What only files say of them is in `profiles`: both together are the relation `customers`, every field that a segment can use.
-- Grain: one row per customer known by $as_of. Computed on the whole base: an audience only selects from it.
WITH bought AS (
    SELECT
        customer_no,
        min(ordered_on) FILTER (WHERE is_purchase) AS first_order_on,
        max(ordered_on) FILTER (WHERE is_purchase) AS last_order_on,
        count(*) FILTER (WHERE is_purchase) AS orders,
        count(*) FILTER (WHERE net_amount < 0) AS returns,
        sum(units) AS units,
        sum(net_amount) AS revenue,
        sum(gross_amount) AS gross_revenue,
        sum(costed_amount) - sum(cost_amount) AS margin,
        sum(net_amount) FILTER (WHERE ordered_on > $year_ago) AS revenue_12m,
        sum(net_amount) FILTER (WHERE ordered_on > $two_years_ago AND ordered_on <= $year_ago) AS revenue_before_12m,
        -- the text starts with the day, so the greatest is the latest, and equal days are broken by name: one pass, no ties left
        substr(max(CAST(ordered_on AS VARCHAR) || country), 11) AS country,
        substr(min(CAST(ordered_on AS VARCHAR) || channel) FILTER (WHERE is_purchase), 11) AS channel
    FROM orders
    WHERE customer_no IS NOT NULL AND ordered_on <= $as_of
    GROUP BY customer_no
),
rhythm AS (
    SELECT
        customer_no,
        count(*) AS purchase_days,
        count(*) FILTER (WHERE ordered_on >= $window_from) AS last_days,
        count(*) FILTER (WHERE ordered_on >= $before_from AND ordered_on < $window_from) AS before_days
    FROM purchase_days
    WHERE ordered_on <= $as_of
    GROUP BY customer_no
),
known AS (
    SELECT
        s.customer_no,
        s.customer_id,
        b.first_order_on,
        b.last_order_on,
        date_diff('day', CAST(b.last_order_on AS DATE), CAST($as_of AS DATE)) AS recency_days,
        date_diff('day', CAST(b.first_order_on AS DATE), CAST($as_of AS DATE)) AS known_days,
        coalesce(b.orders, 0) AS orders,
        coalesce(r.purchase_days, 0) AS purchase_days,
        coalesce(b.returns, 0) AS returns,
        b.units,
        CAST(coalesce(b.revenue, 0) AS DECIMAL(18, 4)) AS revenue,
        CAST(coalesce(b.gross_revenue, 0) AS DECIMAL(18, 4)) AS gross_revenue,
        CAST(b.margin AS DECIMAL(18, 4)) AS margin,
        CAST(b.revenue / nullif(b.orders, 0) AS DECIMAL(18, 4)) AS average_order_value,
        CAST(coalesce(b.revenue_12m, 0) AS DECIMAL(18, 4)) AS revenue_12m,
        CAST(coalesce(b.revenue_before_12m, 0) AS DECIMAL(18, 4)) AS revenue_before_12m,
        date_diff('day', CAST(b.first_order_on AS DATE), CAST(b.last_order_on AS DATE))
        / nullif(CAST(r.purchase_days - 1 AS DOUBLE), 0) AS mean_gap_days,
        coalesce(r.last_days, 0) AS last_days,
        coalesce(r.before_days, 0) AS before_days,
        coalesce(s.country, b.country) AS country,
        coalesce(b.channel, s.channel) AS channel,
        s.gender
    FROM profiles AS s
    LEFT JOIN bought AS b ON b.customer_no = s.customer_no
    LEFT JOIN rhythm AS r ON r.customer_no = s.customer_no
    WHERE b.customer_no IS NOT NULL OR (s.is_stated AND (s.joined_on IS NULL OR s.joined_on <= $as_of))
),
placed AS (
    -- few columns, since each order of them is a sort; equal revenue is broken by the id
    SELECT
        customer_no,
        recency_days,
        purchase_days,
        revenue,
        rank() OVER (ORDER BY recency_days DESC) - 1 AS longer_ago,
        rank() OVER (ORDER BY purchase_days) - 1 AS less_often,
        rank() OVER (ORDER BY revenue) - 1 AS with_less,
        row_number() OVER (ORDER BY revenue DESC, customer_id) AS place,
        sum(revenue) OVER (ORDER BY revenue DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS reached
    FROM known
    WHERE orders > 0
),
base AS (
    SELECT count(*) AS buyers, sum(revenue) FILTER (WHERE revenue > 0) AS total
    FROM known
    WHERE orders > 0
),
scored AS (
    SELECT
        p.customer_no,
        p.place,
        p.reached,
        b.total,
        -- fifths of the base, or fixed thresholds where the business has set them
        CASE
            WHEN $recency_2 IS NULL THEN CAST(least(5, 1 + floor(5.0 * p.longer_ago / nullif(b.buyers, 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN p.recency_days <= $recency_2 THEN 1 ELSE 0 END
            + CASE WHEN p.recency_days <= $recency_3 THEN 1 ELSE 0 END
            + CASE WHEN p.recency_days <= $recency_4 THEN 1 ELSE 0 END
            + CASE WHEN p.recency_days <= $recency_5 THEN 1 ELSE 0 END
        END AS r_score,
        CASE
            WHEN $frequency_2 IS NULL THEN CAST(least(5, 1 + floor(5.0 * p.less_often / nullif(b.buyers, 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN p.purchase_days >= $frequency_2 THEN 1 ELSE 0 END
            + CASE WHEN p.purchase_days >= $frequency_3 THEN 1 ELSE 0 END
            + CASE WHEN p.purchase_days >= $frequency_4 THEN 1 ELSE 0 END
            + CASE WHEN p.purchase_days >= $frequency_5 THEN 1 ELSE 0 END
        END AS f_score,
        CASE
            WHEN $monetary_2 IS NULL THEN CAST(least(5, 1 + floor(5.0 * p.with_less / nullif(b.buyers, 0))) AS BIGINT)
            ELSE 1
            + CASE WHEN p.revenue >= $monetary_2 THEN 1 ELSE 0 END
            + CASE WHEN p.revenue >= $monetary_3 THEN 1 ELSE 0 END
            + CASE WHEN p.revenue >= $monetary_4 THEN 1 ELSE 0 END
            + CASE WHEN p.revenue >= $monetary_5 THEN 1 ELSE 0 END
        END AS m_score
    FROM placed AS p
    CROSS JOIN base AS b
)
SELECT
    k.customer_no,
    k.customer_id,
    CASE
        WHEN k.orders = 0 THEN 'prospect'
        WHEN k.known_days <= $window_days THEN 'new'
        WHEN k.recency_days > $window_days THEN 'lapsed'
        WHEN k.before_days >= 7 AND 2 * k.last_days <= k.before_days AND k.last_days <= d.most THEN 'declining'
        ELSE 'active'
    END AS status,
    k.first_order_on,
    k.last_order_on,
    k.recency_days,
    k.orders,
    k.purchase_days,
    k.returns,
    k.units,
    k.revenue,
    k.gross_revenue,
    k.margin,
    k.average_order_value,
    k.revenue_12m,
    k.revenue_before_12m,
    k.mean_gap_days,
    k.orders > 0
    AND k.purchase_days >= $loyal_days
    AND k.recency_days <= $window_days
    AND k.known_days >= $window_days AS is_loyal,
    s.r_score,
    s.f_score,
    s.m_score,
    CAST(floor((s.f_score + s.m_score) / 2.0 + 0.5) AS BIGINT) AS fm_score,
    CASE WHEN k.orders = 0 THEN 'Prospects' ELSE g.segment END AS segment,
    CASE WHEN k.orders > 0 AND k.revenue > 0 THEN s.place END AS revenue_rank,
    CASE WHEN k.orders > 0 AND k.revenue > 0 THEN CAST(s.reached AS DOUBLE) / nullif(CAST(s.total AS DOUBLE), 0) END AS cumulative_share,
    CASE
        WHEN k.orders = 0 THEN NULL
        WHEN k.revenue <= 0 THEN 'C'
        WHEN (s.reached - k.revenue) * 100 < s.total * 80 THEN 'A'
        WHEN (s.reached - k.revenue) * 100 < s.total * 95 THEN 'B'
        ELSE 'C'
    END AS abc_class,
    k.country,
    k.channel,
    k.gender
FROM known AS k
LEFT JOIN scored AS s ON s.customer_no = k.customer_no
LEFT JOIN rfm_cells AS g ON g.r_score = s.r_score AND g.fm_score = CAST(floor((s.f_score + s.m_score) / 2.0 + 0.5) AS BIGINT)
LEFT JOIN declines AS d ON d.days = k.last_days + k.before_days
ORDER BY k.customer_no
