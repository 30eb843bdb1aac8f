-- Churn probability, residual value and action of each customer as of the last scoring that was kept; nothing on days before it.
-- Of records that became one person since, the one with most at risk speaks. Grain: one row per customer scored.
WITH scoring AS (
    SELECT max(as_of) AS as_of
    FROM scorings
)
SELECT
    s.customer_id,
    s.action,
    s.churn_probability,
    s.residual_value,
    s.value_at_risk,
    c.as_of AS scored_on
FROM customer_scores AS s
CROSS JOIN scoring AS c
WHERE c.as_of <= $as_of
QUALIFY row_number() OVER (PARTITION BY s.customer_id ORDER BY s.value_at_risk DESC NULLS LAST, s.residual_value DESC NULLS LAST) = 1
ORDER BY s.customer_id
