-- What members were given by the as-of date, and what of it was taken up.
-- Grain: one row per kind of benefit and of value offered; null where the file does not say.
SELECT
    b.kind,
    lower(b.value_offered) AS value_offered,
    count(*) AS given,
    count(DISTINCT b.customer_id) AS customers,
    count(*) FILTER (WHERE b.redeemed_on IS NOT NULL AND b.redeemed_on <= $as_of) AS redeemed,
    sum(b.value) AS value,
    sum(b.cost) AS cost
FROM benefits AS b
JOIN audience AS a ON a.customer_id = b.customer_id
WHERE b.given_on IS NULL OR b.given_on <= $as_of
GROUP BY b.kind, lower(b.value_offered)
ORDER BY b.kind NULLS LAST, value_offered NULLS LAST
