-- How contacts were answered, by what the file of contacts says of each.
-- Grain: one row per value of $rows, value of $columns and period; one period where $period is all.
-- $rows and $columns are arm, campaign_id, contact_channel, or else name a column of the file by its path; 'all' is no division.
-- $controls names the arms that were left alone, as query/functions.py says.
-- Control groups stand there where it is divided by arm, sent or not.
WITH told AS (
    SELECT
        t.customer_id,
        CASE $rows
            WHEN 'all' THEN 'all'
            WHEN 'arm' THEN t.arm
            WHEN 'campaign_id' THEN t.campaign_id
            WHEN 'contact_channel' THEN t.channel
            ELSE json_extract_string(t.attributes, $row_path)
        END AS row_value,
        CASE $columns
            WHEN 'all' THEN 'all'
            WHEN 'arm' THEN t.arm
            WHEN 'campaign_id' THEN t.campaign_id
            WHEN 'contact_channel' THEN t.channel
            ELSE json_extract_string(t.attributes, $column_path)
        END AS column_value,
        CASE $period
            WHEN 'month' THEN CAST(date_trunc('month', t.contacted_at) AS DATE)
            WHEN 'quarter' THEN CAST(date_trunc('quarter', t.contacted_at) AS DATE)
            WHEN 'year' THEN CAST(date_trunc('year', t.contacted_at) AS DATE)
        END AS period_start,
        CASE WHEN coalesce(come_by(t.responded, t.responded_at, $as_of), come_by(t.converted, t.converted_at, $as_of)) THEN 1 ELSE 0 END AS responses
    FROM contacts AS t
    JOIN audience AS a ON a.customer_id = t.customer_id
    WHERE
        coalesce(t.responded, t.converted) IS NOT NULL
        AND t.direction IS DISTINCT FROM 'in'
        AND CASE WHEN left_alone($controls, t.arm, t.drawn_as) THEN 'arm' IN ($rows, $columns) ELSE coalesce(t.sent, TRUE) END
        AND coalesce(CAST(t.contacted_at AS DATE), $as_of) <= $as_of
)
SELECT
    coalesce(row_value, 'unknown') AS row_value,
    coalesce(column_value, 'unknown') AS column_value,
    period_start,
    count(*) AS contacts,
    sum(responses) AS responses,
    count(DISTINCT customer_id) AS customers
FROM told
WHERE $period = 'all' OR period_start IS NOT NULL
GROUP BY row_value, column_value, period_start
ORDER BY row_value, column_value, period_start
