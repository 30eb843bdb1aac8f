-- Purchases at a discount of at least $discount, by a field of the customers, where prices before discount are known.
-- Grain: one row per group.
WITH bought AS (
    SELECT
        o.customer_id,
        count(*) AS purchases,
        count(*) FILTER (WHERE p.before_discount > 0) AS known,
        count(*) FILTER (WHERE p.before_discount > 0 AND p.paid <= (1 - CAST($discount AS DECIMAL(5, 4))) * p.before_discount) AS discounted
    FROM orders AS o
    LEFT JOIN priced_orders AS p ON p.source = o.source AND p.order_id = o.order_id
    WHERE o.is_purchase AND o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    GROUP BY o.customer_id
),
placed AS (
    SELECT
        CASE WHEN $by = 'all' THEN 'all' ELSE value_of($by) END AS "group",
        b.purchases,
        b.known,
        b.discounted,
        c.revenue
    FROM bought AS b
    JOIN customers AS c ON c.customer_id = b.customer_id
    JOIN audience AS a ON a.customer_id = b.customer_id
)
SELECT
    coalesce("group", 'unknown') AS "group",
    count(*) FILTER (WHERE known > 0) AS customers,
    sum(purchases) AS purchases,
    sum(known) AS known,
    sum(discounted) AS discounted,
    sum(CAST(discounted AS DOUBLE) / nullif(known, 0)) AS shares,
    count(*) FILTER (WHERE known > 0 AND 2 * discounted >= known) AS dependent,
    coalesce(sum(revenue) FILTER (WHERE known > 0 AND 2 * discounted >= known), 0) AS dependent_revenue,
    sum(revenue) AS revenue
FROM placed
GROUP BY coalesce("group", 'unknown')
ORDER BY coalesce("group", 'unknown')
