-- The top 20% by revenue on $before, and those of them who are in the top 20% on $as_of.
-- The first ceil(n / 5) of n are the places with 5 * (place - 1) < n. Grain: one row.
WITH placed AS (
    SELECT c.customer_no, row_number() OVER (ORDER BY c.revenue_rank, c.customer_no) AS place, count(*) OVER () AS n
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.revenue_rank IS NOT NULL
),
placed_before AS (
    SELECT c.customer_no, row_number() OVER (ORDER BY c.revenue_rank, c.customer_no) AS place, count(*) OVER () AS n
    FROM customers_before AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.revenue_rank IS NOT NULL
),
top AS (
    SELECT customer_no
    FROM placed
    WHERE 5 * (place - 1) < n
),
top_before AS (
    SELECT customer_no
    FROM placed_before
    WHERE 5 * (place - 1) < n
)
SELECT count(*) AS top_20_before, count(t.customer_no) AS kept_in_top_20
FROM top_before AS b
LEFT JOIN top AS t ON t.customer_no = b.customer_no
