-- Every random draw is a function of the seed, a purpose and the number of the thing drawn for: never of the order of
-- work.
CREATE MACRO draw(purpose, id) AS
    ((hash(xor(id::UBIGINT, hash(getvariable('seed'), purpose))) >> 12)::DOUBLE + 0.5) / 4503599627370496;
CREATE MACRO pick(purpose, id, choices) AS floor(draw(purpose, id) * choices)::INTEGER;
CREATE MACRO normal(purpose, id) AS
    sqrt(-2 * ln(draw(purpose || ' radius', id))) * cos(2 * pi() * draw(purpose || ' angle', id));
CREATE MACRO purchase_key(person, seq) AS person::BIGINT * 8192 + seq;
CREATE MACRO money(cents) AS (cents / 100.0)::DECIMAL(18, 2);
CREATE MACRO customer_id(person) AS 'C' || (person + 10001);
CREATE MACRO order_id(series, order_no) AS series || (100000 + order_no);
CREATE MACRO country_of(person) AS getvariable('country_slots')[pick('country', person, 100) + 1];
CREATE MACRO is_female(person) AS draw('female', person) < 0.55;
CREATE MACRO card_id(card) AS 'T' || (500001 + card * 3);
CREATE MACRO day_of(day) AS getvariable('first_day') + day::INTEGER;
CREATE MACRO by_last_day(day) AS CASE WHEN day <= getvariable('last_day') THEN day END;
CREATE MACRO agent_of(purpose, id) AS ['Amaia', 'Boris', 'Chiara', 'Dorte', 'Emeka', 'Fatma'][pick(purpose, id, 6) + 1];
CREATE MACRO flag(truth) AS truth::INTEGER;
CREATE MACRO latin(name) AS strip_accents(replace(replace(replace(name, 'ß', 'ss'), 'ł', 'l'), 'Ł', 'L'));
-- The day of the history at the share `u` of the buying intensity from position `x` (or the history's start) to its
-- end.
CREATE MACRO day_from(x, u) AS greatest(0, getvariable('day_slots')[floor(65536 * (
    greatest(x, getvariable('history_x')) + (1 - greatest(x, getvariable('history_x'))) * u))::INTEGER + 1]);
CREATE MACRO score(opinion, lowest, best) AS least(best, greatest(lowest, round(opinion)))::INTEGER;
