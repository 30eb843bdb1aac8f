-- How often each value of the field $field occurs in the audience and in the whole base.
-- Grain: one row per value; customers of whom the field is not known are in no row.
WITH aged AS (
    SELECT
        customer_id,
        status,
        segment,
        abc_class,
        is_loyal,
        country,
        region,
        city,
        channel,
        gender,
        owner,
        born_on,
        orders,
        m_score,
        r_score,
        EXTRACT(YEAR FROM CAST($as_of AS DATE)) * 12 + EXTRACT(MONTH FROM CAST($as_of AS DATE))
        - (EXTRACT(YEAR FROM born_on) * 12 + EXTRACT(MONTH FROM born_on))
        - CASE WHEN EXTRACT(DAY FROM born_on) > EXTRACT(DAY FROM CAST($as_of AS DATE)) THEN 1 ELSE 0 END AS months_old
    FROM customers
),
valued AS (
    SELECT
        c.customer_id,
        CASE $field
            WHEN 'status' THEN c.status
            WHEN 'segment' THEN c.segment
            WHEN 'abc_class' THEN c.abc_class
            WHEN 'is_loyal' THEN CASE WHEN c.is_loyal THEN 'yes' WHEN NOT c.is_loyal THEN 'no' END
            WHEN 'country' THEN c.country
            WHEN 'region' THEN c.region
            WHEN 'city' THEN c.city
            WHEN 'channel' THEN c.channel
            WHEN 'gender' THEN c.gender
            WHEN 'owner' THEN c.owner
            WHEN 'age' THEN CASE
                WHEN c.born_on IS NULL OR c.born_on > $as_of THEN NULL
                WHEN c.months_old < 300 THEN 'under 25'
                WHEN c.months_old < 420 THEN '25 to 34'
                WHEN c.months_old < 540 THEN '35 to 44'
                WHEN c.months_old < 660 THEN '45 to 54'
                WHEN c.months_old < 780 THEN '55 to 64'
                ELSE '65 and over'
            END
            WHEN 'orders' THEN CASE
                WHEN c.orders = 0 THEN 'none'
                WHEN c.orders = 1 THEN '1'
                WHEN c.orders = 2 THEN '2'
                WHEN c.orders <= 5 THEN '3 to 5'
                WHEN c.orders <= 10 THEN '6 to 10'
                ELSE 'over 10'
            END
            WHEN 'revenue' THEN CASE WHEN c.m_score IS NOT NULL THEN 'fifth ' || CAST(c.m_score AS VARCHAR) || ' of 5' END
            WHEN 'recency' THEN CASE WHEN c.r_score IS NOT NULL THEN 'fifth ' || CAST(c.r_score AS VARCHAR) || ' of 5' END
        END AS value
    FROM aged AS c
),
inside AS (
    SELECT v.value, count(*) AS customers
    FROM valued AS v
    JOIN audience AS a ON a.customer_id = v.customer_id
    WHERE v.value IS NOT NULL
    GROUP BY v.value
),
whole AS (
    SELECT value, count(*) AS base_customers
    FROM valued
    WHERE value IS NOT NULL
    GROUP BY value
)
SELECT w.value, coalesce(i.customers, 0) AS customers, w.base_customers
FROM whole AS w
LEFT JOIN inside AS i ON i.value = w.value
ORDER BY w.value
