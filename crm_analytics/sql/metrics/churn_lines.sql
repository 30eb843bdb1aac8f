-- Discounts and breadth of each customer's purchases of the half year to the end of $cut_off, where files of order lines are loaded.
-- Of one customer in $every.
-- Grain: one row per customer with such an order in that time.
WITH line AS (
    SELECT
        o.customer_no,
        coalesce(l.product_line, p.product_line) AS product_line,
        l.discount_amount,
        coalesce(l.amount, money_of(l.quantity, l.unit_price) - coalesce(l.discount_amount, 0)) AS amount
    FROM orders AS o
    JOIN numbers AS n ON n.customer_no = o.customer_no
    JOIN core_order_lines AS l ON l.source = o.source AND l.order_id = o.order_id
    LEFT JOIN products AS p ON p.product_id = l.product_id AND p.source = l.source
    WHERE n.sample_no % $every = 0
        AND o.is_purchase
        AND o.ordered_on > $half_year_before
        AND o.ordered_on <= $cut_off
        -- said of the lines as well, so that most of them are not read; a later line of an early order is not known yet
        AND (l.ordered_at IS NULL OR (l.ordered_at > $half_year_before AND l.ordered_at < $next_day))
),
sold AS (
    -- of each product line first: to count them apart from the sums takes longer
    SELECT
        customer_no,
        product_line,
        sum(discount_amount) AS discount_amount,
        sum(coalesce(discount_amount, 0) + amount) AS before_discount
    FROM line
    GROUP BY customer_no, product_line
)
SELECT
    customer_no,
    CAST(sum(discount_amount) AS DOUBLE) / nullif(CAST(sum(before_discount) AS DOUBLE), 0) AS discount_share,
    count(product_line) AS product_lines
FROM sold
GROUP BY customer_no
ORDER BY customer_no
