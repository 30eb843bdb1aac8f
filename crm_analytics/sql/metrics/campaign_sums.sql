-- What was done with the customers of campaigns and what they then did, as sums; every targeted customer counts, treated or control.
-- Of the campaigns whose ids lie from $campaign_from to $campaign_to.
-- Where the file names no arms they are called sent and not sent; where it does not say either who was sent it, all were, without an arm.
-- Grain: one row per campaign, arm, channel, segment and group of nearly equal revenue (eight groups to a doubling); and once more
-- (`of_days`) one per campaign, arm and day of the first purchase since the wave, null for none in the window.
-- Orders count from the wave's day through day $outcome_days; spent_before is the spend in as many days before. A control customer
-- without a day has that of the campaign's first contact, else the planned one. What the file itself says of an outcome goes before the orders;
-- outcomes dated after $until have not come yet.
WITH contact AS (
    SELECT
        c.campaign_id,
        c.customer_id,
        c.arm,
        c.channel,
        coalesce(c.direction = 'in', FALSE) AS came_in,
        CAST(c.contacted_at AS DATE) AS contacted_on,
        c.sent IS NOT NULL AS says_sent,
        -- who did not open it was sent it nonetheless, and so was whose copy came back
        c.direction IS DISTINCT FROM 'in'
        AND coalesce(c.sent, coalesce(c.delivered, c.opened, c.clicked) IS NOT NULL OR c.contacted_at IS NOT NULL) AS went_out,
        c.direction IS DISTINCT FROM 'in' AND c.sent IS NOT FALSE AS is_contact,
        coalesce(c.sent, c.delivered OR c.opened OR c.clicked) AS sent,
        c.delivered,
        c.opened,
        c.clicked,
        come_by(c.responded, c.responded_at, $until) AS responded,
        come_by(c.converted, c.converted_at, $until) AS converted,
        CAST(c.responded_at AS DATE) < CAST(c.contacted_at AS DATE) OR CAST(c.converted_at AS DATE) < CAST(c.contacted_at AS DATE) AS too_early,
        c.unsubscribed,
        c.complained,
        CASE WHEN CAST(c.converted_at AS DATE) > $until THEN c.revenue * 0 ELSE c.revenue END AS revenue,
        CASE WHEN CAST(c.converted_at AS DATE) > $until THEN c.margin * 0 ELSE c.margin END AS margin,
        c.cost,
        CASE WHEN $attribute IS NOT NULL THEN json_extract_string(c.attributes, $attribute) END AS attribute
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE
        c.campaign_id >= $campaign_from
        AND c.campaign_id <= $campaign_to
        AND c.customer_id IS NOT NULL
        AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $until)
),
planned AS (
    SELECT coalesce(campaign_id, campaign_name) AS campaign_id, min(starts_on) AS starts_on
    FROM campaigns
    GROUP BY coalesce(campaign_id, campaign_name)
),
stated AS (
    SELECT
        campaign_id,
        min(contacted_on) AS first_on,
        count(arm) > 0 AS names_arms,
        max(says_sent) AS says_sent,
        count(responded) > 0 OR count(*) FILTER (WHERE came_in) > 0 AS says_responded,
        count(converted) > 0 AS says_converted,
        count(revenue) > 0 AS says_revenue,
        count(margin) > 0 AS says_margin
    FROM contact
    GROUP BY campaign_id
),
campaign AS (
    SELECT
        s.campaign_id,
        coalesce(s.first_on, p.starts_on) AS first_on,
        s.names_arms,
        s.names_arms OR s.says_sent AS says_sent,
        s.says_responded,
        s.says_converted,
        s.says_revenue,
        s.says_margin
    FROM stated AS s
    LEFT JOIN planned AS p ON p.campaign_id = s.campaign_id
),
repeated AS (
    -- most campaigns reach a customer once: only the others' rows are brought together
    SELECT campaign_id, customer_id
    FROM contact
    GROUP BY campaign_id, customer_id
    HAVING count(*) > 1
),
reached AS (
    SELECT
        c.campaign_id,
        c.customer_id,
        c.arm,
        FALSE AS in_several_arms,
        c.channel,
        c.contacted_on,
        c.came_in,
        c.went_out,
        CAST(c.is_contact AS INT) AS contacts,
        c.sent,
        c.delivered,
        c.opened,
        c.clicked,
        CASE WHEN c.came_in THEN TRUE ELSE c.responded END AS responded,
        c.converted,
        c.too_early,
        c.unsubscribed,
        c.complained,
        c.revenue,
        c.margin,
        c.cost,
        c.attribute
    FROM contact AS c
    ANTI JOIN repeated AS r ON r.campaign_id = c.campaign_id AND r.customer_id = c.customer_id
    UNION ALL
    SELECT
        c.campaign_id,
        c.customer_id,
        min(c.arm) AS arm,
        min(lower(c.arm)) <> max(lower(c.arm)) AS in_several_arms,
        CASE WHEN min(c.channel) = max(c.channel) THEN min(c.channel) WHEN count(c.channel) > 0 THEN 'several' END AS channel,
        coalesce(min(c.contacted_on) FILTER (WHERE NOT c.came_in), min(c.contacted_on)) AS contacted_on,
        min(c.came_in) AS came_in,
        max(c.went_out) AS went_out,
        count(*) FILTER (WHERE c.is_contact) AS contacts,
        -- one wave was not sent (or was only drawn), of another nobody says: then it is not known
        CASE
            WHEN max(c.sent) IS FALSE AND count(*) FILTER (WHERE c.sent IS NULL AND NOT c.came_in) > 0 THEN NULL
            ELSE max(c.sent)
        END AS sent,
        max(c.delivered) AS delivered,
        max(c.opened) AS opened,
        max(c.clicked) AS clicked,
        max(CASE WHEN c.came_in THEN TRUE ELSE c.responded END) AS responded,
        max(c.converted) AS converted,
        max(c.too_early) AS too_early,
        max(c.unsubscribed) AS unsubscribed,
        max(c.complained) AS complained,
        sum(c.revenue) AS revenue,
        sum(c.margin) AS margin,
        sum(c.cost) AS cost,
        min(c.attribute) AS attribute
    FROM contact AS c
    JOIN repeated AS r ON r.campaign_id = c.campaign_id AND r.customer_id = c.customer_id
    GROUP BY c.campaign_id, c.customer_id
),
targeted AS (
    SELECT
        r.campaign_id,
        r.customer_id,
        k.names_arms,
        CASE
            WHEN k.names_arms THEN r.arm
            WHEN k.says_sent AND r.sent THEN 'sent'
            WHEN k.says_sent AND NOT r.sent THEN 'not sent'
        END AS arm,
        r.in_several_arms IS TRUE AS in_several_arms,
        r.channel,
        coalesce(r.contacted_on, k.first_on) AS wave_on,
        r.contacts,
        r.sent OR NOT (k.says_sent OR r.came_in) AS sent,
        r.went_out OR NOT (k.says_sent OR r.came_in) AS went_out,
        r.delivered,
        r.opened,
        r.clicked,
        CASE WHEN k.says_responded THEN coalesce(r.responded, FALSE) END AS responded,
        CASE WHEN k.says_converted THEN coalesce(r.converted, FALSE) END AS converted,
        coalesce(r.converted, r.revenue > 0) AS stated_outcome,
        r.too_early,
        r.unsubscribed,
        r.complained,
        CASE WHEN k.says_revenue THEN coalesce(r.revenue, 0) END AS revenue,
        CASE WHEN k.says_margin THEN coalesce(r.margin, 0) END AS margin,
        k.says_converted OR k.says_revenue AS has_own_outcomes,
        k.says_revenue,
        r.cost,
        r.attribute
    FROM reached AS r
    JOIN campaign AS k ON k.campaign_id = r.campaign_id
),
bought AS (
    SELECT
        t.campaign_id,
        t.customer_id,
        min(o.ordered_on) FILTER (WHERE o.is_purchase AND o.ordered_on >= t.wave_on) AS bought_on,
        sum(o.net_amount) FILTER (WHERE o.ordered_on >= t.wave_on) AS revenue,
        sum(o.costed_amount) FILTER (WHERE o.ordered_on >= t.wave_on) AS costed_revenue,
        sum(o.cost_amount) FILTER (WHERE o.ordered_on >= t.wave_on) AS goods_cost,
        sum(o.net_amount) FILTER (WHERE o.ordered_on < t.wave_on) AS spent_before,
        count(*) FILTER (WHERE o.is_purchase AND o.ordered_on < t.wave_on) > 0 AS bought_before
    FROM targeted AS t
    JOIN orders AS o ON o.customer_id = t.customer_id
    WHERE
        o.ordered_on >= $first_on
        AND o.ordered_on <= $last_on
        AND o.ordered_on <= $until
        AND date_diff('day', CAST(t.wave_on AS DATE), CAST(o.ordered_on AS DATE)) BETWEEN -1 - $outcome_days AND $outcome_days
    GROUP BY t.campaign_id, t.customer_id
),
costed AS (
    -- orders whose goods have no known cost are taken at the campaign's rate; below half of its revenue there is no margin
    SELECT
        campaign_id,
        CASE
            WHEN sum(costed_revenue) >= 0.5 * sum(revenue)
            THEN (CAST(sum(costed_revenue) AS DOUBLE) - sum(goods_cost)) / nullif(CAST(sum(costed_revenue) AS DOUBLE), 0)
        END AS margin_rate
    FROM bought
    GROUP BY campaign_id
),
customer AS (
    SELECT
        t.campaign_id,
        t.arm,
        t.in_several_arms,
        t.channel,
        CASE
            WHEN $attribute IS NOT NULL THEN t.attribute
            WHEN $by = 'contact_channel' THEN t.channel
            WHEN $by = 'country' THEN c.country
            WHEN $by = 'region' THEN c.region
            WHEN $by = 'city' THEN c.city
            WHEN $by = 'channel' THEN c.channel
            WHEN $by = 'gender' THEN c.gender
            WHEN $by = 'owner' THEN c.owner
            WHEN $by = 'segment' THEN c.segment
            WHEN $by = 'status' THEN c.status
            WHEN $by = 'abc_class' THEN c.abc_class
        END AS segment,
        t.wave_on,
        t.contacts,
        t.sent,
        t.went_out,
        t.delivered,
        t.opened,
        t.clicked,
        t.responded,
        t.unsubscribed,
        t.complained,
        t.cost,
        CAST(CASE WHEN t.converted IS NOT NULL THEN t.converted WHEN $has_orders AND t.wave_on IS NOT NULL THEN b.bought_on IS NOT NULL END AS INT)
            AS converted,
        CAST(CASE WHEN t.revenue IS NOT NULL THEN t.revenue WHEN $has_orders AND t.wave_on IS NOT NULL THEN coalesce(b.revenue, 0) END AS DOUBLE)
            AS revenue,
        CASE
            WHEN t.margin IS NOT NULL THEN CAST(t.margin AS DOUBLE)
            WHEN NOT t.says_revenue AND k.margin_rate IS NOT NULL
            THEN
                coalesce(CAST(b.costed_revenue AS DOUBLE) - b.goods_cost, 0)
                + k.margin_rate * (coalesce(CAST(b.revenue AS DOUBLE), 0) - coalesce(CAST(b.costed_revenue AS DOUBLE), 0))
        END AS margin,
        CASE WHEN NOT t.says_revenue THEN coalesce(CAST(b.costed_revenue AS DOUBLE), 0) END AS costed_revenue,
        date_diff('day', CAST(t.wave_on AS DATE), CAST(b.bought_on AS DATE)) AS day,
        t.has_own_outcomes,
        t.stated_outcome,
        t.too_early,
        t.names_arms,
        coalesce(CAST(b.spent_before AS DOUBLE), 0) AS spent_before,
        coalesce(b.bought_before, FALSE) AS bought_before
    FROM targeted AS t
    LEFT JOIN bought AS b ON b.campaign_id = t.campaign_id AND b.customer_id = t.customer_id
    LEFT JOIN costed AS k ON k.campaign_id = t.campaign_id
    LEFT JOIN customers AS c ON c.customer_id = t.customer_id AND $by IS NOT NULL
),
state AS (
    -- what most customers share is counted once, so that the sums below are over thousands of rows
    SELECT
        campaign_id,
        arm,
        in_several_arms,
        channel,
        segment,
        day,
        wave_on,
        contacts,
        sent,
        went_out,
        delivered,
        opened,
        clicked,
        responded,
        converted,
        unsubscribed,
        complained,
        has_own_outcomes,
        stated_outcome,
        too_early,
        names_arms,
        bought_before,
        CASE WHEN revenue <> 0 THEN sign(revenue) * (floor(ln(abs(revenue)) * 8 / 0.6931471805599453) + 1000) ELSE 0 END AS amount_group,
        revenue > 0 AS brought,
        count(*) AS customers,
        sum(cost) AS contact_cost,
        count(cost) AS with_cost,
        sum(revenue) AS revenue,
        sum(revenue * revenue) AS revenue_squares,
        sum(margin) AS margin,
        sum(margin * margin) AS margin_squares,
        sum(costed_revenue) AS costed_revenue,
        sum(spent_before) AS spent_before,
        sum(spent_before * spent_before) AS spent_before_squares,
        sum(spent_before * revenue) AS spent_before_revenue,
        sum(spent_before * margin) AS spent_before_margin
    FROM customer
    GROUP BY ALL
)
SELECT
    campaign_id,
    arm,
    in_several_arms,
    channel,
    segment,
    amount_group,
    day,
    grouping(day) = 0 AS of_days,
    CAST(sum(customers) AS BIGINT) AS customers,
    min(wave_on) AS first_on,
    max(wave_on) AS last_on,
    sum(contacts * customers) AS contacts,
    sum(contact_cost) AS contact_cost,
    sum(with_cost) AS with_cost,
    coalesce(sum(customers) FILTER (WHERE sent IS NOT NULL), 0) AS knows_sent,
    coalesce(sum(customers) FILTER (WHERE sent), 0) AS sent,
    coalesce(sum(customers) FILTER (WHERE went_out), 0) AS went_out,
    coalesce(sum(customers) FILTER (WHERE sent OR delivered OR opened OR clicked), 0) AS contacted,
    coalesce(sum(customers) FILTER (WHERE delivered IS NOT NULL), 0) AS knows_delivered,
    coalesce(sum(customers) FILTER (WHERE delivered), 0) AS delivered,
    coalesce(sum(customers) FILTER (WHERE opened IS NOT NULL), 0) AS knows_opened,
    coalesce(sum(customers) FILTER (WHERE opened), 0) AS opened,
    coalesce(sum(customers) FILTER (WHERE clicked IS NOT NULL), 0) AS knows_clicked,
    coalesce(sum(customers) FILTER (WHERE clicked), 0) AS clicked,
    coalesce(sum(customers) FILTER (WHERE delivered AND sent IS FALSE), 0) AS delivered_unsent,
    coalesce(sum(customers) FILTER (WHERE opened AND delivered IS FALSE), 0) AS opened_undelivered,
    coalesce(sum(customers) FILTER (WHERE clicked AND opened IS FALSE), 0) AS clicked_unopened,
    coalesce(sum(customers) FILTER (WHERE unsubscribed), 0) AS unsubscribed,
    coalesce(sum(customers) FILTER (WHERE complained), 0) AS complained,
    sum(customers * CAST(responded AS INT)) AS responded,
    sum(customers * converted) AS converted,
    coalesce(sum(customers) FILTER (WHERE brought OR (converted = 1 AND NOT has_own_outcomes)), 0) AS buyers,
    sum(revenue) AS revenue,
    sum(revenue_squares) AS revenue_squares,
    sum(margin) AS margin,
    sum(margin_squares) AS margin_squares,
    sum(costed_revenue) AS costed_revenue,
    sum(spent_before) AS spent_before,
    sum(spent_before_squares) AS spent_before_squares,
    sum(spent_before * CAST(responded AS INT)) AS spent_before_responded,
    sum(spent_before * converted) AS spent_before_converted,
    sum(spent_before_revenue) AS spent_before_revenue,
    sum(spent_before_margin) AS spent_before_margin,
    coalesce(sum(customers) FILTER (WHERE bought_before), 0) AS bought_before,
    coalesce(sum(customers) FILTER (WHERE has_own_outcomes), 0) AS own_outcomes,
    coalesce(sum(customers) FILTER (WHERE stated_outcome IS NOT NULL), 0) AS with_stated_outcome,
    coalesce(sum(customers) FILTER (WHERE NOT stated_outcome), 0) AS without_outcome,
    coalesce(sum(customers) FILTER (WHERE too_early), 0) AS too_early,
    coalesce(sum(customers) FILTER (WHERE names_arms), 0) AS named_arms
FROM state
GROUP BY GROUPING SETS (
    (campaign_id, arm, in_several_arms, channel, segment, amount_group),
    (campaign_id, arm, in_several_arms, day)
)
ORDER BY
    campaign_id,
    arm NULLS LAST,
    in_several_arms,
    of_days,
    channel NULLS LAST,
    segment NULLS LAST,
    amount_group NULLS LAST,
    day NULLS LAST
