-- The customers of the audience whom a campaign left alone on $since or later, to the as-of date: its outcomes are not all in yet.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per customer.
SELECT k.customer_id
FROM contacts AS k
JOIN audience AS a ON a.customer_id = k.customer_id
WHERE
    left_alone($controls, k.arm, k.drawn_as)
    AND CAST(k.contacted_at AS DATE) >= $since
    AND CAST(k.contacted_at AS DATE) <= $as_of
GROUP BY k.customer_id
ORDER BY k.customer_id
