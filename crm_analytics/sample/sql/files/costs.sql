-- What winning and keeping customers cost, by month and channel.
WITH months AS (
    SELECT
        date_trunc('month', day_of(joined_day))::DATE AS month, channel, count(*) AS joined
    FROM people
    WHERE joined_day >= 0
    GROUP BY ALL
)
SELECT month, kind, channel,
    money(joined * CASE kind WHEN 'acquisition' THEN 1400 ELSE 450 END + CASE kind WHEN 'acquisition' THEN 20000
    ELSE 9000 END) AS amount
FROM months, (SELECT unnest(['acquisition', 'retention']) AS kind)
ORDER BY month, kind, channel
