-- Contacts with each customer at the end of $cut_off. Answers count of contacts of at least 30 days before: when a customer
-- answered is not recorded, only that they did.
-- Grain: one row per customer contacted by then.
SELECT
    customer_id,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) > $half_year_before) AS contacts,
    count(*) FILTER (WHERE CAST(contacted_at AS DATE) <= $month_before) AS contacts_settled,
    count(*) FILTER (WHERE responded AND CAST(contacted_at AS DATE) <= $month_before) AS responses,
    count(*) FILTER (WHERE unsubscribed AND CAST(contacted_at AS DATE) <= $month_before) AS unsubscribes
FROM contacts
WHERE customer_id IS NOT NULL AND CAST(contacted_at AS DATE) <= $cut_off AND coalesce(sent, TRUE)
GROUP BY customer_id
ORDER BY customer_id
