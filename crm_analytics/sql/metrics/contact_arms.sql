-- The arms that contacts name, as the mart knows them. Grain: one row per campaign and arm.
SELECT k.campaign_id, k.arm, k.is_named, k.arms_import
FROM contact_arms AS k
ORDER BY k.campaign_id, k.arm
