-- What files say of customers: nothing here depends on the as-of date.
-- Grain: one row per customer; `is_stated` where the customers' own file names the customer.
WITH stated AS (
    SELECT
        CASE WHEN $several_sources THEN source || ':' || customer_id ELSE customer_id END AS customer_id,
        coalesce(name, nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')) AS name,
        email,
        phone,
        gender,
        born_on,
        joined_on,
        country,
        region,
        city,
        postal_code,
        channel,
        owner,
        organisation_id,
        attributes
    FROM core_customers
)
SELECT
    n.customer_no,
    n.customer_id,
    s.customer_id IS NOT NULL AS is_stated,
    s.name,
    s.email,
    s.phone,
    s.gender,
    s.born_on,
    s.joined_on,
    s.country,
    s.region,
    s.city,
    s.postal_code,
    s.channel,
    s.owner,
    s.organisation_id,
    s.attributes
FROM numbers AS n
LEFT JOIN stated AS s ON s.customer_id = n.customer_id
ORDER BY n.customer_no
