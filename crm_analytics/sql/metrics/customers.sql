-- Customers with every field that a segment can use, highest revenue first.
-- Grain: one row per customer, at most $limit.
WITH highest AS (
    SELECT c.revenue
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    ORDER BY c.revenue DESC NULLS LAST, c.customer_no
    LIMIT $limit
),
listed AS (
    -- of customers with less than the last of those nothing else is read; what files say is looked up for the rows that are listed alone
    SELECT
        c.customer_no,
        c.customer_id,
        c.status,
        c.first_order_on,
        c.last_order_on,
        c.recency_days,
        c.orders,
        c.purchase_days,
        c.returns,
        c.units,
        c.revenue,
        c.gross_revenue,
        c.margin,
        c.average_order_value,
        c.revenue_12m,
        c.revenue_before_12m,
        c.mean_gap_days,
        c.is_loyal,
        c.r_score,
        c.f_score,
        c.m_score,
        c.fm_score,
        c.segment,
        c.revenue_rank,
        c.cumulative_share,
        c.abc_class,
        c.country,
        c.channel,
        c.gender
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.revenue >= (SELECT min(revenue) FROM highest)
    ORDER BY c.revenue DESC NULLS LAST, c.customer_id
    LIMIT $limit
)
SELECT
    l.customer_id,
    l.status,
    l.first_order_on,
    l.last_order_on,
    l.recency_days,
    l.orders,
    l.purchase_days,
    l.returns,
    l.units,
    l.revenue,
    l.gross_revenue,
    l.margin,
    l.average_order_value,
    l.revenue_12m,
    l.revenue_before_12m,
    l.mean_gap_days,
    l.is_loyal,
    l.r_score,
    l.f_score,
    l.m_score,
    l.fm_score,
    l.segment,
    l.revenue_rank,
    l.cumulative_share,
    l.abc_class,
    l.country,
    p.region,
    p.city,
    p.postal_code,
    l.channel,
    p.name,
    p.email,
    p.phone,
    l.gender,
    p.born_on,
    p.joined_on,
    p.owner,
    p.organisation_id
FROM listed AS l
JOIN profiles AS p ON p.customer_no = l.customer_no
ORDER BY l.revenue DESC NULLS LAST, l.customer_id
