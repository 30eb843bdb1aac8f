-- Sales of the comparison period (after $before, to $as_of) and of the period of equal length that ends on $before.
-- A customer counts in a period where the last purchase by its end is not before its beginning.
-- Grain: one row.
WITH part AS (
    -- at most four rows: the sums below choose among them, not among millions of orders
    SELECT o.ordered_on > $before AS is_later, o.is_purchase, sum(o.net_amount) AS net_amount, count(*) AS orders
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of AND o.ordered_on > $start
    GROUP BY o.ordered_on > $before, o.is_purchase
),
sold AS (
    SELECT
        sum(net_amount) FILTER (WHERE is_later) AS revenue,
        sum(net_amount) FILTER (WHERE NOT is_later) AS revenue_before,
        CAST(coalesce(sum(orders) FILTER (WHERE is_later AND is_purchase), 0) AS BIGINT) AS orders,
        CAST(coalesce(sum(orders) FILTER (WHERE NOT is_later AND is_purchase), 0) AS BIGINT) AS orders_before
    FROM part
),
later AS (
    SELECT count(*) AS customers
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.last_order_on > $before
),
earlier AS (
    SELECT count(*) AS customers
    FROM customers_before AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.last_order_on > $start
)
SELECT s.revenue, s.revenue_before, s.orders, s.orders_before, l.customers, e.customers AS customers_before
FROM sold AS s
CROSS JOIN later AS l
CROSS JOIN earlier AS e
