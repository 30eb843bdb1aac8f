-- What the sales of two periods are made of: purchases of identified customers, their returns, and guests.
-- A customer counts on the first purchase day of a period: the one before it, if any, lies before the period began.
-- Grain: one row per period that has an order. `is_after` tells the later from the earlier period.
WITH part AS (
    -- at most twelve rows: the sums below choose among them, not among millions of orders; days between the periods are of neither
    SELECT
        CASE WHEN o.ordered_on >= $after_from THEN TRUE WHEN o.ordered_on <= $before_to THEN FALSE END AS is_after,
        o.customer_no IS NULL AS is_guest,
        o.is_purchase,
        sum(o.net_amount) AS net_amount,
        count(*) AS orders,
        count(o.units) AS orders_with_units,
        sum(o.units) AS units
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of AND o.ordered_on BETWEEN $before_from AND $after_to
    GROUP BY
        CASE WHEN o.ordered_on >= $after_from THEN TRUE WHEN o.ordered_on <= $before_to THEN FALSE END,
        o.customer_no IS NULL,
        o.is_purchase
),
came AS (
    SELECT
        CASE WHEN p.ordered_on >= $after_from THEN TRUE WHEN p.ordered_on <= $before_to THEN FALSE END AS is_after,
        count(*) AS customers
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE
        p.ordered_on <= $as_of
        AND p.ordered_on BETWEEN $before_from AND $after_to
        AND (
            p.gap_days IS NULL
            OR p.gap_days > date_diff(
                'day', CAST(CASE WHEN p.ordered_on >= $after_from THEN $after_from ELSE $before_from END AS DATE), CAST(p.ordered_on AS DATE)
            )
        )
    GROUP BY CASE WHEN p.ordered_on >= $after_from THEN TRUE WHEN p.ordered_on <= $before_to THEN FALSE END
)
SELECT
    s.is_after,
    sum(s.net_amount) AS revenue,
    coalesce(sum(s.net_amount) FILTER (WHERE s.is_purchase AND NOT s.is_guest), 0) AS bought,
    coalesce(max(c.customers), 0) AS customers,
    CAST(coalesce(sum(s.orders) FILTER (WHERE s.is_purchase AND NOT s.is_guest), 0) AS BIGINT) AS orders,
    CAST(coalesce(sum(s.orders_with_units) FILTER (WHERE s.is_purchase AND NOT s.is_guest), 0) AS BIGINT) AS orders_with_units,
    sum(s.units) FILTER (WHERE s.is_purchase AND NOT s.is_guest) AS units,
    coalesce(sum(s.net_amount) FILTER (WHERE NOT s.is_purchase AND NOT s.is_guest), 0) AS returned,
    coalesce(sum(s.net_amount) FILTER (WHERE s.is_guest), 0) AS guests
FROM part AS s
LEFT JOIN came AS c ON c.is_after = s.is_after
WHERE s.is_after IS NOT NULL
GROUP BY s.is_after
ORDER BY s.is_after
