from __future__ import annotations

import pytest

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import values


@pytest.mark.parametrize(
    ("written", "looked_at"),
    [
        # forms that differ in their digits count once each; what differs otherwise, or may be a date or grouped, by itself
        ("CASE WHEN i % 2 = 0 THEN 'W' || (100000 + i) ELSE 'ORD-' || (1000 + i % 9000) || '/24' END", 2),
        ("strftime(TIMESTAMP '2011-12-09 08:26:00' + i * INTERVAL 97 MINUTE, '%-d/%-m/%Y %H:%M:%S')", None),
        ("strftime(TIMESTAMP '2011-12-09 08:26:00' + i * INTERVAL 97 MINUTE, '%Y-%m-%dT%H:%M:%S.25+02:00')", 1),
        ("CAST(i AS VARCHAR) || '.0'", None),
        ("printf('%.2f', (i * 7919 % 100000) / 100.0 - 50)", None),
        ("replace(printf('%.1f', i * 7 / 10.0), '.', ',')", None),
        ("CAST(20000101 + i AS VARCHAR)", 6000),
        ("CAST(i AS VARCHAR) || CASE WHEN i % 7 = 0 THEN ' %' ELSE ',000' END", 6000),
        ("'u' || i || '@example.com'", None),
        ("repeat('9', 1500) || ' ' || i", 6000),
    ],
)
def test_values_written_alike_count_as_they_would_one_by_one(
    session: Session, written: str, looked_at: int | None
) -> None:
    session.do(
        f"CREATE TEMP TABLE raw AS SELECT CAST(i AS INTEGER) AS line, {written} AS c0 FROM range(6000) AS r (i) ORDER BY i"
    )
    assert values.stage(session, 0) is None
    relation = values.alike(session)
    assert values.counts(session, relation) == values.counts(session, "column_values")
    assert looked_at is None or session.value(f"SELECT count(*) FROM {relation}") == looked_at


def test_texts_that_mean_no_value_are_counted_and_left_out(session: Session) -> None:
    session.do("CREATE TEMP TABLE raw (line INTEGER, c0 VARCHAR)")
    session.do(
        "INSERT INTO raw VALUES (1, ' a'), (2, 'NULL'), (3, ''), (4, NULL), (5, '-'), (6, 'a'), (7, '  '), (8, 'b')"
    )
    assert values.stage(session, 0) == 2
    assert session.rows("SELECT v, n, line FROM column_values ORDER BY v") == [("a", 2, 1), ("b", 1, 8)]
