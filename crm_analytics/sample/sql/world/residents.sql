-- Every person as they truly are: the shop's customers, then those whom only the store knows.
WITH placed AS (
    SELECT
        person::INTEGER AS person, country_of(person) AS country, is_female(person) AS female,
        pick('first name', person, 6) + 1 AS first_no, pick('family', person, 10) + 1 AS family_no,
        pick('city', person, 4) + 1 AS city_no
    FROM range(getvariable('customers') + getvariable('customers') // 16) AS r (person)
),
named AS (
    SELECT
        person, female, dial, placed.country,
        CASE WHEN female THEN women ELSE men END[first_no] AS first_name,
        families[family_no] || CASE WHEN female AND placed.country = 'BG' THEN 'а' ELSE '' END AS last_name,
        latin(coalesce(CASE WHEN female THEN latin_women ELSE latin_men END[first_no], first_name)) AS latin_first,
        latin(coalesce(latin_families[family_no] || CASE WHEN female THEN 'a' ELSE '' END, last_name)) AS latin_last,
        regions[city_no] AS region, cities[city_no] AS city,
        latin(coalesce(latin_cities[city_no], cities[city_no])) AS latin_city,
        prefixes[city_no] || lpad(pick('postcode', person, 400)::VARCHAR, 3, '0') AS postal_code
    FROM placed INNER JOIN places USING (country)
)
SELECT
    *, lower(replace(latin_first, '''', '') || '.' || replace(latin_last, '''', '')) || (person + 1) || '@'
    || ['example.com', 'example.net', 'example.org', 'example.eu'][pick('domain', person, 4) + 1] AS email,
    dial || lpad(pick('phone', person, 100000000)::VARCHAR, 8, '0') AS phone,
    DATE '1945-01-01' + pick('birth date', person, 22000) AS birth_date
FROM named
ORDER BY person
