-- The store's card holders: other ids, one name column, names as typed at a till that knows Western letters only,
-- half of the e-mails.
WITH typed AS (
    SELECT
        *, pick('spelling', person, 10) AS spelling,
        CASE WHEN country IN ('BG', 'PL') THEN latin_first ELSE first_name END AS first,
        CASE WHEN country IN ('BG', 'PL') THEN latin_last ELSE last_name END AS last
    FROM cards INNER JOIN residents USING (person)
)
SELECT
    card_id(card) AS card_number,
    CASE spelling
        WHEN 4 THEN last || ', ' || first
        WHEN 5 THEN latin_first || ' ' || latin_last
        WHEN 6 THEN upper(latin_first || ' ' || latin_last)
        WHEN 7 THEN first || ' ' || last[1] || last[3] || last[2] || last[4:]
        WHEN 8 THEN first[1] || '. ' || last
        WHEN 9 THEN first[1:3] || ' ' || latin_last
        ELSE first || ' ' || last
    END AS name,
    CASE WHEN draw('store email', person) < 0.5
        THEN CASE WHEN draw('capitals', person) < 0.1 THEN upper(email) ELSE email END END AS email,
    CASE WHEN draw('store phone', person) < 0.6
        THEN CASE WHEN draw('local', person) < 0.5 THEN '0' || phone[4:] ELSE phone END END AS phone,
    CASE WHEN draw('store birth date', person) < 0.5 THEN birth_date END AS birth_date,
    CASE WHEN draw('store postcode', person) < 0.8 THEN postal_code END AS postal_code, latin_city AS city, country,
    day_of(greatest(0, getvariable('day_slots')[floor(joined_x * 65536)::INTEGER + 1])) AS registered_on
FROM typed
ORDER BY card
