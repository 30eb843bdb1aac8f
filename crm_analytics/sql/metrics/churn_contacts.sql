-- Contacts with each customer (of one in $every) at the end of $cut_off. Answers count of contacts of at least 30 days before: when a customer
-- answered is not recorded, only that they did.
-- Grain: one row per customer contacted by then.
SELECT
    n.customer_no,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) > $half_year_before) AS contacts,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) <= $month_before) AS contacts_settled,
    count(*) FILTER (WHERE responded AND CAST(contacted_at AS DATE) <= $month_before) AS responses,
    count(*) FILTER (WHERE unsubscribed AND CAST(contacted_at AS DATE) <= $month_before) AS unsubscribes
FROM contacts AS e
JOIN numbers AS n ON n.customer_id = e.customer_id
WHERE CAST(n.customer_no AS BIGINT) * 7919 % 10007 % $every = 0 AND CAST(contacted_at AS DATE) <= $cut_off AND coalesce(sent, TRUE)
GROUP BY n.customer_no
ORDER BY n.customer_no
