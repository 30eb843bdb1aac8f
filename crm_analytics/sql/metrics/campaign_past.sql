-- What the audience did in the last days and in as many before them: the past that a campaign is planned on.
-- Grain: one row.
WITH bought AS (
    SELECT
        o.customer_id,
        count(*) FILTER (WHERE o.is_purchase AND o.ordered_on >= $last_from) > 0 AS converted,
        sum(o.net_amount) FILTER (WHERE o.ordered_on >= $last_from) AS revenue,
        sum(o.net_amount) FILTER (WHERE o.ordered_on < $last_from) AS spent_before
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NOT NULL AND o.ordered_on >= $before_from AND o.ordered_on <= $as_of
    GROUP BY o.customer_id
),
customer AS (
    SELECT
        CASE WHEN b.converted THEN 1 ELSE 0 END AS converted,
        CAST(coalesce(b.revenue, 0) AS DOUBLE) AS revenue,
        CAST(coalesce(b.spent_before, 0) AS DOUBLE) AS spent_before
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    LEFT JOIN bought AS b ON b.customer_id = c.customer_id
)
SELECT
    count(*) AS customers,
    coalesce(sum(converted), 0) AS converted,
    coalesce(sum(revenue), 0) AS revenue,
    coalesce(sum(revenue * revenue), 0) AS revenue_squares,
    coalesce(sum(spent_before), 0) AS spent_before,
    coalesce(sum(spent_before * spent_before), 0) AS spent_before_squares,
    coalesce(sum(spent_before * converted), 0) AS spent_before_converted,
    coalesce(sum(spent_before * revenue), 0) AS spent_before_revenue
FROM customer
