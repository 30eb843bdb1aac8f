-- Who was drawn for which campaign, the arm drawn for them (0 is control), and whether the campaign moved them to buy
-- once more on `moved_day`. `still_there` is known for the control group too, so that the true lift can be counted.
WITH drawn AS (
    SELECT people.person, waves.*, people.person::BIGINT * 64 + campaign AS key
    FROM waves, people
    WHERE people.joined_day < waves.wave_day AND draw('target', people.person::BIGINT * 64 + campaign) < target_share
),
armed AS (
    SELECT
        *,
        CASE
            WHEN draw('arm', key) < control_share THEN 0
            WHEN effect_b IS NULL OR draw('second arm', key) < 0.5 THEN 1
            ELSE 2
        END AS arm,
        wave_day + 1 + pick('moved day', key, 24) AS moved_day
    FROM drawn
)
SELECT
    armed.campaign, armed.person, armed.arm::UTINYINT AS arm, armed.moved_day::SMALLINT AS moved_day, key,
    coalesce(left_day > moved_day, true) AS still_there,
    still_there AND draw('moved', key) < CASE armed.arm WHEN 0 THEN 0 WHEN 1 THEN effect_a ELSE effect_b END AS moved
FROM armed LEFT JOIN leavers USING (person)
ORDER BY armed.campaign, armed.person
