-- What members were given, about one benefit in half a year, and whether they took it.
WITH given AS (
    SELECT
        customer_id, row_number() OVER (ORDER BY customer_id, n) AS benefit,
        joined_on + 30 + 182 * n::INTEGER AS given_on, joined_on, left_on,
        pick('benefit', hash(customer_id) // 1024 + n, 4) + 1 AS kind, hash(customer_id) // 1024 + n AS key
    FROM (SELECT *, unnest(range((getvariable('last_day') - joined_on) // 182)) AS n FROM memberships)
)
SELECT
    'G' || lpad(benefit::VARCHAR, 7, '0') AS benefit_id, customer_id,
    ['voucher', 'free shipping', 'birthday gift', 'evening invitation'][kind] AS kind,
    ['rational', 'rational', 'emotional', 'emotional'][kind] AS value_offered,
    money([1000, 490, 800, 1500][kind]) AS value,
    money([700, 390, 350, 1200][kind]) AS cost, given_on,
    CASE WHEN draw('redeemed', key) < [0.35, 0.6, 0.5, 0.2][kind]
        THEN by_last_day(given_on + 1 + pick('redeemed after', key, 40)) END AS redeemed_on
FROM given
WHERE given_on <= coalesce(left_on, getvariable('last_day'))
ORDER BY benefit
