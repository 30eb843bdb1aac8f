-- Customers with a complaint who bought again within the activity window of it, beside customers who never complained and had
-- bought as often, in the same quarter, and had been as long without a purchase when the window began.
-- A case whose file does not say is a complaint unless its kind is a question.
-- Grain: one row per kind of case, number of purchase days (5 stands for more), quarter and days since the purchase (at least).
WITH complaint AS (
    SELECT k.customer_id, coalesce(k.kind, 'not known') AS kind, CAST(k.opened_at AS DATE) AS opened_on
    FROM cases AS k
    WHERE coalesce(k.complaint, lower(coalesce(k.kind, '')) NOT IN ('question', 'enquiry', 'inquiry', 'information', 'info'))
    AND k.customer_id IS NOT NULL AND CAST(k.opened_at AS DATE) <= $as_of
),
bought AS (
    SELECT
        p.customer_id,
        p.ordered_on,
        least(p.day_no, 5) AS times,
        year(p.ordered_on) * 4 + quarter(p.ordered_on) AS in_quarter,
        lead(p.ordered_on) OVER (PARTITION BY p.customer_no ORDER BY p.ordered_on) AS next_on
    FROM purchase_days AS p
    JOIN audience AS a ON a.customer_id = p.customer_id
    WHERE p.ordered_on <= $as_of
),
after AS (
    SELECT
        c.kind,
        b.times,
        b.in_quarter,
        CASE
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(c.opened_on AS DATE)) = 0 THEN 0
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(c.opened_on AS DATE)) <= 3 THEN 1
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(c.opened_on AS DATE)) <= 7 THEN 4
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(c.opened_on AS DATE)) <= 14 THEN 8
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(c.opened_on AS DATE)) <= 30 THEN 15
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(c.opened_on AS DATE)) <= 60 THEN 31
            ELSE 61
        END AS lag_days,
        date_diff('day', CAST(c.opened_on AS DATE), CAST(b.next_on AS DATE)) <= $window_days AS came_back
    FROM complaint AS c
    JOIN bought AS b ON b.customer_id = c.customer_id AND b.ordered_on <= c.opened_on
    AND (b.next_on IS NULL OR b.next_on > c.opened_on)
    WHERE date_diff('day', CAST(c.opened_on AS DATE), CAST($as_of AS DATE)) >= $window_days
),
complained AS (
    SELECT kind, times, in_quarter, lag_days, count(*) AS complaints, count(*) FILTER (WHERE came_back) AS recovered
    FROM after
    GROUP BY kind, times, in_quarter, lag_days
),
lag_of AS (
    SELECT DISTINCT times, in_quarter, lag_days
    FROM complained
),
quiet AS (
    SELECT b.times, b.in_quarter, b.ordered_on, date_diff('day', CAST(b.ordered_on AS DATE), CAST(b.next_on AS DATE)) AS gap_days
    FROM bought AS b
    ANTI JOIN complaint AS c ON c.customer_id = b.customer_id
),
compared AS (
    SELECT
        l.times,
        l.in_quarter,
        l.lag_days,
        count(*) AS similar,
        count(*) FILTER (WHERE q.gap_days <= l.lag_days + $window_days) AS similar_back
    FROM lag_of AS l
    JOIN quiet AS q ON q.times = l.times AND q.in_quarter = l.in_quarter
    WHERE (q.gap_days IS NULL OR q.gap_days > l.lag_days)
    AND date_diff('day', CAST(q.ordered_on AS DATE), CAST($as_of AS DATE)) >= l.lag_days + $window_days
    GROUP BY l.times, l.in_quarter, l.lag_days
)
SELECT
    c.kind,
    c.times,
    c.in_quarter,
    c.lag_days,
    c.complaints,
    c.recovered,
    coalesce(s.similar, 0) AS similar,
    coalesce(s.similar_back, 0) AS similar_back
FROM complained AS c
LEFT JOIN compared AS s ON s.times = c.times AND s.in_quarter = c.in_quarter AND s.lag_days = c.lag_days
ORDER BY c.kind, c.times, c.in_quarter, c.lag_days
