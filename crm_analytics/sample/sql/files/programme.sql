-- One relationship marketing programme.
SELECT *
FROM (
    VALUES (
        'PR1', 'Closer in 2026', 'We know you, we keep our word, and we thank you', DATE '2026-01-01',
        DATE '2026-12-31', 'A. Ferrer', 60000.00,
        'Vouchers; free shipping', 'Evenings; a gift on the birthday'
    )
) AS programme (programme_id, name, promise, valid_from, valid_to, owner, budget, rational_values, emotional_values)
