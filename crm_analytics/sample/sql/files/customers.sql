-- The shop's customer file; contact data are as incomplete as such files are.
SELECT
    customer_id(person) AS customer_id, first_name, last_name,
    CASE WHEN draw('email known', person) >= 0.04 THEN email END AS email,
    CASE WHEN draw('phone known', person) >= 0.2 THEN phone END AS phone,
    CASE WHEN draw('gender known', person) >= 0.15 THEN CASE WHEN female THEN 'f' ELSE 'm' END END AS gender,
    CASE WHEN draw('birth date known', person) >= 0.35 THEN birth_date END AS birth_date,
    day_of(joined_day) AS registered_on, residents.country, region, city,
    CASE WHEN draw('postcode known', person) >= 0.08 THEN postal_code END AS postal_code, channel,
    CASE WHEN business THEN ['A. Ferrer', 'B. Lindqvist', 'C. Moreau',
        'D. Novák'][pick('manager', person, 4) + 1] END AS account_manager,
    CASE WHEN business THEN 'B' || lpad((person + 1)::VARCHAR, 7, '0') END AS company_id
FROM people INNER JOIN residents USING (person)
ORDER BY person
