-- Twelve actions: on time, late, missed, and not yet due on the last day.
SELECT *
FROM (
    VALUES
    ('A01', 'PR1', 'internal training', 'meeting', 'A. Ferrer', 'staff', DATE '2026-01-12', 1500.00, NULL,
        DATE '2026-01-12', 1420.00, 24, 'done', NULL),
    ('A02', 'PR1', 'regular', 'email', 'B. Lindqvist', 'members', DATE '2026-02-02', 300.00, 0.05, DATE '2026-02-02',
        310.00, 410, 'done', NULL),
    ('A03', 'PR1', 'regular', 'email', 'B. Lindqvist', 'everyone', DATE '2026-03-09', 900.00, 0.08, DATE '2026-03-09',
        880.00, 700, 'done', 'K11'),
    ('A04', 'PR1', 'individual', 'telemarketing', 'C. Moreau', 'at risk', DATE '2026-03-20', 2500.00, 0.12,
        DATE '2026-04-14', 2890.00, 130, 'done', NULL),
    ('A05', 'PR1', 'external dissemination', 'press', 'A. Ferrer', 'public', DATE '2026-04-01', 4000.00, NULL,
        DATE '2026-04-01', 4000.00, NULL, 'done', NULL),
    ('A06', 'PR1', 'special event', 'event', 'D. Novák', 'gold members', DATE '2026-05-08', 6000.00, 0.30, NULL, NULL,
        NULL, 'missed', NULL),
    ('A07', 'PR1', 'regular', 'sms', 'B. Lindqvist', 'everyone', DATE '2026-06-01', 700.00, 0.04, DATE '2026-06-01',
        730.00, 640, 'done', 'K12'),
    ('A08', 'PR1', 'individual', 'telemarketing', 'C. Moreau', 'complaint resolved', DATE '2026-07-15', 800.00, 0.20,
        DATE '2026-07-16', 790.00, 52, 'done', NULL),
    ('A09', 'PR1', 'internal training', 'meeting', 'A. Ferrer', 'staff', DATE '2026-09-07', 1500.00, NULL, NULL, NULL,
        NULL, 'planned', NULL),
    ('A10', 'PR1', 'regular', 'direct mail', 'B. Lindqvist', 'everyone', DATE '2026-10-05', 9000.00, 0.06, NULL, NULL,
        NULL, 'planned', NULL),
    ('A11', 'PR1', 'special event', 'event', 'D. Novák', 'gold members', DATE '2026-11-20', 7000.00, 0.30, NULL, NULL,
        NULL, 'planned', NULL),
    ('A12', 'PR1', 'regular', 'email', 'B. Lindqvist', 'everyone', DATE '2026-12-01', 900.00, 0.08, NULL, NULL, NULL,
        'planned', NULL)
) AS actions (
    action_id, programme_id, kind, channel, owner, segment, scheduled_on, budget, expected_response, executed_on,
    actual_cost,
    customers_reached, status, campaign_id
)
ORDER BY action_id
