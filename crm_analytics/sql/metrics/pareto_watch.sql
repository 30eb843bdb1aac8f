-- The top 20% by revenue of the 12 months to $as_of and of the 12 months before, with their last half-year.
-- `entry_revenue` is the revenue of the last of the top 20%; `half_share` the part of the base's 12 months since $half_ago.
-- Grain: one row per customer who is in the one or the other, highest revenue first.
WITH placed AS (
    SELECT customer_no, count(*) FILTER (WHERE NOT is_before) > 0 AS is_top, count(*) FILTER (WHERE is_before) > 0 AS was_top
    FROM best_fifth
    GROUP BY customer_no
),
half AS (
    SELECT o.customer_no, sum(o.net_amount) AS revenue_6m
    FROM orders AS o
    JOIN placed AS s ON s.customer_no = o.customer_no
    WHERE o.ordered_on > $half_ago AND o.ordered_on <= $as_of
    GROUP BY o.customer_no
),
half_of_all AS (
    SELECT coalesce(sum(o.net_amount), 0) AS revenue_6m
    FROM orders AS o
    JOIN customers AS c ON c.customer_id = o.customer_id
    WHERE c.revenue_12m > 0 AND o.ordered_on > $half_ago AND o.ordered_on <= $as_of
),
year_of_all AS (
    SELECT sum(revenue_12m) AS revenue_12m
    FROM customers
    WHERE revenue_12m > 0
),
entry AS (
    SELECT min(revenue) AS revenue
    FROM best_fifth
    WHERE NOT is_before
),
bar AS (
    SELECT e.revenue AS entry_revenue, CAST(h.revenue_6m AS DOUBLE) / nullif(CAST(y.revenue_12m AS DOUBLE), 0) AS half_share
    FROM entry AS e
    CROSS JOIN half_of_all AS h
    CROSS JOIN year_of_all AS y
)
SELECT
    c.customer_id,
    p.name,
    c.status,
    c.last_order_on,
    c.recency_days,
    c.revenue_12m,
    c.revenue_before_12m,
    coalesce(h.revenue_6m, 0) AS revenue_6m,
    s.is_top,
    s.was_top,
    b.entry_revenue,
    b.half_share
FROM placed AS s
JOIN customers AS c ON c.customer_no = s.customer_no
JOIN profiles AS p ON p.customer_no = c.customer_no
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN half AS h ON h.customer_no = c.customer_no
CROSS JOIN bar AS b
ORDER BY greatest(c.revenue_12m, c.revenue_before_12m) DESC, c.customer_id
