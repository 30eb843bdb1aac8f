-- What came of contacts by how many the customer had in the $window days to them (10 stands for more), inside one RFM cell.
-- The cell is that of the day before the contact: purchase days so far, and days since the last. Revenue is that of the
-- $window days after, of purchases whose last contact it was.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Grain: one row per number of contacts and cell.
WITH contact AS (
    SELECT
        c.customer_id,
        c.import_id,
        c.line,
        c.contacted_at,
        CAST(c.contacted_at AS DATE) AS contacted_on,
        coalesce(come_by(c.responded, c.responded_at, $as_of), come_by(c.converted, c.converted_at, $as_of)) AS responded,
        coalesce(c.unsubscribed, FALSE) OR coalesce(c.complained, FALSE) AS opted_out
    FROM contacts AS c
    JOIN audience AS a ON a.customer_id = c.customer_id
    WHERE c.customer_id IS NOT NULL AND c.contacted_at IS NOT NULL AND CAST(c.contacted_at AS DATE) <= $as_of
    AND c.direction IS DISTINCT FROM 'in'
    AND coalesce(c.sent, c.delivered OR c.opened OR c.clicked) IS NOT FALSE
    AND NOT left_alone($controls, c.arm, c.drawn_as)
),
dosed AS (
    SELECT
        customer_id,
        import_id,
        line,
        contacted_on,
        responded,
        opted_out,
        least(count(*) OVER (
            PARTITION BY customer_id ORDER BY date_diff('day', CAST('1970-01-01' AS DATE), CAST(contacted_on AS DATE))
            RANGE BETWEEN $window - 1 PRECEDING AND CURRENT ROW
        ), 10) AS contacts,
        lead(contacted_on) OVER (PARTITION BY customer_id ORDER BY contacted_at, import_id, line) AS next_contact_on
    FROM contact
),
bought AS (
    SELECT
        customer_id,
        ordered_on,
        day_no,
        lead(ordered_on) OVER (PARTITION BY customer_id ORDER BY ordered_on) AS next_on
    FROM purchase_days
),
placed AS (
    SELECT
        d.customer_id,
        d.import_id,
        d.line,
        CASE WHEN b.day_no = 1 THEN 'once' WHEN b.day_no <= 3 THEN '2-3' WHEN b.day_no <= 7 THEN '4-7' ELSE '8+' END
        || CASE
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(d.contacted_on AS DATE)) <= 30 THEN ', 30 days'
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(d.contacted_on AS DATE)) <= 90 THEN ', 90 days'
            WHEN date_diff('day', CAST(b.ordered_on AS DATE), CAST(d.contacted_on AS DATE)) <= 180 THEN ', 180 days'
            ELSE ', longer'
        END AS cell
    FROM dosed AS d
    JOIN bought AS b ON b.customer_id = d.customer_id AND b.ordered_on < d.contacted_on
    AND (b.next_on IS NULL OR b.next_on >= d.contacted_on)
),
earned AS (
    SELECT d.import_id, d.line, sum(o.net_amount) AS revenue
    FROM dosed AS d
    JOIN orders AS o ON o.customer_id = d.customer_id AND o.ordered_on >= d.contacted_on
    AND (d.next_contact_on IS NULL OR o.ordered_on < d.next_contact_on)
    AND date_diff('day', CAST(d.contacted_on AS DATE), CAST(o.ordered_on AS DATE)) <= $window
    WHERE o.is_purchase AND o.ordered_on <= $as_of
    GROUP BY d.import_id, d.line
),
reached AS (
    SELECT contacts, count(DISTINCT customer_id) AS customers
    FROM dosed
    GROUP BY contacts
)
SELECT
    d.contacts,
    coalesce(p.cell, 'never bought') AS cell,
    max(r.customers) AS customers,
    count(*) AS sent,
    count(d.responded) AS answers_known,
    count(*) FILTER (WHERE d.responded) AS responses,
    count(*) FILTER (WHERE d.opted_out) AS opt_outs,
    coalesce(sum(e.revenue), 0) AS revenue
FROM dosed AS d
JOIN reached AS r ON r.contacts = d.contacts
LEFT JOIN placed AS p ON p.import_id = d.import_id AND p.line = d.line
LEFT JOIN earned AS e ON e.import_id = d.import_id AND e.line = d.line
GROUP BY d.contacts, coalesce(p.cell, 'never bought')
ORDER BY d.contacts, cell
