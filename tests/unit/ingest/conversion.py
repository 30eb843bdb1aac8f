from __future__ import annotations

from datetime import date

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.convert import convert
from crm_analytics.ingest.recognise import Recognition

TODAY = date(2025, 6, 30)


def converted(session: Session, found: Recognition, today: date = TODAY) -> tuple[Recognition, list, list]:
    convert(session, found, {column: guess.field for column, guess in found.mapping.items()}, today)
    table = session.table("SELECT * FROM typed ORDER BY line")
    rejects = session.rows("SELECT line, column_name, value, reason FROM rejects")
    lost = session.value("SELECT count(DISTINCT line) FROM rejects")
    assert table.num_rows + lost == found.rows + found.broken
    assert session.value("SELECT count(*) FROM typed JOIN rejects USING (line)") == 0
    return found, table.to_pylist(), rejects
