-- Campaigns that are known by themselves or by their contacts (all, or $campaign), with their costs and the days of their contacts.
-- Grain: one row per campaign.
WITH reached AS (
    SELECT
        campaign_id,
        min(campaign_name) AS name,
        CASE WHEN min(channel) = max(channel) THEN min(channel) WHEN count(channel) > 0 THEN 'several' END AS channel,
        count(*) AS contacts,
        CAST(min(contacted_at) AS DATE) AS first_on,
        CAST(max(contacted_at) AS DATE) AS last_on,
        string_agg(DISTINCT CAST(import_id AS VARCHAR), ',') AS imports,
        -- a later file that names no arms (who called back, say) does not change whose name tells which is the control group
        max(import_id) FILTER (WHERE arm IS NOT NULL) AS arms_import
    FROM contacts
    WHERE
        campaign_id IS NOT NULL
        AND ($campaign IS NULL OR campaign_id = $campaign)
        AND (contacted_at IS NULL OR CAST(contacted_at AS DATE) <= $as_of)
    GROUP BY campaign_id
),
stated AS (
    SELECT
        coalesce(campaign_id, campaign_name) AS campaign_id,
        min(campaign_name) AS name,
        min(channel) AS channel,
        min(starts_on) AS starts_on,
        max(ends_on) AS ends_on,
        sum(fixed_cost) AS fixed_cost,
        min(cost_per_contact) AS cost_per_contact,
        min(control_share) AS control_share,
        min(goal) AS goal
    FROM campaigns
    GROUP BY coalesce(campaign_id, campaign_name)
)
SELECT
    coalesce(r.campaign_id, s.campaign_id) AS campaign_id,
    coalesce(s.name, r.name, s.campaign_id, r.campaign_id) AS name,
    coalesce(s.channel, r.channel) AS channel,
    s.starts_on,
    s.ends_on,
    s.fixed_cost,
    s.cost_per_contact,
    s.control_share,
    s.goal,
    coalesce(r.contacts, 0) AS contacts,
    CASE WHEN r.campaign_id IS NOT NULL THEN coalesce(r.first_on, s.starts_on) END AS first_on,
    CASE WHEN r.campaign_id IS NOT NULL THEN coalesce(r.last_on, s.starts_on) END AS last_on,
    r.imports,
    r.arms_import
FROM reached AS r
FULL JOIN stated AS s ON s.campaign_id = r.campaign_id
WHERE $campaign IS NULL OR coalesce(r.campaign_id, s.campaign_id) = $campaign
ORDER BY coalesce(r.first_on, s.starts_on) NULLS FIRST, coalesce(r.campaign_id, s.campaign_id)
