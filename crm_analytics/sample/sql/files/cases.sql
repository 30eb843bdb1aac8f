-- Service cases with their promise of three days; still open cases have no resolution.
SELECT
    order_id('S', order_no) AS case_id, customer_id(person) AS customer_id, order_id('W', order_no) AS order_id, kind,
    ['email', 'phone', 'web'][pick('case channel', key, 3) + 1] AS channel, agent_of('case agent', key) AS agent,
    opened_at,
    CASE WHEN first_response_at < getvariable('last_day') + INTERVAL 1 DAY
        THEN first_response_at END AS first_response_at,
    opened_at + INTERVAL 72 HOUR AS promised_by,
    CASE WHEN resolved_at < getvariable('last_day') + INTERVAL 1 DAY THEN resolved_at END AS resolved_at,
    flag(draw('reopened', key) < 0.06) AS reopened
FROM cases
ORDER BY cases.opened_at, order_no
