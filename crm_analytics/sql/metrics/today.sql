-- Whom to contact on $day and why, with the channel that suits best and everything that speaks against it.
-- Occasions within $since_days to the day: overdue, complaint resolved, segment left; status and RFM segment are compared between the
-- relations of $as_of and $before. Overdue: later than 90% of purchases would come at the customer's own rhythm, drawn
-- towards the base's by two intervals, if gaps are exponential (2.302585 mean gaps).
-- A control group holds while its outcome window of $outcome_days runs.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per occasion and customer.
WITH rhythm AS (
    SELECT avg(mean_gap_days) AS mean_gap_days
    FROM customers
    WHERE purchase_days >= 3
),
expected AS (
    SELECT
        c.customer_id,
        (c.mean_gap_days * (c.purchase_days - 1) + r.mean_gap_days * 2) / nullif(CAST(c.purchase_days + 1 AS DOUBLE), 0) AS gap_days,
        date_diff('day', CAST(c.last_order_on AS DATE), CAST($day AS DATE)) AS silent_days
    FROM customers AS c
    CROSS JOIN rhythm AS r
    WHERE c.purchase_days >= 3 AND c.status IN ('new', 'active', 'declining')
),
complaint AS (
    SELECT customer_id, coalesce(kind, 'something') AS kind, CAST(opened_at AS DATE) AS opened_on, CAST(resolved_at AS DATE) AS resolved_on
    FROM cases
    WHERE coalesce(complaint, lower(coalesce(kind, '')) NOT IN ('question', 'enquiry', 'inquiry', 'information', 'info'))
    AND customer_id IS NOT NULL AND CAST(opened_at AS DATE) <= $day
),
kept_segment AS (
    -- saved segments in their last version, as long as they are not archived
    SELECT v.segment, v.rule_version
    FROM workspace.segment_versions AS v
    JOIN (
        SELECT segment, max(version) AS version
        FROM workspace.segment_versions
        GROUP BY segment
    ) AS n ON n.segment = v.segment AND n.version = v.version
    WHERE NOT v.archived
),
triggered AS (
    SELECT 'birthday' AS occasion, c.customer_id, 'birthday' AS reason
    FROM customers AS c
    WHERE month(c.born_on) = month(CAST($day AS DATE)) AND day(c.born_on) = day(CAST($day AS DATE))
    OR $end_of_february AND month(c.born_on) = 2 AND day(c.born_on) = 29
    UNION ALL
    SELECT
        'anniversary' AS occasion,
        c.customer_id,
        'first purchase ' || CASE
            WHEN year(CAST($day AS DATE)) - year(c.first_order_on) = 1 THEN '1 year ago'
            ELSE CAST(year(CAST($day AS DATE)) - year(c.first_order_on) AS VARCHAR) || ' years ago'
        END AS reason
    FROM customers AS c
    WHERE (
        month(c.first_order_on) = month(CAST($day AS DATE)) AND day(c.first_order_on) = day(CAST($day AS DATE))
        OR $end_of_february AND month(c.first_order_on) = 2 AND day(c.first_order_on) = 29
    ) AND year(c.first_order_on) < year(CAST($day AS DATE))
    UNION ALL
    SELECT
        'overdue' AS occasion,
        e.customer_id,
        'buys every ' || CAST(CAST(floor(e.gap_days + 0.5) AS BIGINT) AS VARCHAR) || ' days, last '
        || CAST(e.silent_days AS VARCHAR) || ' days ago' AS reason
    FROM expected AS e
    WHERE e.silent_days > floor(2.302585 * e.gap_days) AND e.silent_days - $since_days <= floor(2.302585 * e.gap_days)
    UNION ALL
    SELECT 'declining' AS occasion, c.customer_id, 'buys clearly less often than in the activity window before' AS reason
    FROM customers AS c
    JOIN customers_before AS b ON b.customer_id = c.customer_id
    WHERE c.status = 'declining' AND b.status <> 'declining'
    UNION ALL
    SELECT
        'complaint resolved' AS occasion,
        k.customer_id,
        'complaint about ' || max(k.kind) || ' resolved on ' || CAST(max(k.resolved_on) AS VARCHAR) AS reason
    FROM complaint AS k
    WHERE k.resolved_on <= $day AND date_diff('day', CAST(k.resolved_on AS DATE), CAST($day AS DATE)) < $since_days
    GROUP BY k.customer_id
    UNION ALL
    SELECT 'segment left' AS occasion, l.customer_id, min(l.reason) AS reason
    FROM (
        SELECT c.customer_id, 'left ' || b.segment || ' for ' || c.segment AS reason
        FROM customers AS c
        JOIN customers_before AS b ON b.customer_id = c.customer_id
        WHERE b.segment IN ('Champions', 'Loyal') AND c.segment NOT IN ('Champions', 'Loyal')
        UNION ALL
        SELECT m.customer_id, 'left ' || m.segment || coalesce(': ' || m.left_because, '') AS reason
        FROM segment_members AS m
        JOIN kept_segment AS k ON k.segment = m.segment AND k.rule_version = m.version
        WHERE m.to_on <= $day AND date_diff('day', CAST(m.to_on AS DATE), CAST($day AS DATE)) < $since_days
    ) AS l
    GROUP BY l.customer_id
),
asked AS (
    SELECT t.customer_id
    FROM triggered AS t
    JOIN audience AS a ON a.customer_id = t.customer_id
    GROUP BY t.customer_id
),
consents_asked AS (
    SELECT s.customer_id, s.channel, s.consent, s.desired_contacts_per_30_days, s.since, s.import_id, s.line
    FROM consents AS s
    WHERE s.customer_id IN (SELECT customer_id FROM asked)
),
contact AS (
    SELECT
        k.customer_id,
        lower(coalesce(k.channel, p.channel)) AS channel,
        count(*) FILTER (
            WHERE come_by(k.responded, k.responded_at, $day) AND NOT left_alone($controls, k.arm, k.drawn_as)
        ) AS responses,
        count(*) FILTER (
            WHERE NOT left_alone($controls, k.arm, k.drawn_as)
            AND k.direction IS DISTINCT FROM 'in'
            AND coalesce(k.sent, k.delivered OR k.opened OR k.clicked) IS NOT FALSE
            AND date_diff('day', CAST(k.contacted_at AS DATE), CAST($day AS DATE)) < 30
        ) AS recent,
        max(CASE WHEN left_alone($controls, k.arm, k.drawn_as) THEN CAST(k.contacted_at AS DATE) END) AS control_on
    FROM contacts AS k
    LEFT JOIN campaigns AS p ON p.source = k.source AND p.campaign_id = k.campaign_id
    WHERE CAST(k.contacted_at AS DATE) <= $day AND k.customer_id IN (SELECT customer_id FROM asked)
    GROUP BY k.customer_id, lower(coalesce(k.channel, p.channel))
),
channels AS (
    SELECT lower(channel) AS channel
    FROM consents
    WHERE channel IS NOT NULL
    UNION
    SELECT lower(coalesce(k.channel, p.channel)) AS channel
    FROM contacts AS k
    LEFT JOIN campaigns AS p ON p.source = k.source AND p.campaign_id = k.campaign_id
    WHERE coalesce(k.channel, p.channel) IS NOT NULL AND k.direction IS DISTINCT FROM 'in' AND CAST(k.contacted_at AS DATE) <= $day
),
told AS (
    SELECT customer_id, channel, consent, desired_contacts_per_30_days
    FROM permissions
    WHERE channel IN (SELECT channel FROM channels)
    UNION ALL
    SELECT s.customer_id, n.channel, s.consent, s.desired_contacts_per_30_days
    FROM permissions AS s
    LEFT JOIN channels AS n ON n.channel IS NOT NULL
    ANTI JOIN permissions AS x ON x.customer_id = s.customer_id AND x.channel = n.channel
    WHERE s.channel = ''
),
way AS (
    -- the channels somebody has agreed to; where no consent is loaded at all, those used so far
    SELECT
        s.customer_id,
        s.channel,
        coalesce(k.responses, 0) AS responses,
        coalesce(k.recent, 0) AS recent,
        least(s.desired_contacts_per_30_days, CAST(m.contacts_per_30_days AS DOUBLE)) AS most
    FROM told AS s
    LEFT JOIN contact AS k ON k.customer_id = s.customer_id AND k.channel = s.channel
    LEFT JOIN workspace.contact_caps AS m ON lower(m.channel) = s.channel
    WHERE s.consent = 'yes'
    UNION ALL
    SELECT k.customer_id, k.channel, k.responses, k.recent, CAST(m.contacts_per_30_days AS DOUBLE) AS most
    FROM contact AS k
    LEFT JOIN workspace.contact_caps AS m ON lower(m.channel) = k.channel
    ANTI JOIN permissions AS s ON s.customer_id = k.customer_id AND s.channel IN (k.channel, '')
    WHERE NOT $with_consents AND k.channel IS NOT NULL
),
best AS (
    SELECT
        customer_id,
        channel,
        recent,
        most,
        row_number() OVER (
            PARTITION BY customer_id
            ORDER BY coalesce(recent >= most, FALSE), responses DESC, channel
        ) AS place
    FROM way
),
held AS (
    SELECT customer_id, max(until) AS until
    FROM (
        SELECT customer_id, CAST(control_on + CAST($outcome_days AS INTEGER) AS DATE) AS until
        FROM contact
        WHERE control_on IS NOT NULL
        UNION ALL
        SELECT m.customer_id, CAST(CAST(x.exported_at AS DATE) + CAST($outcome_days AS INTEGER) AS DATE) AS until
        FROM export_members AS m
        JOIN workspace.exports AS x ON x.export_id = m.export_id
        WHERE m.arm = 'control' AND CAST(x.exported_at AS DATE) <= $day
    ) AS control
    WHERE until >= $day
    GROUP BY customer_id
),
held_out AS (
    SELECT customer_id
    FROM programme_holdouts
    GROUP BY customer_id
),
open_complaint AS (
    SELECT customer_id
    FROM complaint
    WHERE resolved_on IS NULL OR resolved_on > $day
    GROUP BY customer_id
)
SELECT
    t.occasion,
    t.customer_id,
    t.reason,
    b.channel,
    b.customer_id IS NULL AND ($with_consents OR t.customer_id IN (SELECT customer_id FROM permissions)) AS no_consent,
    CASE WHEN b.recent >= b.most THEN b.recent END AS over_cap,
    h.until AS control_until,
    o.customer_id IS NOT NULL AS is_held_out,
    k.customer_id IS NOT NULL AS has_open_complaint,
    c.name,
    c.segment,
    c.last_order_on,
    c.revenue_12m
FROM triggered AS t
JOIN customers AS c ON c.customer_id = t.customer_id
JOIN audience AS a ON a.customer_id = t.customer_id
LEFT JOIN best AS b ON b.customer_id = t.customer_id AND b.place = 1
LEFT JOIN held AS h ON h.customer_id = t.customer_id
LEFT JOIN held_out AS o ON o.customer_id = t.customer_id
LEFT JOIN open_complaint AS k ON k.customer_id = t.customer_id
ORDER BY t.occasion, c.revenue_12m DESC NULLS LAST, t.customer_id
