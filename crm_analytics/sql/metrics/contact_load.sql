-- Customers by the contacts they had in the $window days to the as-of date, and how long ago the last one was.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per RFM segment and number of contacts (10 stands for more).
WITH contact AS (
    SELECT
        c.customer_id,
        max(CAST(c.contacted_at AS DATE)) AS last_contact_on,
        count(*) FILTER (
            WHERE date_diff('day', CAST(c.contacted_at AS DATE), CAST($as_of AS DATE)) < $window
        ) AS contacts
    FROM contacts AS c
    WHERE c.customer_id IS NOT NULL AND CAST(c.contacted_at AS DATE) <= $as_of
    AND c.direction IS DISTINCT FROM 'in'
    AND coalesce(c.sent, c.delivered OR c.opened OR c.clicked) IS NOT FALSE
    AND NOT left_alone($controls, c.arm, c.drawn_as)
    GROUP BY c.customer_id
),
wish AS (
    SELECT customer_id, max(desired_contacts_per_30_days) AS desired
    FROM consents
    GROUP BY customer_id
)
SELECT
    c.segment,
    least(coalesce(k.contacts, 0), 10) AS contacts,
    count(*) AS customers,
    count(*) FILTER (WHERE k.customer_id IS NULL) AS never,
    count(*) FILTER (WHERE date_diff('day', CAST(k.last_contact_on AS DATE), CAST($as_of AS DATE)) > $silent_days) AS silent,
    count(*) FILTER (WHERE k.contacts > w.desired * CAST($window AS DOUBLE) / 30) AS over_wish,
    sum(c.revenue_12m) AS revenue_12m,
    coalesce(sum(c.revenue_12m) FILTER (
        WHERE k.customer_id IS NULL OR date_diff('day', CAST(k.last_contact_on AS DATE), CAST($as_of AS DATE)) > $silent_days
    ), 0) AS neglected_revenue_12m
FROM customers AS c
JOIN audience AS a ON a.customer_id = c.customer_id
LEFT JOIN contact AS k ON k.customer_id = c.customer_id
LEFT JOIN wish AS w ON w.customer_id = c.customer_id
GROUP BY c.segment, least(coalesce(k.contacts, 0), 10)
ORDER BY c.segment, contacts
