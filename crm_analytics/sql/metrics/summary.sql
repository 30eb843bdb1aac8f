-- Sales of the comparison period (after $before, to $as_of) and of the period of equal length that ends on $before.
-- A customer counts on the first purchase day of a period: the purchase day before it lies before the period.
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
bought AS (
    SELECT
        p.ordered_on > $before AS is_later,
        p.gap_days,
        date_diff(
            'day', CAST(CASE WHEN p.ordered_on > $before THEN $before ELSE $start END AS DATE), CAST(p.ordered_on AS DATE)
        ) AS days_into
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.ordered_on <= $as_of AND p.ordered_on > $start
),
counted AS (
    SELECT
        count(*) FILTER (WHERE is_later) AS customers,
        count(*) FILTER (WHERE NOT is_later) AS customers_before
    FROM bought
    WHERE gap_days IS NULL OR gap_days >= days_into
)
SELECT s.revenue, s.revenue_before, s.orders, s.orders_before, c.customers, c.customers_before
FROM sold AS s
CROSS JOIN counted AS c
