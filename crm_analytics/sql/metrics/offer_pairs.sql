-- Which customer bought which product after $after and by $until, and what he spent on it. Of one customer in $every.
-- Grain: one row per customer and product.
SELECT n.customer_no, l.product_id, sum(l.net_amount) AS revenue
FROM lines AS l
JOIN audience AS a ON a.customer_id = l.customer_id
JOIN numbers AS n ON n.customer_id = l.customer_id
WHERE
    n.sample_no % $every = 0 AND l.ordered_on > $after AND l.ordered_on <= $until AND l.product_id IS NOT NULL
    AND NOT l.is_service AND coalesce(l.quantity, 1) > 0
GROUP BY n.customer_no, l.product_id
ORDER BY n.customer_no, l.product_id
