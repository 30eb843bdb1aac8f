-- One row per campaign; cost_per_contact is for the treated.
SELECT
    campaign_id, campaign_name AS name, channel, day_of(wave_day) AS start_date, day_of(wave_day + 30) AS end_date,
    money(fixed_cost) AS fixed_cost, money(contact_cost) AS cost_per_contact, control_share
FROM waves
ORDER BY campaign
