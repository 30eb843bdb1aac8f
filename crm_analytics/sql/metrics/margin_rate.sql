-- Margin and revenue of the customers whose margin is known, over the whole base.
-- Grain: one row.
SELECT
    coalesce(sum(c.margin), 0) AS margin,
    coalesce(sum(c.revenue) FILTER (WHERE c.margin IS NOT NULL), 0) AS revenue
FROM customers AS c
