-- Contacts with each customer (of one in $every) of the year to the end of the cut-off. Answers count of contacts of at least 30 days
-- before: of many it is known only that they came, not when. Of those with a day only what came by the cut-off counts.
-- Grain: one row per customer contacted in that year.
SELECT
    n.customer_no,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) > $half_year_before) AS contacts,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) <= $month_before) AS contacts_settled,
    count(*) FILTER (
        WHERE responded AND (responded_at IS NULL OR responded_at < $next_day) AND CAST(contacted_at AS DATE) <= $month_before
    ) AS responses,
    count(*) FILTER (WHERE unsubscribed AND CAST(contacted_at AS DATE) <= $month_before) AS unsubscribes
FROM contacts AS e
JOIN numbers AS n ON n.customer_id = e.customer_id
WHERE n.sample_no % $every = 0 AND contacted_at >= $year_before AND contacted_at < $next_day AND coalesce(sent, TRUE)
GROUP BY n.customer_no
ORDER BY n.customer_no
