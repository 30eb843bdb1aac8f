-- Purchases in the store, on top of those in the shop; a sixth of the receipts carry no card.
WITH printed AS (
    SELECT
        card, left_day, card::BIGINT * 1024 + n AS key,
        day_from(joined_x, draw('receipt day', card::BIGINT * 1024 + n)) AS day
    FROM (SELECT *, unnest(range(floor(-6 * ln(draw('receipts', card)))::BIGINT)) AS n FROM cards)
)
SELECT
    row_number() OVER (ORDER BY day, key)::INTEGER AS receipt,
    CASE WHEN draw('no card', key) >= 0.16 THEN card END AS card,
    day_of(day) + to_seconds(32400 + pick('receipt time', key, 39600)) AS placed_at,
    round(100 * exp(3.3 + 0.7 * normal('receipt amount', key)))::INTEGER AS cents
FROM printed
WHERE left_day IS NULL OR day <= left_day
ORDER BY receipt
