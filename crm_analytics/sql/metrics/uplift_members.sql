-- Customers of a campaign with their arm, what they did, and what was known of them the day before the first contact $from_on
-- (null for an undated file). Without a campaign all customers, in no arm, with what is known of them before $from_on.
-- Converted: as the file says by $as_of, nobody of whom it says nothing; where it says so of nobody, a purchase from that day through
-- day $window.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per customer; of a campaign those who are in one arm.
WITH stated AS (
    SELECT count(converted) > 0 AS says_converted
    FROM contacts
    WHERE campaign_id = $campaign
),
drawn AS (
    SELECT
        c.customer_id,
        CAST(NULL AS INT) AS treated,
        CAST(NULL AS INT) AS converted,
        CAST(NULL AS VARCHAR) AS attributes
    FROM customers AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE $campaign IS NULL
    UNION ALL
    SELECT
        c.customer_id,
        max(CASE WHEN left_alone($controls, c.arm, c.drawn_as) THEN 0 ELSE 1 END) AS treated,
        max(CASE WHEN come_by(c.converted, c.converted_at, $as_of) THEN 1 ELSE 0 END) AS converted,
        max(c.attributes) AS attributes
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.campaign_id = $campaign AND c.customer_id IS NOT NULL AND c.arm IS NOT NULL
    AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
    GROUP BY c.customer_id
    HAVING min(lower(c.arm)) = max(lower(c.arm))
),
history AS (
    SELECT
        o.customer_id,
        count(DISTINCT CASE WHEN o.is_purchase AND o.ordered_on < $from_on THEN o.ordered_on END) AS purchase_days,
        min(CASE WHEN o.is_purchase AND o.ordered_on < $from_on THEN o.ordered_on END) AS first_on,
        max(CASE WHEN o.is_purchase AND o.ordered_on < $from_on THEN o.ordered_on END) AS last_on,
        sum(CASE WHEN o.ordered_on < $from_on THEN o.net_amount END) AS spent,
        sum(CASE
            WHEN o.ordered_on < $from_on AND date_diff('day', CAST(o.ordered_on AS DATE), CAST($from_on AS DATE)) <= 90 THEN o.net_amount
        END) AS spent_90_days,
        max(CASE
            WHEN o.is_purchase AND date_diff('day', CAST($from_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN 0 AND $window THEN 1
            ELSE 0
        END) AS bought,
        sum(CASE
            WHEN o.is_purchase AND date_diff('day', CAST($from_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN 0 AND $window
            THEN o.net_amount
        END) AS bought_for
    FROM orders AS o
    SEMI JOIN drawn AS d ON d.customer_id = o.customer_id
    WHERE o.ordered_on <= $as_of
    GROUP BY o.customer_id
),
spoken AS (
    SELECT c.customer_id, count(*) AS contacts, count(*) FILTER (WHERE c.responded AND coalesce(CAST(c.responded_at AS DATE) < $from_on, TRUE)) AS responses
    FROM contacts AS c
    SEMI JOIN drawn AS d ON d.customer_id = c.customer_id
    WHERE ($campaign IS NULL OR c.campaign_id <> $campaign) AND CAST(c.contacted_at AS DATE) < $from_on
    AND NOT left_alone($controls, c.arm, c.drawn_as)
    GROUP BY c.customer_id
)
SELECT
    d.customer_id,
    d.treated,
    CASE WHEN k.says_converted THEN d.converted ELSE coalesce(h.bought, 0) END AS converted,
    CAST(h.bought_for AS DOUBLE) AS bought_for,
    CAST(coalesce(h.purchase_days, 0) AS DOUBLE) AS purchase_days,
    CAST(date_diff('day', CAST(h.last_on AS DATE), CAST($from_on AS DATE)) AS DOUBLE) AS recency_days,
    CAST(date_diff('day', CAST(h.first_on AS DATE), CAST($from_on AS DATE)) AS DOUBLE) AS known_days,
    CAST(coalesce(h.spent, 0) AS DOUBLE) AS spent,
    CAST(coalesce(h.spent_90_days, 0) AS DOUBLE) AS spent_90_days,
    CAST(coalesce(s.contacts, 0) AS DOUBLE) AS contacts,
    CAST(coalesce(s.responses, 0) AS DOUBLE) AS responses,
    d.attributes
FROM drawn AS d
CROSS JOIN stated AS k
LEFT JOIN history AS h ON h.customer_id = d.customer_id
LEFT JOIN spoken AS s ON s.customer_id = d.customer_id
ORDER BY d.customer_id
