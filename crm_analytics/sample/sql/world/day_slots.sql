-- 65,536 equal slots of the buying intensity, each with the day it falls on: a uniform draw picks a day through them.
WITH slots AS (
    SELECT slot::INTEGER AS slot, slot * (SELECT max(total) FROM calendar) // 65536 AS position
    FROM range(65536) AS r (slot)
)
SELECT slots.slot, calendar.day::SMALLINT AS day
FROM slots ASOF JOIN calendar ON slots.position >= calendar.before
ORDER BY slots.slot
