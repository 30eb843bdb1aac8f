-- Customers as of a day, as far as that depends on the day, with the ids and classes that rules ask for most.
-- What only files say of them is in `profiles`: both together are the relation `customers`, every field that a segment can use.
-- Grain: one row per customer known by $as_of. Computed on the whole base: an audience only selects from it.
WITH known_country AS (
    -- texts are numbered: the latest of a customer is then the greatest of a number made of day and text, quicker than of a text
    SELECT country, row_number() OVER (ORDER BY country) AS country_no
    -- the customer's own file comes first: without a gap in it orders are not asked
    FROM (SELECT DISTINCT country FROM orders WHERE country IS NOT NULL AND EXISTS (SELECT 1 FROM profiles WHERE country IS NULL))
),
known_channel AS (
    SELECT channel, row_number() OVER (ORDER BY channel) AS channel_no
    FROM (SELECT DISTINCT channel FROM orders WHERE channel IS NOT NULL)
),
bought AS (
    SELECT
        o.customer_no,
        count(*) FILTER (WHERE o.is_purchase) AS orders,
        count(*) FILTER (WHERE o.net_amount < 0) AS returns,
        sum(o.units) AS units,
        sum(o.net_amount) AS revenue,
        sum(o.gross_amount) AS gross_revenue,
        -- of an order both are there or neither is
        sum(o.costed_amount - o.cost_amount) AS margin,
        sum(o.net_amount) FILTER (WHERE o.ordered_on > $year_ago) AS revenue_12m,
        sum(o.net_amount) FILTER (WHERE o.ordered_on > $two_years_ago AND o.ordered_on <= $year_ago) AS revenue_before_12m,
        -- equal days are broken by name
        min(date_diff('day', DATE '1970-01-01', CAST(o.ordered_on AS DATE)) * 4294967296 + w.channel_no) FILTER (WHERE o.is_purchase) AS first_channel
    FROM orders AS o
    LEFT JOIN known_channel AS w ON w.channel = o.channel
    WHERE o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    GROUP BY o.customer_no
),
lived AS (
    SELECT
        o.customer_no,
        max(date_diff('day', DATE '1970-01-01', CAST(o.ordered_on AS DATE)) * 4294967296 + p.country_no) AS last_country
    FROM orders AS o
    -- not in `bought`: without such countries the orders are not read again
    JOIN known_country AS p ON p.country = o.country
    WHERE o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    GROUP BY o.customer_no
),
rhythm AS (
    SELECT
        customer_no,
        min(ordered_on) AS first_order_on,
        max(ordered_on) AS last_order_on,
        count(*) AS purchase_days,
        count(*) FILTER (WHERE ordered_on >= $window_from) AS last_days,
        count(*) FILTER (WHERE ordered_on >= $before_from AND ordered_on < $window_from) AS before_days
    FROM purchase_days
    WHERE ordered_on <= $as_of
    GROUP BY customer_no
),
summed AS (
    -- joined with the profiles one after the other, the profiles would be what is held in memory, and lose their order
    SELECT
        b.customer_no,
        b.orders,
        b.returns,
        b.units,
        b.revenue,
        b.gross_revenue,
        b.margin,
        b.revenue_12m,
        b.revenue_before_12m,
        b.first_channel,
        r.first_order_on,
        r.last_order_on,
        r.purchase_days,
        r.last_days,
        r.before_days
    FROM bought AS b
    LEFT JOIN rhythm AS r ON r.customer_no = b.customer_no
),
counted AS (
    -- what RFM counts where it looks back some months and not at all history; else nothing is read for it
    SELECT
        customer_no,
        count(DISTINCT CASE WHEN is_purchase THEN ordered_on END) AS purchase_days,
        sum(net_amount) AS revenue
    FROM orders
    WHERE $counted_from IS NOT NULL AND customer_no IS NOT NULL AND ordered_on > $counted_from AND ordered_on <= $as_of
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
        coalesce(b.purchase_days, 0) AS purchase_days,
        coalesce(b.returns, 0) AS returns,
        b.units,
        CAST(coalesce(b.revenue, 0) AS DECIMAL(18, 4)) AS revenue,
        CAST(coalesce(b.gross_revenue, 0) AS DECIMAL(18, 4)) AS gross_revenue,
        CAST(b.margin AS DECIMAL(18, 4)) AS margin,
        CAST(b.revenue / nullif(b.orders, 0) AS DECIMAL(18, 4)) AS average_order_value,
        CAST(coalesce(b.revenue_12m, 0) AS DECIMAL(18, 4)) AS revenue_12m,
        CAST(coalesce(b.revenue_before_12m, 0) AS DECIMAL(18, 4)) AS revenue_before_12m,
        date_diff('day', CAST(b.first_order_on AS DATE), CAST(b.last_order_on AS DATE))
        / nullif(CAST(b.purchase_days - 1 AS DOUBLE), 0) AS mean_gap_days,
        coalesce(b.last_days, 0) AS last_days,
        coalesce(b.before_days, 0) AS before_days,
        coalesce(CASE WHEN $counted_from IS NULL THEN b.purchase_days ELSE c.purchase_days END, 0) AS frequency,
        CAST(coalesce(CASE WHEN $counted_from IS NULL THEN b.revenue ELSE c.revenue END, 0) AS DECIMAL(18, 4)) AS monetary,
        coalesce(s.country, p.country) AS country,
        coalesce(w.channel, s.channel) AS channel,
        s.gender
    FROM profiles AS s
    LEFT JOIN summed AS b ON b.customer_no = s.customer_no
    LEFT JOIN counted AS c ON c.customer_no = s.customer_no
    LEFT JOIN lived AS l ON l.customer_no = s.customer_no
    LEFT JOIN known_country AS p ON p.country_no = l.last_country & 4294967295
    LEFT JOIN known_channel AS w ON w.channel_no = b.first_channel & 4294967295
    WHERE b.customer_no IS NOT NULL OR (s.is_stated AND (s.joined_on IS NULL OR s.joined_on <= $as_of))
),
base AS (
    SELECT count(*) AS buyers, sum(revenue) FILTER (WHERE revenue > 0) AS total
    FROM known
    WHERE orders > 0
),
placed AS (
    -- few columns, since their order is a sort; equal revenue is broken by the id
    SELECT
        customer_no,
        revenue,
        row_number() OVER (ORDER BY revenue DESC, customer_id) AS place,
        sum(revenue) OVER (ORDER BY revenue DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS reached
    FROM known
    WHERE orders > 0
),
-- scores are fifths of the base: of score n or more is who has at least (n - 1) fifths of the buyers behind. Few values of recency
-- and frequency occur: they are counted instead of ordered
recency AS (
    SELECT recency_days, sum(count(*)) OVER (ORDER BY recency_days DESC) - count(*) AS longer_ago
    FROM known
    WHERE orders > 0
    GROUP BY recency_days
),
recency_limit AS (
    SELECT
        max(r.recency_days) FILTER (WHERE 5 * r.longer_ago >= b.buyers) AS of_2,
        max(r.recency_days) FILTER (WHERE 5 * r.longer_ago >= 2 * b.buyers) AS of_3,
        max(r.recency_days) FILTER (WHERE 5 * r.longer_ago >= 3 * b.buyers) AS of_4,
        max(r.recency_days) FILTER (WHERE 5 * r.longer_ago >= 4 * b.buyers) AS of_5
    FROM recency AS r
    CROSS JOIN base AS b
),
often AS (
    SELECT frequency, sum(count(*)) OVER (ORDER BY frequency) - count(*) AS less_often
    FROM known
    WHERE orders > 0
    GROUP BY frequency
),
frequency_limit AS (
    SELECT
        min(f.frequency) FILTER (WHERE 5 * f.less_often >= b.buyers) AS of_2,
        min(f.frequency) FILTER (WHERE 5 * f.less_often >= 2 * b.buyers) AS of_3,
        min(f.frequency) FILTER (WHERE 5 * f.less_often >= 3 * b.buyers) AS of_4,
        min(f.frequency) FILTER (WHERE 5 * f.less_often >= 4 * b.buyers) AS of_5
    FROM often AS f
    CROSS JOIN base AS b
),
spent AS (
    SELECT revenue AS monetary, place
    FROM placed
    WHERE $counted_from IS NULL
    UNION ALL
    SELECT monetary, row_number() OVER (ORDER BY monetary DESC) AS place
    FROM known
    WHERE $counted_from IS NOT NULL AND orders > 0
),
monetary_limit AS (
    -- the amount to be passed: that of the last customer of the fifths below
    SELECT
        min(p.monetary) FILTER (WHERE 5 * (b.buyers + 1 - p.place) >= b.buyers) AS of_2,
        min(p.monetary) FILTER (WHERE 5 * (b.buyers + 1 - p.place) >= 2 * b.buyers) AS of_3,
        min(p.monetary) FILTER (WHERE 5 * (b.buyers + 1 - p.place) >= 3 * b.buyers) AS of_4,
        min(p.monetary) FILTER (WHERE 5 * (b.buyers + 1 - p.place) >= 4 * b.buyers) AS of_5
    FROM spent AS p
    CROSS JOIN base AS b
),
scored AS (
    SELECT
        k.customer_no,
        k.customer_id,
        k.first_order_on,
        k.last_order_on,
        k.recency_days,
        k.known_days,
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
        k.last_days,
        k.before_days,
        k.frequency,
        k.monetary,
        k.country,
        k.channel,
        k.gender,
        s.place,
        s.reached,
        b.total,
        -- only buyers have scores; fixed thresholds stand before fifths where the business has set them
        CAST(
            CASE WHEN k.orders > 0 THEN 1 END
            + CASE WHEN k.recency_days <= coalesce($recency_2, r.of_2) THEN 1 ELSE 0 END
            + CASE WHEN k.recency_days <= coalesce($recency_3, r.of_3) THEN 1 ELSE 0 END
            + CASE WHEN k.recency_days <= coalesce($recency_4, r.of_4) THEN 1 ELSE 0 END
            + CASE WHEN k.recency_days <= coalesce($recency_5, r.of_5) THEN 1 ELSE 0 END AS BIGINT
        ) AS r_score,
        CAST(
            CASE WHEN k.orders > 0 THEN 1 END
            + CASE WHEN k.frequency >= coalesce($frequency_2, f.of_2) THEN 1 ELSE 0 END
            + CASE WHEN k.frequency >= coalesce($frequency_3, f.of_3) THEN 1 ELSE 0 END
            + CASE WHEN k.frequency >= coalesce($frequency_4, f.of_4) THEN 1 ELSE 0 END
            + CASE WHEN k.frequency >= coalesce($frequency_5, f.of_5) THEN 1 ELSE 0 END AS BIGINT
        ) AS f_score,
        CAST(
            CASE WHEN k.orders > 0 THEN 1 END
            + CASE WHEN k.monetary >= $monetary_2 OR ($monetary_2 IS NULL AND k.monetary > m.of_2) THEN 1 ELSE 0 END
            + CASE WHEN k.monetary >= $monetary_3 OR ($monetary_3 IS NULL AND k.monetary > m.of_3) THEN 1 ELSE 0 END
            + CASE WHEN k.monetary >= $monetary_4 OR ($monetary_4 IS NULL AND k.monetary > m.of_4) THEN 1 ELSE 0 END
            + CASE WHEN k.monetary >= $monetary_5 OR ($monetary_5 IS NULL AND k.monetary > m.of_5) THEN 1 ELSE 0 END AS BIGINT
        ) AS m_score
    FROM known AS k
    LEFT JOIN placed AS s ON s.customer_no = k.customer_no
    CROSS JOIN base AS b
    CROSS JOIN recency_limit AS r
    CROSS JOIN frequency_limit AS f
    CROSS JOIN monetary_limit AS m
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
    -- where all history counts, these are purchase_days and revenue
    CASE WHEN $counted_from IS NOT NULL AND k.orders > 0 THEN k.frequency END AS rfm_frequency,
    CASE WHEN $counted_from IS NOT NULL AND k.orders > 0 THEN k.monetary END AS rfm_monetary,
    k.r_score,
    k.f_score,
    k.m_score,
    CAST(floor((k.f_score + k.m_score) / 2.0 + 0.5) AS BIGINT) AS fm_score,
    CASE WHEN k.orders = 0 THEN 'Prospects' ELSE g.segment END AS segment,
    CASE WHEN k.orders > 0 AND k.revenue > 0 THEN k.place END AS revenue_rank,
    CASE WHEN k.orders > 0 AND k.revenue > 0 THEN CAST(k.reached AS DOUBLE) / nullif(CAST(k.total AS DOUBLE), 0) END AS cumulative_share,
    CASE
        WHEN k.orders = 0 THEN NULL
        WHEN k.revenue <= 0 THEN 'C'
        WHEN (k.reached - k.revenue) * 100 < k.total * 80 THEN 'A'
        WHEN (k.reached - k.revenue) * 100 < k.total * 95 THEN 'B'
        ELSE 'C'
    END AS abc_class,
    k.country,
    k.channel,
    k.gender
FROM scored AS k
LEFT JOIN rfm_cells AS g ON g.r_score = k.r_score AND g.fm_score = CAST(floor((k.f_score + k.m_score) / 2.0 + 0.5) AS BIGINT)
LEFT JOIN declines AS d ON d.days = k.last_days + k.before_days
ORDER BY k.customer_no
