-- Ids in lists that are kept (hold-outs, frozen segments, exports, membership, scores) that are not in force any more, and those
-- that are.
-- An id gets its source in front when a second one is loaded and loses it when that is undone; a record that is joined has its person's.
-- Without a source in front it is the record of the source that was loaded first: there was no other when the id was kept.
-- Grain: one row per kept id that is not in force and whose customer is known.
WITH kept AS (
    SELECT customer_id FROM workspace.programme_holdouts
    UNION
    SELECT customer_id FROM workspace.frozen_members
    UNION
    SELECT customer_id FROM workspace.export_members
    UNION
    SELECT customer_id FROM workspace.segment_members
    UNION
    SELECT customer_id FROM workspace.customer_scores
),
former AS (
    SELECT k.customer_id AS known_as
    FROM kept AS k
    ANTI JOIN numbers AS n ON n.customer_id = k.customer_id
),
source AS (
    SELECT source, min(import_id) AS since, max(undone_at IS NULL) AS holds
    FROM workspace.imports
    WHERE kind IN ('orders', 'order_lines', 'customers')
    GROUP BY source
),
record AS (
    SELECT
        f.known_as,
        s.source,
        s.since,
        s.holds,
        left(f.known_as, length(s.source) + 1) = s.source || ':' AS in_front,
        CASE
            WHEN left(f.known_as, length(s.source) + 1) = s.source || ':' THEN substr(f.known_as, length(s.source) + 2)
            ELSE f.known_as
        END AS own
    FROM former AS f
    CROSS JOIN source AS s
),
person AS (
    SELECT
        r.known_as,
        r.since,
        r.holds,
        r.in_front,
        coalesce(p.customer_id, CASE WHEN $several_sources THEN r.source || ':' || r.own ELSE r.own END) AS customer_id
    FROM record AS r
    LEFT JOIN people AS p ON p.source = r.source AND p.source_id = r.own
),
in_force AS (
    -- of a source that was undone only persons whose oldest record it has
    SELECT
        r.known_as,
        r.customer_id,
        row_number() OVER (PARTITION BY r.known_as ORDER BY r.in_front DESC, r.since, r.customer_id) AS place
    FROM person AS r
    JOIN numbers AS n ON n.customer_id = r.customer_id
    WHERE r.holds OR r.customer_id IN (SELECT customer_id FROM people)
)
SELECT known_as, customer_id
FROM in_force
WHERE place = 1
ORDER BY known_as
