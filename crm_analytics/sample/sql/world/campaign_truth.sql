-- What each treated arm truly causes among those drawn for the campaign, per customer: more orders, and more customers
-- with an order in the window (some of those moved would have bought anyway).
WITH counted AS (
    SELECT
        campaign, count(*) AS targeted, count(*) FILTER (arm = 0) AS control,
        count(*) FILTER (still_there) AS still_there,
        count(*) FILTER (still_there AND own_buyers.person IS NULL) AS not_buying_anyway
    FROM targets LEFT JOIN own_buyers USING (campaign, person)
    GROUP BY campaign
),
treated AS (
    SELECT campaign, arm, count(*) AS treated, count(*) FILTER (moved) AS added_orders FROM targets WHERE arm > 0
        GROUP BY campaign, arm
),
earned AS (
    SELECT placed.campaign, targets.arm, sum(cents) AS cents
    FROM placed INNER JOIN totals USING (order_no) INNER JOIN targets USING (campaign, person)
    GROUP BY ALL
)
SELECT
    campaign_id, ['A', 'B'][arm] AS arm, CASE arm WHEN 1 THEN effect_a ELSE effect_b END::DOUBLE AS effect,
    control_share::DOUBLE AS control_share, treated, control,
    effect * still_there / targeted AS orders_per_customer, effect * not_buying_anyway / targeted AS conversion_rate,
    added_orders, (coalesce(cents, 0) / 100)::DOUBLE AS added_revenue
FROM treated INNER JOIN waves USING (campaign) INNER JOIN counted USING (campaign)
    LEFT JOIN earned USING (campaign, arm)
ORDER BY campaign, arm
