-- Revenue of members and of others since $starts_on, and over as many days before it, by strata of what was known before it.
-- Strata: purchase days of the year before (0, 1, 2, 3-4, 5-8, 9 and more) x quarter of a year since the last purchase x fifth of revenue.
-- Members are those of any programme on $starts_on; who joined later is in neither group. Only customers who had bought by then.
-- Grain: one row per stratum and group.
WITH bought AS (
    SELECT
        o.customer_id,
        sum(CASE WHEN o.ordered_on < $starts_on AND o.ordered_on >= $year_before THEN o.net_amount ELSE 0 END) AS year_revenue,
        sum(CASE WHEN o.ordered_on < $starts_on AND o.ordered_on >= $equal_before THEN o.net_amount ELSE 0 END) AS revenue_before,
        sum(CASE WHEN o.ordered_on >= $starts_on THEN o.net_amount ELSE 0 END) AS revenue_since,
        count(DISTINCT CASE WHEN o.is_purchase AND o.ordered_on < $starts_on AND o.ordered_on >= $year_before THEN o.ordered_on END)
            AS days,
        max(CASE WHEN o.is_purchase AND o.ordered_on < $starts_on THEN o.ordered_on END) AS last_on
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of AND o.customer_no IS NOT NULL
    GROUP BY o.customer_id
),
membership AS (
    SELECT
        m.customer_id,
        max(CASE WHEN m.joined_on < $starts_on AND (m.left_on IS NULL OR m.left_on >= $starts_on) THEN 1 ELSE 0 END) AS is_member
    FROM memberships AS m
    WHERE m.joined_on IS NOT NULL AND m.joined_on <= $as_of
    GROUP BY m.customer_id
),
placed AS (
    SELECT
        CASE
            WHEN b.days >= 9 THEN 9
            WHEN b.days >= 5 THEN 5
            WHEN b.days >= 3 THEN 3
            ELSE b.days
        END AS days,
        least(
            date_diff('day', CAST(b.last_on AS DATE), CAST($starts_on AS DATE)) - date_diff('day', CAST(b.last_on AS DATE), CAST($starts_on AS DATE)) % 91,
            455
        ) AS recency,
        ntile(5) OVER (ORDER BY b.year_revenue, b.customer_id) AS fifth,
        coalesce(m.is_member, 0) AS is_member,
        CAST(b.revenue_since AS DOUBLE) AS revenue_since,
        CAST(b.revenue_before AS DOUBLE) AS revenue_before
    FROM bought AS b
    LEFT JOIN membership AS m ON m.customer_id = b.customer_id
    WHERE b.last_on IS NOT NULL AND (m.customer_id IS NULL OR m.is_member = 1)
)
SELECT
    days,
    recency,
    fifth,
    is_member,
    count(*) AS customers,
    sum(revenue_since) AS revenue,
    sum(revenue_since * revenue_since) AS squares,
    sum(revenue_before) AS revenue_before,
    sum(revenue_since - revenue_before) AS gain,
    sum((revenue_since - revenue_before) * (revenue_since - revenue_before)) AS gain_squares
FROM placed
GROUP BY days, recency, fifth, is_member
ORDER BY days, recency, fifth, is_member
