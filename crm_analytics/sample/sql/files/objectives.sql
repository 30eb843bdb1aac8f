-- Five objectives; an empty baseline is to be computed at the programme's start. Targets are absolute or a change of
-- the baseline.
SELECT *
FROM (
    VALUES
    ('O1', 'PR1', 'revenue', 'everyone', 'flow', 'change', 0.10, NULL, 'up', DATE '2026-12-31', 'A. Ferrer'),
    ('O2', 'PR1', 'repurchase_rate', 'everyone', 'level', 'change', 0.03, NULL, 'up', DATE '2026-09-30',
        'B. Lindqvist'),
    ('O3', 'PR1', 'nps', 'everyone', 'level', 'absolute', 35.0, 30.0, 'up', DATE '2026-12-31', 'C. Moreau'),
    ('O4', 'PR1', 'mean_interpurchase_days', 'loyal customers', 'level', 'change', -0.05, NULL, 'down',
        DATE '2026-06-30', 'B. Lindqvist'),
    ('O5', 'PR1', 'top_20_share', 'everyone', 'level', 'absolute', 0.70, 0.70, 'hold', DATE '2026-12-31', 'D. Novák')
) AS objectives (objective_id, programme_id, metric, segment, kind, target_kind, target, baseline, direction, due_on,
owner)
ORDER BY objective_id
