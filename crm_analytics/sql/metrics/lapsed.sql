-- Customers who were lapsed on $then (one activity window ago), and those of them who have bought since.
-- Lapsed then: bought before $gone_since (two windows ago), and not from that day to $then.
-- Grain: one row.
WITH never_back AS (
    SELECT count(*) AS customers
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.last_order_on < $gone_since
),
back AS (
    -- the gap reaches over the whole time, so this is the customer's first purchase after it
    SELECT count(*) AS customers
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.ordered_on > $then
        AND p.ordered_on <= $as_of
        AND p.gap_days > date_diff('day', CAST($gone_since AS DATE), CAST(p.ordered_on AS DATE))
)
SELECT n.customers + b.customers AS lapsed_then, b.customers AS lapsed_returned
FROM never_back AS n
CROSS JOIN back AS b
