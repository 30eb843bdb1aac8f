"""Files of a plan: one kind of row a CSV file, or one a sheet of a workbook, by the field names of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm_analytics.errors import BadInput
from crm_analytics.ingest.containers import open_table
from crm_analytics.workspace.programmes_fields import KINDS, PROGRAMME, PROGRAMMES, PlanKind
from crm_analytics.workspace.programmes_values import SLASHED

#: A plan is written by hand; more rows are another sort of file.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class PlanTable:
    """The rows of one file or sheet: (line, field -> text), and the columns that no field is called."""

    kind: PlanKind
    file: str
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    unknown: tuple[str, ...]


def read_plan(path: Path, name: str) -> list[PlanTable]:
    """Every table of a plan in a file; of a workbook those sheets that are called as a kind. Errors: BadInput."""
    sheets = _sheets(path)
    if not sheets:
        return [_table(path, name, None)]
    called = [sheet for sheet in sheets if sheet.strip().lower() in KINDS]
    return [_table(path, name, sheet) for sheet in called] if called else [_table(path, name, sheets[0])]


def _table(path: Path, name: str, sheet: str | None) -> PlanTable:
    table = open_table(path, name, header=True, **({"sheet": sheet} if sheet else {}))
    headers = [_plain(each) for each in table.layout.columns]
    kind = _kind(headers, _plain(sheet or Path(name).stem))
    if kind is None:
        known = "; ".join(f"{each.name}: {each.key} and {', '.join(_needed(each))}" for each in KINDS.values())
        raise BadInput("this is no table of a plan.", file=name, cure=f"Name its columns as one of these: {known}.")
    fields = {header: _field(kind, header) for header in headers}
    used = [field for field in fields.values() if field]
    if doubled := sorted({field for field in used if used.count(field) > 1}):
        raise BadInput(f"two columns are both {doubled[0]}.", file=name, cure="Rename or delete one of them.")
    missing = [each for each in _needed(kind) if each not in used]
    if missing:
        columns = "The column" if len(missing) == 1 else "The columns"
        raise BadInput(
            f"{columns} {', '.join(missing)} must be there, too.",
            file=name,
            cure="Add what is missing, then load it again.",
        )
    rows = tuple(_rows(table.batches(path.stat().st_size), [fields[header] for header in headers], name))
    rows = _dated(kind, rows)
    unknown = tuple(
        column for column, header in zip(table.layout.columns, headers, strict=True) if fields[header] is None
    )
    return PlanTable(kind, f"{name}, sheet {sheet}" if sheet else name, rows, unknown)


def _rows(batches: Iterator, fields: Sequence[str | None], name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    read = 0
    for batch in batches:
        for broken in batch.broken:
            raise BadInput(
                f"{broken.reason}.", file=name, line=broken.line, cure="Correct the row, then load it again."
            )
        for line, *texts in zip(batch.lines, *batch.columns, strict=True):
            read += 1
            if read > MOST_ROWS:
                raise BadInput(
                    f"it has more than {MOST_ROWS:,} rows.", file=name, cure="Load it on the Data page instead."
                )
            row = {field: _unmarked(text) for field, text in zip(fields, texts, strict=True) if field and text}
            if any(text.strip() for text in row.values()):
                yield int(line), row


def _dated(kind: PlanKind, rows: Sequence[tuple[int, Mapping[str, str]]]) -> tuple[tuple[int, Mapping[str, str]], ...]:
    """Days such as 11/05/2026 in the order that the others of their column show; without any they stay as they are."""
    orders = {}
    for field in (each.name for each in kind.fields if each.holds == "date"):
        found = [SLASHED.fullmatch(row[field].strip()) for _, row in rows if field in row]
        days = [any(each and int(each[place]) > 12 for each in found) for place in (1, 2)]
        if days[0] != days[1]:
            orders[field] = (1, 2) if days[0] else (2, 1)
    return tuple((line, {name: _iso(text, orders.get(name)) for name, text in row.items()}) for line, row in rows)


def _iso(text: str, order: tuple[int, int] | None) -> str:
    found = SLASHED.fullmatch(text.strip()) if order else None
    if not found or not order:
        return text
    try:
        return date(int(found[3]), int(found[order[1]]), int(found[order[0]])).isoformat()
    except ValueError:  # it is refused as it is written
        return text


def _unmarked(text: str) -> str:
    """Without the apostrophe that an export puts in front of what a spreadsheet would run."""
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _sheets(path: Path) -> list[str]:
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"):
        return []
    import python_calamine

    try:
        return list(python_calamine.CalamineWorkbook.from_path(path).sheet_names)
    except (python_calamine.CalamineError, OSError, ValueError):
        return []  # opening it as a table says what is wrong with it


def _kind(headers: Sequence[str], stem: str) -> PlanKind | None:
    """By the name of the file or sheet, else by the column that only one kind has."""
    for kind in KINDS.values():
        if stem in (kind.name, kind.name.removesuffix("s"), f"{kind.name}s", _plain(kind.one), _plain(f"{kind.one}s")):
            return kind
    keyed = [kind for kind in KINDS.values() if kind.key in headers and kind is not PROGRAMMES]
    if len(keyed) == 1:
        return keyed[0]
    return PROGRAMMES if not keyed and {"valid_from", "valid_to"} <= set(headers) else None


def _field(kind: PlanKind, header: str) -> str | None:
    known = [(kind.key, ()), *((each.name, each.also) for each in kind.fields)]
    if kind is not PROGRAMMES:
        known.append((PROGRAMME.name, PROGRAMME.also))
    for name, _ in known:
        if header == name:
            return name
    return next((name for name, also in known if header in also), None)


def _needed(kind: PlanKind) -> list[str]:
    return [each.name for each in kind.fields if each.required]


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.strip().lower()).strip("_")
