-- Every order, numbered in the order of time: own purchases, those a campaign added, and guests' (no person).
WITH bought AS (
    SELECT person, purchase_key(person, seq) AS key, day, late, discount_pct, NULL AS campaign
    FROM histories WHERE day >= 0
    UNION ALL
    SELECT person, purchase_key(person, 4000 + campaign), moved_day, false, 10, campaign FROM targets WHERE moved
),
known AS (
    SELECT
        bought.*, country, favourite_line, more_pieces,
        CASE
            WHEN draw('order channel', key) < 0.8 THEN channel
            WHEN draw('order channel', key) < 0.95 THEN 'web'
            ELSE 'phone'
        END AS channel
    FROM bought INNER JOIN people USING (person)
    UNION ALL
    SELECT
        NULL, purchase_key(getvariable('customers') + guest, 0) AS key, day_from(0, draw('guest day', guest)),
        draw('late', key) < getvariable('late_share'), 0, NULL, country_of(getvariable('customers') + guest),
        pick('guest line', guest, 8) + 1, 0.3, 'web'
    FROM range(getvariable('customers') // 2) AS r (guest)
),
timed AS (
    SELECT
        *, getvariable('first_day') + day::INTEGER
        + to_seconds(28800 + (50400 * (draw('hour', key) + draw('hour again', key)) / 2)::INTEGER) AS placed_at
    FROM known
)
SELECT
    row_number() OVER (ORDER BY placed_at, key)::INTEGER AS order_no,
    person::INTEGER AS person, key, day::SMALLINT AS day, placed_at, late, discount_pct::UTINYINT AS discount_pct,
    campaign::UTINYINT AS campaign, country, channel, favourite_line::UTINYINT AS favourite_line,
    more_pieces::FLOAT AS more_pieces,
    (channel <> 'marketplace' AND draw('shipping', key) < 0.45) AS pays_shipping,
    (1 + least(7, floor(-1.45 * ln(draw('lines', key)))))::UTINYINT AS goods
FROM timed
ORDER BY order_no
