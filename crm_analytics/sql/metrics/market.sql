-- The market's figures as loaded, of periods that had begun by the as-of date; of two rows for a period the one loaded last.
-- Grain: one row per period.
WITH ranked AS (
    SELECT
        m.period_start,
        m.market_volume,
        m.market_repurchase_rate,
        row_number() OVER (PARTITION BY m.period_start ORDER BY m.import_id DESC, m.line DESC) AS place
    FROM core_market AS m
    WHERE m.period_start <= $as_of
)
SELECT period_start, market_volume, market_repurchase_rate
FROM ranked
WHERE place = 1
ORDER BY period_start
