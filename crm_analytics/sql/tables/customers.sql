-- Customers as of a day: every field that a segment can use.
-- Grain: one row per customer known by $as_of. Computed on the whole base: an audience only selects from it.
WITH stated AS (
    SELECT
        CASE WHEN $several_sources THEN source || ':' || customer_id ELSE customer_id END AS customer_id,
        coalesce(name, nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')) AS name,
        email,
        phone,
        gender,
        born_on,
        joined_on,
        country,
        region,
        city,
        postal_code,
        channel,
        owner,
        organisation_id,
        attributes
    FROM core_customers
),
bought AS (
    SELECT
        customer_id,
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
    WHERE customer_id IS NOT NULL AND ordered_on <= $as_of
    GROUP BY customer_id
),
rhythm AS (
    SELECT
        customer_id,
        count(*) AS purchase_days,
        count(*) FILTER (WHERE ordered_on >= $window_from) AS last_days,
        count(*) FILTER (WHERE ordered_on >= $before_from AND ordered_on < $window_from) AS before_days
    FROM purchase_days
    WHERE ordered_on <= $as_of
    GROUP BY customer_id
),
known AS (
    SELECT
        coalesce(b.customer_id, s.customer_id) AS customer_id,
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
        s.region,
        s.city,
        s.postal_code,
        coalesce(b.channel, s.channel) AS channel,
        s.name,
        s.email,
        s.phone,
        s.gender,
        s.born_on,
        s.joined_on,
        s.owner,
        s.organisation_id,
        s.attributes
    FROM stated AS s
    FULL JOIN bought AS b ON b.customer_id = s.customer_id
    LEFT JOIN rhythm AS r ON r.customer_id = b.customer_id
    WHERE b.customer_id IS NOT NULL OR s.joined_on IS NULL OR s.joined_on <= $as_of
),
scored AS (
    -- fifths of the base, or fixed thresholds where the business has set them
    SELECT
        customer_id,
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
    FROM known
    WHERE orders > 0
),
ranked AS (
    SELECT
        customer_id,
        row_number() OVER (ORDER BY revenue DESC, customer_id) AS revenue_rank,
        sum(revenue) OVER (ORDER BY revenue DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS reached,
        sum(revenue) OVER () AS total,
        revenue
    FROM known
    WHERE orders > 0 AND revenue > 0
)
SELECT
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
    p.revenue_rank,
    CAST(p.reached AS DOUBLE) / nullif(CAST(p.total AS DOUBLE), 0) AS cumulative_share,
    CASE
        WHEN k.orders = 0 THEN NULL
        WHEN p.customer_id IS NULL THEN 'C'
        WHEN (p.reached - p.revenue) * 100 < p.total * 80 THEN 'A'
        WHEN (p.reached - p.revenue) * 100 < p.total * 95 THEN 'B'
        ELSE 'C'
    END AS abc_class,
    k.country,
    k.region,
    k.city,
    k.postal_code,
    k.channel,
    k.name,
    k.email,
    k.phone,
    k.gender,
    k.born_on,
    k.joined_on,
    k.owner,
    k.organisation_id,
    k.attributes
FROM known AS k
LEFT JOIN scored AS s ON s.customer_id = k.customer_id
LEFT JOIN ranked AS p ON p.customer_id = k.customer_id
LEFT JOIN rfm_cells AS g ON g.r_score = s.r_score AND g.fm_score = CAST(floor((s.f_score + s.m_score) / 2.0 + 0.5) AS BIGINT)
LEFT JOIN declines AS d ON d.days = k.last_days + k.before_days
ORDER BY k.revenue DESC, k.customer_id
