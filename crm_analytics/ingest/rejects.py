"""The reject file: rows that could not be used, in the columns of their file, with the reason; made to be corrected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from crm_analytics.engine.duck import Session
from crm_analytics.export import FORMULA_STARTS, neutral
from crm_analytics.ingest.shapes import literal, looks_like
from crm_analytics.workspace.imports import Import

#: Columns beside those of the file: why, the text of a row that does not fall into columns, which row of which file.
BECAUSE, TEXT, FROM = "rejected_because", "rejected_text", "rejected_from"
OWN = (BECAUSE, TEXT, FROM)
DIGITS = 12  # of the SHA-256 that names the file
#: What `FROM` holds; RE2 and Python read it alike.
PLACE = rf"line ([0-9]+) of ([0-9a-f]{{{DIGITS}}})"
_DECIMAL_COMMA = re.compile(r"-?[0-9][0-9.\s]*,[0-9]{1,2}")

Reject = tuple[int, str | None, str | None, str, str | None]  # line, column, value, reason, raw


def keep_cells(session: Session, width: int) -> None:
    """Give every row of the temporary table rejects that falls into columns its cells as a JSON array in `raw`."""
    cells = ", ".join(f"raw.c{number}" for number in range(width))
    session.do(f"UPDATE rejects SET raw = CAST(to_json([{cells}]) AS VARCHAR) FROM raw WHERE raw.line = rejects.line")


def frame(rows: Iterable[Reject], columns: Sequence[str], sha256: str, *, corrects: bool = False) -> pd.DataFrame:
    """One row per rejected line: the columns of the file, `rejected_because` (all causes), `rejected_text`, `rejected_from`.

    `corrects`: rows that came as those of another file are named as rows of that file again.
    """
    because: dict[int, list[str]] = {}
    cells: dict[int, dict[str, str | None]] = {}
    for line, column, _, reason, raw in rows:
        because.setdefault(line, []).append(f"{column}: {reason}" if column else reason)
        cells[line] = _apart(raw, columns)
    kept = [name for name in columns if name not in OWN]
    found = []
    for line, reasons in sorted(because.items()):
        row = cells[line]
        known = row.get(FROM) if corrects and re.fullmatch(PLACE, row.get(FROM) or "") else None
        place = known or f"line {line} of {sha256[:DIGITS]}"
        found.append([*map(row.get, kept), "; ".join(dict.fromkeys(reasons)), row.get(TEXT), place])
    made = pd.DataFrame(found, columns=[*kept, *OWN], dtype=object)
    return made if made[TEXT].notna().any() else made.drop(columns=TEXT)


def of_import(session: Session, made: Import) -> bytes:
    """The reject file of an import as CSV, without the rows that have been brought corrected since."""
    rows = session.rows(
        """SELECT line, column_name, value, reason, raw FROM source.rejects WHERE import_id = $number AND line NOT IN (
            SELECT c.line FROM workspace.corrections AS c JOIN workspace.imports AS i ON i.import_id = c.corrected_by
            WHERE c.import_id = $number AND i.undone_at IS NULL)
        ORDER BY line, column_name""",
        {"number": made.import_id},
    )
    return as_csv(frame(rows, list(made.mapping), made.sha256, corrects=made.corrects is not None), mark=True)


def _apart(raw: str | None, columns: Sequence[str]) -> dict[str, str | None]:
    """The cells of a row by their columns, or its text where it has none."""
    try:
        cells = json.loads(raw or "null")
    except ValueError:
        cells = None
    if isinstance(cells, list) and len(cells) == len(columns):
        return dict(zip(columns, cells, strict=True))
    return {TEXT: raw}


def as_csv(rows: pd.DataFrame, *, mark: bool = False) -> bytes:
    """The texts with formulas made harmless, a negative number being none.

    `mark`: so that spreadsheets read accents, and a semicolon between the values where these have decimal commas: the
    spreadsheets of countries that write so expect it.
    """
    numbers = rows.map(lambda value: isinstance(value, str) and looks_like(value) == "number")
    harmless = neutral(rows)
    safe = rows.where(numbers.to_numpy(), harmless.to_numpy()).set_axis(harmless.columns, axis=1)
    commas = mark and rows.map(lambda value: isinstance(value, str) and bool(_DECIMAL_COMMA.fullmatch(value))).any(
        axis=None
    )
    return safe.to_csv(index=False, sep=";" if commas else ",", lineterminator="\r\n").encode(
        "utf-8-sig" if mark else "utf-8"
    )


def take_apostrophes(session: Session, width: int) -> None:
    """Staged texts as they were before `as_csv` made them harmless."""
    risky = literal("^'[" + "".join(FORMULA_STARTS).replace("-", r"\-") + "]")
    for number in range(width):
        text = f"c{number}"
        session.do(f"UPDATE raw SET {text} = substr({text}, 2) WHERE regexp_matches({text}, {risky})")
