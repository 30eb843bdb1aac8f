-- What a contacts file's own further columns tell against it: outcomes dated before the contact, several currencies.
-- Grain: one row per campaign.
WITH contact AS (
    SELECT
        c.campaign_id,
        CAST(c.contacted_at AS DATE) AS contacted_on,
        TRY_CAST(substr(json_extract_string(c.attributes, $day), 1, 10) AS DATE) AS outcome_on,
        upper(trim(json_extract_string(c.attributes, $currency))) AS currency
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE
        ($campaign IS NULL OR c.campaign_id = $campaign)
        AND c.attributes IS NOT NULL
        AND (c.contacted_at IS NULL OR CAST(c.contacted_at AS DATE) <= $as_of)
)
SELECT
    campaign_id,
    count(*) FILTER (WHERE outcome_on < contacted_on) AS too_early,
    count(DISTINCT currency) AS currencies,
    min(currency) AS first_currency,
    max(currency) AS last_currency
FROM contact
GROUP BY campaign_id
ORDER BY campaign_id NULLS LAST
