-- Loyalty cards of the store: a quarter of the shop's customers hold one, and so do people whom the shop does not know.
SELECT
    row_number() OVER (ORDER BY draw('card', residents.person), residents.person)::INTEGER AS card, residents.person,
    coalesce(joined_x, 0.5 * draw('joined', residents.person)) AS joined_x, left_day
FROM residents LEFT JOIN people USING (person) LEFT JOIN leavers USING (person)
WHERE people.person IS NULL
    OR (NOT prospect AND draw('holds a card', residents.person) < getvariable('card_holder_share'))
ORDER BY card
