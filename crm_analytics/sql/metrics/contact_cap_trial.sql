-- What customers who had $cap contacts or more in the $window days to a campaign then bought, contacted by it or left alone by
-- the draw: sums of the revenue of the $window days after. How many contacts came before is known before the draw acts.
-- $campaigns names those with a control group, $controls the arms that were left alone (campaign=arm), two bars in front.
-- Grain: one row per campaign and side.
WITH contact AS (
    SELECT
        c.campaign_id,
        c.customer_id,
        lower(c.arm) AS arm,
        c.drawn_as,
        CAST(c.contacted_at AS DATE) AS contacted_on,
        c.direction IS DISTINCT FROM 'in'
        AND coalesce(c.sent, c.delivered OR c.opened OR c.clicked) IS NOT FALSE
        AND NOT left_alone($controls, c.arm, c.drawn_as) AS reached
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.customer_id IS NOT NULL AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
),
campaign AS (
    SELECT campaign_id, min(contacted_on) AS first_on
    FROM contact
    WHERE strpos($campaigns, '|' || campaign_id || '|') > 0
    GROUP BY campaign_id
),
member AS (
    SELECT
        c.campaign_id,
        c.customer_id,
        max(left_alone($controls, c.arm, c.drawn_as)) AS control,
        coalesce(min(c.contacted_on), min(k.first_on)) AS wave_on
    FROM contact AS c
    JOIN campaign AS k ON k.campaign_id = c.campaign_id
    WHERE c.arm IS NOT NULL
    GROUP BY c.campaign_id, c.customer_id
    HAVING min(c.arm) = max(c.arm)
),
loaded AS (
    SELECT m.campaign_id, m.customer_id, min(m.control) AS control, min(m.wave_on) AS wave_on
    FROM member AS m
    JOIN contact AS o ON o.customer_id = m.customer_id AND o.campaign_id IS DISTINCT FROM m.campaign_id
    WHERE o.reached AND date_diff('day', CAST(o.contacted_on AS DATE), CAST(m.wave_on AS DATE)) BETWEEN 0 AND $window - 1
    GROUP BY m.campaign_id, m.customer_id
    HAVING count(*) >= $cap
),
bought AS (
    SELECT l.campaign_id, l.customer_id, CAST(sum(o.net_amount) AS DOUBLE) AS revenue
    FROM loaded AS l
    JOIN orders AS o ON o.customer_id = l.customer_id
    WHERE o.ordered_on <= $as_of AND date_diff('day', CAST(l.wave_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN 0 AND $window
    GROUP BY l.campaign_id, l.customer_id
)
SELECT
    l.campaign_id,
    l.control,
    count(*) AS customers,
    coalesce(sum(b.revenue), 0) AS revenue,
    coalesce(sum(b.revenue * b.revenue), 0) AS revenue_squares,
    count(*) FILTER (WHERE b.revenue > 0) AS buyers
FROM loaded AS l
LEFT JOIN bought AS b ON b.campaign_id = l.campaign_id AND b.customer_id = l.customer_id
GROUP BY l.campaign_id, l.control
ORDER BY l.campaign_id, l.control
