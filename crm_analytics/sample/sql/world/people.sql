-- One row per customer: when known, how often they buy, how easily they leave. Positions x are shares of the whole
-- calendar.
-- Rates are gamma distributed with shape 1/2 (the square of a normal draw): a heavy tail of buyers.
WITH drawn AS (
    SELECT
        person::INTEGER AS person,
        power(draw('joined', person), CASE WHEN getvariable('stationary') THEN 1 ELSE 0.8 END) AS joined_x,
        draw('prospect', person) < getvariable('prospect_share') AS prospect,
        draw('business', person) < getvariable('business_share') AS business,
        country_of(person) AS country,
        power(normal('rate', person), 2) AS rate
    FROM range(getvariable('customers')) AS r (person)
)
SELECT
    person, joined_x, getvariable('day_slots')[floor(joined_x * 65536)::INTEGER + 1] AS joined_day,
    prospect, business, country,
    rate * 33 * CASE WHEN business THEN 1.5 ELSE 1 END AS orders_per_x,
    0.005 + 0.10 * power(draw('fickle', person), 3) AS leave_share,
    0.10 + 0.5 * power(draw('bargains', person), 3) AS discount_share,
    pick('favourite', person, 8)::UTINYINT + 1 AS favourite_line,
    (CASE WHEN business THEN 2.5 ELSE 0.4 END * -ln(draw('size', person)))::FLOAT AS more_pieces,
    CASE WHEN draw('channel', person) < 0.7 THEN 'web' WHEN draw('channel', person) < 0.9 THEN 'marketplace'
        ELSE 'phone' END AS channel
FROM drawn
ORDER BY person
