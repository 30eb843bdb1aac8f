-- The top 20% by revenue of the 12 months to $as_of and of the 12 months before, with their last half-year.
-- `entry_revenue` is the revenue of the last of the top 20%; `half_share` the part of the base's 12 months since $half_ago.
-- Amounts are counted, and only who has as much as the last of the top 20% is put in order: a sort of all takes twice as long.
-- Grain: one row per customer who is in the one or the other, highest revenue first.
WITH amount AS (
    SELECT revenue_12m AS revenue, count(*) AS customers
    FROM customers
    WHERE revenue_12m > 0
    GROUP BY revenue_12m
),
edge AS (
    SELECT min(revenue) AS revenue, max(n) AS n
    FROM (
        SELECT revenue, sum(customers) OVER (ORDER BY revenue DESC) - customers AS ahead, sum(customers) OVER () AS n
        FROM amount
    ) AS reached
    WHERE 5 * ahead < n
),
ranked AS (
    SELECT c.customer_no, e.n, row_number() OVER (ORDER BY c.revenue_12m DESC, c.customer_id) AS place
    FROM customers AS c
    CROSS JOIN edge AS e
    WHERE c.revenue_12m >= (SELECT revenue FROM edge)
),
amount_before AS (
    SELECT revenue_before_12m AS revenue, count(*) AS customers
    FROM customers
    WHERE revenue_before_12m > 0
    GROUP BY revenue_before_12m
),
edge_before AS (
    SELECT min(revenue) AS revenue, max(n) AS n
    FROM (
        SELECT revenue, sum(customers) OVER (ORDER BY revenue DESC) - customers AS ahead, sum(customers) OVER () AS n
        FROM amount_before
    ) AS reached
    WHERE 5 * ahead < n
),
ranked_before AS (
    SELECT c.customer_no, e.n, row_number() OVER (ORDER BY c.revenue_before_12m DESC, c.customer_id) AS place
    FROM customers AS c
    CROSS JOIN edge_before AS e
    WHERE c.revenue_before_12m >= (SELECT revenue FROM edge_before)
),
top AS (
    SELECT customer_no
    FROM ranked
    WHERE 5 * (place - 1) < n
),
top_before AS (
    SELECT customer_no
    FROM ranked_before
    WHERE 5 * (place - 1) < n
),
placed AS (
    SELECT
        coalesce(t.customer_no, b.customer_no) AS customer_no,
        t.customer_no IS NOT NULL AS is_top,
        b.customer_no IS NOT NULL AS was_top
    FROM top AS t
    FULL JOIN top_before AS b ON b.customer_no = t.customer_no
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
    SELECT sum(revenue * customers) AS revenue_12m
    FROM amount
),
bar AS (
    SELECT e.revenue AS entry_revenue, CAST(h.revenue_6m AS DOUBLE) / nullif(CAST(y.revenue_12m AS DOUBLE), 0) AS half_share
    FROM edge AS e
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
