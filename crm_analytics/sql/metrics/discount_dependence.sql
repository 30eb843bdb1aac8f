-- Purchases at a discount of at least $discount, by a field of the customers, where prices before discount are known.
-- Before discount: the line's amount plus its discount, else its pieces at the list price where that is higher.
-- Grain: one row per group.
WITH listed AS (
    SELECT product_id, max(list_price) AS list_price
    FROM products
    WHERE list_price > 0
    GROUP BY product_id
),
line AS (
    SELECT
        l.source,
        l.order_id,
        coalesce(
            l.amount,
            CAST(CAST(coalesce(l.quantity, 1) AS DECIMAL(18, 4)) * l.unit_price AS DECIMAL(18, 4)) - coalesce(l.discount_amount, 0)
        ) AS paid,
        l.discount_amount,
        CAST(CAST(coalesce(l.quantity, 1) AS DECIMAL(18, 4)) * p.list_price AS DECIMAL(18, 4)) AS listed
    FROM core_order_lines AS l
    LEFT JOIN listed AS p ON p.product_id = l.product_id
    WHERE l.order_id IS NOT NULL AND coalesce(l.quantity, 1) > 0
),
priced AS (
    SELECT
        source,
        order_id,
        sum(paid) AS paid,
        sum(CASE WHEN discount_amount IS NOT NULL THEN paid + discount_amount ELSE greatest(listed, paid) END) AS before_discount
    FROM line
    WHERE discount_amount IS NOT NULL OR listed IS NOT NULL
    GROUP BY source, order_id
),
bought AS (
    SELECT
        o.customer_id,
        count(*) AS purchases,
        count(*) FILTER (WHERE p.before_discount > 0) AS known,
        count(*) FILTER (WHERE p.before_discount > 0 AND p.paid <= (1 - CAST($discount AS DECIMAL(5, 4))) * p.before_discount) AS discounted
    FROM orders AS o
    LEFT JOIN priced AS p ON p.source = o.source AND p.order_id = o.order_id
    WHERE o.is_purchase AND o.customer_no IS NOT NULL AND o.ordered_on <= $as_of
    GROUP BY o.customer_id
),
placed AS (
    SELECT
        CASE
            WHEN $by = 'segment' THEN c.segment
            WHEN $by = 'status' THEN c.status
            WHEN $by = 'abc_class' THEN c.abc_class
            WHEN $by = 'country' THEN c.country
            WHEN $by = 'region' THEN c.region
            WHEN $by = 'city' THEN c.city
            WHEN $by = 'channel' THEN c.channel
            WHEN $by = 'owner' THEN c.owner
            WHEN $by = 'gender' THEN c.gender
            ELSE 'all'
        END AS "group",
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
