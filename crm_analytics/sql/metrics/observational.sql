-- Buyers known before $from_on, who of them $campaign contacted, what was known of them by then, and what they bought in as many
-- days before and after: $window days each, and the day itself. With an earlier $from_on the same of a time when nothing had happened.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per customer.
WITH chosen AS (
    SELECT
        c.customer_id,
        max(CASE
            WHEN NOT left_alone($controls, c.arm, c.drawn_as) AND c.sent IS NOT FALSE THEN 1
            ELSE 0
        END) AS contacted
    FROM contacts AS c
    WHERE c.campaign_id = $campaign AND c.customer_id IS NOT NULL
    GROUP BY c.customer_id
),
spoken AS (
    SELECT c.customer_id, count(*) AS contacts
    FROM contacts AS c
    WHERE c.campaign_id <> $campaign
    AND CAST(c.contacted_at AS DATE) < $from_on
    AND date_diff('day', CAST(c.contacted_at AS DATE), CAST($from_on AS DATE)) <= 90
    AND NOT left_alone($controls, c.arm, c.drawn_as)
    GROUP BY c.customer_id
),
history AS (
    SELECT
        o.customer_id,
        count(DISTINCT CASE WHEN o.is_purchase AND o.ordered_on < $from_on THEN o.ordered_on END) AS purchase_days,
        min(CASE WHEN o.is_purchase AND o.ordered_on < $from_on THEN o.ordered_on END) AS first_on,
        max(CASE WHEN o.is_purchase AND o.ordered_on < $from_on THEN o.ordered_on END) AS last_on,
        sum(CASE
            WHEN o.ordered_on < $from_on AND date_diff('day', CAST(o.ordered_on AS DATE), CAST($from_on AS DATE)) <= 365 THEN o.net_amount
            ELSE 0
        END) AS spent_year,
        sum(CASE
            WHEN date_diff('day', CAST(o.ordered_on AS DATE), CAST($from_on AS DATE)) BETWEEN 1 AND $window + 1 THEN o.net_amount
            ELSE 0
        END) AS revenue_before,
        max(CASE
            WHEN o.is_purchase AND date_diff('day', CAST(o.ordered_on AS DATE), CAST($from_on AS DATE)) BETWEEN 1 AND $window + 1 THEN 1
            ELSE 0
        END) AS converted_before,
        sum(CASE
            WHEN date_diff('day', CAST($from_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN 0 AND $window THEN o.net_amount
            ELSE 0
        END) AS revenue_after,
        max(CASE
            WHEN o.is_purchase AND date_diff('day', CAST($from_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN 0 AND $window THEN 1
            ELSE 0
        END) AS converted_after
    FROM orders AS o
    JOIN audience AS a ON a.customer_id = o.customer_id
    WHERE o.customer_no IS NOT NULL
    GROUP BY o.customer_id
)
SELECT
    coalesce(k.contacted, 0) AS contacted,
    CAST(h.purchase_days AS DOUBLE) AS purchase_days,
    CAST(date_diff('day', CAST(h.last_on AS DATE), CAST($from_on AS DATE)) AS DOUBLE) AS recency_days,
    CAST(date_diff('day', CAST(h.first_on AS DATE), CAST($from_on AS DATE)) AS DOUBLE) AS known_days,
    CAST(h.spent_year AS DOUBLE) AS spent_year,
    CAST(coalesce(s.contacts, 0) AS DOUBLE) AS contacts_90_days,
    CAST(h.revenue_before AS DOUBLE) AS revenue_before,
    CAST(h.converted_before AS DOUBLE) AS converted_before,
    CAST(h.revenue_after AS DOUBLE) AS revenue_after,
    CAST(h.converted_after AS DOUBLE) AS converted_after
FROM history AS h
LEFT JOIN chosen AS k ON k.customer_id = h.customer_id
LEFT JOIN spoken AS s ON s.customer_id = h.customer_id
-- who was drawn for the campaign and left alone belongs to a trial, and to neither side here
WHERE h.first_on IS NOT NULL AND coalesce(k.contacted, -1) <> 0
ORDER BY h.customer_id
