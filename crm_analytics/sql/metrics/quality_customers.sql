-- What is missing and what is suspicious in the records of customers, with the revenue of the customers it is about.
-- Grain: source x column.
WITH record AS (
    SELECT
        c.source,
        coalesce(k.revenue, CAST(0 AS DECIMAL(18, 4))) AS revenue,
        coalesce(c.name, c.first_name, c.last_name) AS name,
        c.email,
        count(*) OVER (PARTITION BY c.source, lower(trim(c.email))) AS same_email,
        c.phone,
        length(regexp_replace(c.phone, '[^0-9]', '', 'g')) AS phone_digits,
        c.postal_code,
        c.city,
        c.country,
        c.street,
        c.born_on,
        c.attributes LIKE '%born_on_as_written%' AS unreadable_birth,
        c.joined_on,
        n.customer_id IS NULL AS without_consent
    FROM core_customers AS c
    LEFT JOIN people AS p ON p.source = c.source AND p.source_id = c.customer_id
    LEFT JOIN customers AS k
        ON k.customer_id
        = coalesce(p.customer_id, CASE WHEN $several_sources THEN c.source || ':' || c.customer_id ELSE c.customer_id END)
    LEFT JOIN (
        SELECT DISTINCT customer_id FROM consents WHERE consent IN ('yes', 'no')
    ) AS n ON n.customer_id = k.customer_id
    JOIN audience AS a ON a.customer_id = k.customer_id
),
cell AS (
    SELECT source, revenue, 'name' AS column_name, name IS NULL AS is_missing, name NOT LIKE '%__%' AS is_suspicious FROM record
    UNION ALL
    SELECT source, revenue, 'email', email IS NULL, email NOT LIKE '%_@_%.__%' OR email LIKE '% %' OR same_email > 1 FROM record
    UNION ALL
    SELECT source, revenue, 'phone', phone IS NULL, phone_digits < 7 OR phone_digits > 15 FROM record
    UNION ALL
    SELECT source, revenue, 'postal_code', postal_code IS NULL, length(postal_code) < 3 OR length(postal_code) > 10 FROM record
    UNION ALL
    SELECT source, revenue, 'city', city IS NULL, city NOT LIKE '%__%' FROM record
    UNION ALL
    SELECT source, revenue, 'country', country IS NULL, FALSE FROM record
    UNION ALL
    SELECT source, revenue, 'street', street IS NULL, street NOT LIKE '%___%' FROM record
    UNION ALL
    SELECT
        source, revenue, 'born_on', born_on IS NULL AND NOT coalesce(unreadable_birth, FALSE),
        coalesce(unreadable_birth, FALSE) OR born_on > $as_of OR date_diff('day', CAST(born_on AS DATE), CAST($as_of AS DATE)) > 40177
    FROM record
    UNION ALL
    SELECT source, revenue, 'joined_on', joined_on IS NULL, joined_on > $as_of FROM record
    UNION ALL
    SELECT source, revenue, 'consent', without_consent, FALSE FROM record
)
SELECT
    source,
    column_name,
    count(*) AS rows,
    count(*) FILTER (WHERE is_missing) AS missing,
    count(*) FILTER (WHERE NOT is_missing AND is_suspicious) AS suspicious,
    sum(CASE WHEN is_missing OR is_suspicious THEN revenue ELSE 0 END) AS revenue_behind
FROM cell
GROUP BY source, column_name
ORDER BY source, column_name
