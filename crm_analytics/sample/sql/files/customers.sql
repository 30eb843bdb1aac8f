-- The shop's customer file; contact data are as incomplete as such files are.
WITH named AS (
    SELECT
        people.*, places.* EXCLUDE (country),
        CASE WHEN female THEN women[pick('first name', person, 6) + 1] ELSE men[pick('first name', person, 6) + 1] END AS first_name,
        families[pick('family', person, 10) + 1] || CASE WHEN female AND people.country = 'BG' THEN 'а' ELSE '' END AS last_name,
        pick('city', person, 4) + 1 AS city_no
    FROM people INNER JOIN places USING (country)
)
SELECT
    customer_id(person) AS customer_id, first_name, last_name,
    CASE WHEN draw('email', person) >= 0.04 THEN email_of(person) END AS email,
    CASE WHEN draw('phone', person) >= 0.2 THEN phone_of(dial, person) END AS phone,
    CASE WHEN draw('gender', person) >= 0.15 THEN CASE WHEN female THEN 'f' ELSE 'm' END END AS gender,
    CASE WHEN draw('born', person) >= 0.35 THEN DATE '1945-01-01' + pick('birth date', person, 22000) END AS birth_date,
    getvariable('first_day') + joined_day::INTEGER AS registered_on,
    country, regions[city_no] AS region, cities[city_no] AS city,
    CASE WHEN draw('postcode', person) >= 0.08 THEN prefixes[city_no] || lpad(pick('postcode no', person, 400)::VARCHAR, 3, '0') END AS postal_code,
    channel,
    CASE WHEN business THEN ['A. Ferrer', 'B. Lindqvist', 'C. Moreau', 'D. Novák'][pick('manager', person, 4) + 1] END AS account_manager,
    CASE WHEN business THEN 'B' || lpad(person::VARCHAR, 7, '0') END AS company_id
FROM named
ORDER BY person
