-- The store's receipts: totals only.
SELECT
    'Q' || (200000 + receipt) AS receipt_no, card_id(card) AS card_number, placed_at AS date, 'store' AS channel,
    money(cents) AS amount, 'EUR' AS currency
FROM receipts
ORDER BY receipt
