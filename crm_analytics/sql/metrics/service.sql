-- Service cases by kind: open, within the promised time, opened again, complaints.
-- Grain: one row per kind of case.
SELECT
    coalesce(k.kind, 'not known') AS kind,
    count(*) AS cases,
    count(*) FILTER (WHERE k.resolved_at IS NULL OR CAST(k.resolved_at AS DATE) > $as_of) AS open,
    count(*) FILTER (WHERE CAST(k.resolved_at AS DATE) <= $as_of AND k.promised_by IS NOT NULL OR CAST(k.promised_by AS DATE) < $as_of) AS promised,
    count(*) FILTER (WHERE k.resolved_at <= k.promised_by AND CAST(k.resolved_at AS DATE) <= $as_of) AS kept_promises,
    count(k.reopened) AS reopened_known,
    count(*) FILTER (WHERE k.reopened) AS reopened,
    count(*) FILTER (WHERE k.complaint IS NULL) AS complaint_unknown
FROM cases AS k
JOIN audience AS a ON a.customer_id = k.customer_id
WHERE CAST(k.opened_at AS DATE) <= $as_of
GROUP BY coalesce(k.kind, 'not known')
ORDER BY kind
