-- The customers of the audience whom a campaign left alone on $since or later, to the as-of date: its outcomes are not all in yet.
-- $controls names the arms that were left alone, a bar before and after each; after two bars with their campaigns (campaign=arm).
-- Grain: one row per customer.
SELECT k.customer_id
FROM contacts AS k
JOIN audience AS a ON a.customer_id = k.customer_id
WHERE
    strpos($controls, '|' || CASE WHEN left($controls, 2) = '||' THEN k.drawn_as ELSE lower(coalesce(k.arm, '')) END || '|') > 0
    AND CAST(k.contacted_at AS DATE) >= $since
    AND CAST(k.contacted_at AS DATE) <= $as_of
GROUP BY k.customer_id
ORDER BY k.customer_id
