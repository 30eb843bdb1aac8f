"""The currency of a file: its amounts are in one, which is that of what is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.schema import KINDS
from crm_analytics.workspace import imports


def keep_one_currency(session: Session, recognition: Recognition, mapping: Mapping[str, str | None]) -> str | None:
    """The file's currency; rows in another one are rejected, a file in another than the loaded one is refused."""
    found = None
    if "currency" in mapping.values():
        named = session.rows(
            "SELECT upper(currency), count(*) AS n FROM typed WHERE currency IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1"
        )
        found = named[0][0] if named else None
        other = "currency IS NOT NULL AND upper(currency) <> $found"
        session.do(
            f"INSERT INTO rejects SELECT line, 'currency', currency, 'this row is in another currency than most ("
            f"' || $found || '): convert it first', NULL FROM typed WHERE {other}",
            {"found": found},
        )
        session.do(f"DELETE FROM typed WHERE {other}", {"found": found})
    else:
        money = {field.name for field in KINDS[recognition.kind or ""].fields if field.meaning == "money"}
        for column, field in mapping.items():
            if field in money and recognition.formats[column].currency:
                found = recognition.formats[column].currency
    check_currency(session, recognition.file, found)
    return found


def check_currency(session: Session, file: str, found: str | None) -> None:
    """Refuse a file whose amounts are in another currency than what is loaded; asked again when it is loaded."""
    held = imports.currency(session)
    if found and held and not _same_currency(found, held):
        raise BadInput(
            f"its amounts are in {found}, the loaded ones in {held}.",
            file=file,
            cure="Convert it to one currency first, or load it into another data directory.",
        )


def _same_currency(one: str, other: str) -> bool:
    return one == other or ("$" in (one, other) and all(each == "$" or each.endswith("D") for each in (one, other)))
