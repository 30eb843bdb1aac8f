-- Every random draw is a function of the seed, a purpose and the number of the thing drawn for: never of the order of work.
CREATE MACRO draw(purpose, id) AS
    ((hash(xor(id::UBIGINT, hash(getvariable('seed'), purpose))) >> 12)::DOUBLE + 0.5) / 4503599627370496;
CREATE MACRO pick(purpose, id, choices) AS floor(draw(purpose, id) * choices)::INTEGER;
CREATE MACRO normal(purpose, id) AS
    sqrt(-2 * ln(draw(purpose || ' radius', id))) * cos(2 * pi() * draw(purpose || ' angle', id));
CREATE MACRO purchase_key(person, seq) AS person::BIGINT * 8192 + seq;
CREATE MACRO money(cents) AS (cents / 100.0)::DECIMAL(18, 2);
CREATE MACRO customer_id(person) AS 'C' || lpad((person + 1)::VARCHAR, 7, '0');
CREATE MACRO order_id(series, order_no) AS series || (1000000 + order_no);
CREATE MACRO phone_of(dial, person) AS dial || lpad(pick('phone number', person, 100000000)::VARCHAR, 8, '0');
CREATE MACRO email_of(person) AS
    'person' || (person + 1) || '@' || ['example.com', 'example.net', 'example.org', 'example.eu'][pick('domain', person, 4) + 1];
