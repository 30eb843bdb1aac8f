-- Truth: which records of the two sources are one person.
SELECT person + 1 AS person_id, 'shop' AS source, customer_id(person) AS customer_id FROM people
UNION ALL
SELECT person + 1, 'store', card_id(card) FROM cards
ORDER BY person_id, source
