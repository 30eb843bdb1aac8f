-- Revenue by quarter of the customers held out of a programme and of those who were not, since it was drawn from the base of buyers.
-- Only customers who had bought before $starts_on: who comes later was in no draw.
-- Grain: one row per quarter and group; quarters without any order are left out.
WITH apart AS (
    SELECT DISTINCT customer_id
    FROM programme_holdouts
    WHERE programme_id = $programme_id
),
member AS (
    SELECT c.customer_id, CASE WHEN h.customer_id IS NULL THEN 0 ELSE 1 END AS held_out
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN apart AS h ON h.customer_id = c.customer_id
    WHERE c.first_order_on < $starts_on
),
spent AS (
    SELECT
        m.customer_id,
        m.held_out,
        CAST(date_trunc('quarter', o.ordered_on) AS DATE) AS quarter,
        CAST(sum(o.net_amount) AS DOUBLE) AS revenue
    FROM orders AS o
    JOIN member AS m ON m.customer_id = o.customer_id
    WHERE o.ordered_on >= $starts_on AND o.ordered_on <= $as_of
    GROUP BY m.customer_id, m.held_out, CAST(date_trunc('quarter', o.ordered_on) AS DATE)
),
size AS (
    SELECT held_out, count(*) AS customers
    FROM member
    GROUP BY held_out
)
SELECT
    s.quarter,
    s.held_out,
    max(n.customers) AS customers,
    count(*) AS buyers,
    sum(s.revenue) AS revenue,
    sum(s.revenue * s.revenue) AS squares
FROM spent AS s
JOIN size AS n ON n.held_out = s.held_out
GROUP BY s.quarter, s.held_out
ORDER BY s.quarter, s.held_out
