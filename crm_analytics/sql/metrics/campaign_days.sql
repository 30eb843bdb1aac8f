-- On which day after the contact the customers of a campaign first bought.
-- Grain: one row per arm and day; day -1 holds those who have not bought in the window, so that the rows add up to the arm.
WITH contact AS (
    SELECT c.customer_id, c.arm, c.sent, CAST(c.contacted_at AS DATE) AS contacted_on
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.campaign_id = $campaign AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
),
targeted AS (
    SELECT
        customer_id,
        coalesce(min(arm), CASE WHEN max(sent) THEN 'sent' WHEN NOT max(sent) THEN 'not sent' ELSE 'all' END) AS arm,
        coalesce(min(contacted_on), $first_on) AS wave_on
    FROM contact
    GROUP BY customer_id
),
first_purchase AS (
    SELECT t.customer_id, min(date_diff('day', CAST(t.wave_on AS DATE), CAST(p.ordered_on AS DATE))) AS day
    FROM targeted AS t
    JOIN purchase_days AS p ON p.customer_id = t.customer_id
    WHERE
        p.ordered_on >= $first_on
        AND p.ordered_on <= $as_of
        AND date_diff('day', CAST(t.wave_on AS DATE), CAST(p.ordered_on AS DATE)) BETWEEN 0 AND $outcome_days
    GROUP BY t.customer_id
)
SELECT t.arm, coalesce(f.day, -1) AS day, count(*) AS customers
FROM targeted AS t
LEFT JOIN first_purchase AS f ON f.customer_id = t.customer_id
GROUP BY t.arm, coalesce(f.day, -1)
ORDER BY t.arm, day
