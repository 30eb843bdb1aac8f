-- Twelve campaigns, twelve weeks apart, windows of 30 days that never overlap. `effect` is the chance that a treated
-- customer who is still with the company buys once more because of the campaign; arm B is the second treated arm, if
-- any.
SELECT
    campaign::UTINYINT AS campaign, 'K' || lpad(campaign::VARCHAR, 2, '0') AS campaign_id, campaign_name, channel,
    (50 + 84 * (campaign - 1))::SMALLINT AS wave_day,
    CASE WHEN getvariable('stationary') THEN 0 ELSE effect_a END AS effect_a,
    CASE WHEN getvariable('stationary') THEN 0 ELSE effect_b END AS effect_b,
    control_share, target_share, fixed_cost, contact_cost
FROM (
    VALUES
    (1, 'Autumn mailing', 'direct mail', 0.06, NULL, 0.30, 0.65, 150000, 85),
    (2, 'Winter newsletter', 'email', 0.02, NULL, 0.20, 0.70, 20000, 2),
    (3, 'Spring collection', 'email', 0.04, 0.08, 0.30, 0.70, 40000, 2),
    (4, 'Summer text message', 'sms', 0.00, NULL, 0.25, 0.60, 10000, 9),
    (5, 'Back to school', 'email', 0.03, NULL, 0.50, 0.65, 20000, 2),
    (6, 'Holiday catalogue', 'direct mail', 0.10, NULL, 0.20, 0.70, 300000, 140),
    (7, 'We miss you', 'telemarketing', 0.05, NULL, 0.30, 0.55, 50000, 260),
    (8, 'Spring garden', 'email', 0.03, 0.03, 0.30, 0.70, 30000, 2),
    (9, 'Member evenings', 'event', 0.08, NULL, 0.40, 0.45, 400000, 320),
    (10, 'Autumn newsletter', 'email', 0.01, NULL, 0.10, 0.70, 20000, 2),
    (11, 'Winter sale', 'email', 0.12, NULL, 0.20, 0.70, 30000, 2),
    (12, 'Early summer', 'sms', 0.04, NULL, 0.30, 0.65, 10000, 9)
) AS waves (campaign, campaign_name, channel, effect_a, effect_b, control_share, target_share, fixed_cost, contact_cost)
ORDER BY campaign
