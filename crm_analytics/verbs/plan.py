"""What the command line and the page do with plans: load files, list, export, approve, hold out, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from crm_analytics import export
from crm_analytics.errors import BadInput, CrmError
from crm_analytics.ingest.programmes import PlanTable, read_plan
from crm_analytics.metrics.programme import measures
from crm_analytics.metrics.programme.plan import freeze
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace.programmes import Change
from crm_analytics.workspace.programmes_fields import KINDS, PROGRAMMES
from crm_analytics.workspace.programmes_holdout import draw_holdout

#: Wrong rows that are told one by one, beside the first.
MOST_TOLD = 9


def load_plan(
    warehouse: Warehouse, files: Sequence[tuple[Path, str]], who: str, programme: str | None = None
) -> dict[str, Any]:
    """Load the tables of a plan, all of them or, where anything is wrong, nothing. Rows that are there get a new version.

    `programme`: for rows that do not name theirs. The reply counts by kind: read, new, changed, same; then what could
    be frozen, and notes. Errors: BadInput naming file and line.
    """
    tables = [table for path, name in files for table in read_plan(path, name)]
    order = list(KINDS)
    tables.sort(key=lambda table: order.index(table.kind.name))
    counts: dict[str, dict[str, int]] = {}
    touched: list[str] = []
    wrong: list[tuple[str, int, str]] = []
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        for table in tables:
            count = counts.setdefault(table.kind.name, {"read": 0, "new": 0, "changed": 0, "same": 0})
            for line, row in table.rows:
                try:
                    programme_id, how = _load_row(session, table, dict(row), who, programme)
                except CrmError as error:
                    wrong.append((table.file, line, str(error)))
                    continue
                count["read"] += 1
                count[how] += 1
                touched += [programme_id] if programme_id not in touched else []
        if wrong:
            raise _refused(wrong)
    frozen = {each: freeze(warehouse, each, who) for each in touched}
    notes = [f"{table.file}: the columns {', '.join(table.unknown)} are no fields of a plan and were left out."
             for table in tables if table.unknown]  # fmt: skip
    return {"programmes": touched, "rows": counts, "frozen": frozen, "notes": notes + _unmeasured(warehouse, touched)}


def _refused(wrong: list[tuple[str, int, str]]) -> BadInput:
    """Every wrong row at once, so that a file is corrected in one go."""
    (file, line, first), others = wrong[0], wrong[1:]
    more = [
        f"{other}, line {at}: {said}" if other != file else f"line {at}: {said}"
        for other, at, said in others[:MOST_TOLD]
    ]
    more += [f"and {len(others) - MOST_TOLD} rows more"] if len(others) > MOST_TOLD else []
    return BadInput(" ".join([first, *more]), file=file, line=line, cure="Nothing was loaded.")


def _load_row(
    session: Any, table: PlanTable, row: dict[str, str], who: str, programme: str | None
) -> tuple[str, str]:  # fmt: skip
    """The programme the row is of, and whether it was new, changed or the same."""
    kind = table.kind
    row_id = row.pop(kind.key, "").strip() or None
    if kind is PROGRAMMES:
        programme_id = row_id = row_id or plans.next_id(kind, (each.row_id for each in plans.rows(session, kind.name)))
    else:
        programme_id = plans.programme(session, row.pop("programme_id", "").strip() or programme).row_id
    known = {each.row_id: each for each in plans.rows(session, kind.name, programme_id)}
    before = known.get(row_id) if row_id else None
    # a field that the file does not have stays as it is
    values = (before.values if before else {}) | row
    change = Change(kind.name, row_id, values, before.version if before else None)
    made = plans.save(session, programme_id, [change], who)
    return programme_id, "same" if not made else "changed" if before else "new"


def _unmeasured(warehouse: Warehouse, programmes: list[str]) -> list[str]:
    """What the plan asks for that cannot be measured, said at once and not on the due date."""
    said = []
    for programme_id in programmes:
        with warehouse.duck.session() as session:
            found = plans.rows(session, "objectives", programme_id)
        for row in found:
            if not measures.known(row.values["metric"]):
                said.append(
                    f"{row.row_id}: there is no figure named {row.values['metric']!r}; the objective stays unmeasured."
                )
            elif measures.rule_of(warehouse, row.values["segment"]) is None:
                said.append(f"{row.row_id}: no segment is called {row.values['segment']!r}; save one of that name.")
    return said


def begin(warehouse: Warehouse, values: Mapping[str, Any], who: str) -> str:
    """Begin a programme with these fields, its diagnosis frozen if its first day is past; its id. Errors: BadValue."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        number = plans.next_id(PROGRAMMES, (row.row_id for row in plans.rows(session, PROGRAMMES.name)))
        plans.save(session, number, [Change(PROGRAMMES.name, number, values, None)], who)
    freeze(warehouse, number, who)
    return number


def list_plans(warehouse: Warehouse) -> dict[str, Any]:
    """All programmes, with how many rows of each kind they have."""
    found = []
    with warehouse.duck.session() as session:
        for each in plans.rows(session, PROGRAMMES.name):
            rows = {kind: len(plans.rows(session, kind, each.row_id)) for kind in KINDS if kind != PROGRAMMES.name}
            approved = plans.approved_at(session, each.row_id)
            found.append(
                {
                    "programme": each.row_id, "name": each.values["name"], "valid_from": each.values["valid_from"].isoformat(),
                    "valid_to": each.values["valid_to"].isoformat(), "version": each.version, **rows,
                    "approved_at": approved.isoformat(timespec="seconds") if approved else None,
                }
            )  # fmt: skip
    return {"programmes": found}


def approve(warehouse: Warehouse, programme: str | None, who: str) -> dict[str, Any]:
    """Keep the plan as it stands as the one approved, and freeze what can be frozen."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        found = plans.programme(session, programme)
        made = plans.keep(session, plans.APPROVAL, found.row_id, "plan", {}, who)
    frozen = freeze(warehouse, found.row_id, who)
    return {"programme": found.row_id, "approved_at": made.saved_at.isoformat(timespec="seconds"), "frozen": frozen}


def hold_out(warehouse: Warehouse, programme: str | None, share: float, seed: int, who: str) -> dict[str, Any]:
    """Draw the group that a programme leaves alone, once and for good."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        found = plans.programme(session, programme)
        drawn = draw_holdout(session, found.row_id, share, seed, who)
    return {"programme": found.row_id, "customers": drawn, "share": share}


def plan_tables(warehouse: Warehouse, programme: str | None) -> dict[str, pd.DataFrame]:
    """The plan as tables by kind, with the columns that `load_plan` reads; kinds without rows are left out."""
    tables = {}
    with warehouse.duck.session() as session:
        programme_id = plans.programme(session, programme).row_id if programme else None
        for kind in KINDS.values():
            rows = plans.rows(session, kind.name, programme_id)
            of = {} if kind is PROGRAMMES else {"programme_id": [row.programme_id for row in rows]}
            columns = {each.name: [row.values[each.name] for row in rows] for each in kind.fields}
            if rows:
                table = pd.DataFrame({kind.key: [row.row_id for row in rows], **of, **columns}, dtype=object)
                days = [each.name for each in kind.fields if each.holds == "date"]
                tables[kind.name] = table.astype(dict.fromkeys(days, "datetime64[s]"))
    return tables


def export_plan(warehouse: Warehouse, out: Path, programme: str | None) -> dict[str, Any]:
    """Write a plan as a workbook with a sheet a kind, where OUT ends in .xlsx, else as a CSV file a kind into the folder OUT.

    Texts that a spreadsheet would run are neutralised. Errors: BadInput for a place that cannot be written.
    """
    tables = plan_tables(warehouse, programme)
    is_book = out.suffix.lower() == ".xlsx"
    try:
        (out.parent if is_book else out).mkdir(parents=True, exist_ok=True)
        if is_book:
            out.write_bytes(export.to_workbook(tables))
        for name, table in () if is_book else tables.items():
            (out / f"{name}.csv").write_bytes(export.to_csv(table))
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}.", file=str(out), cure="Choose another place.") from error
    return {"file" if is_book else "folder": str(out), "rows": {name: len(table) for name, table in tables.items()}}


def write_report(
    warehouse: Warehouse, programme: str | None, as_of: date | None, out: Path | None, folder: Path
) -> dict[str, Any]:
    """Write a programme's status as PDF, into the folder where no file is named; the file and what must be said."""
    from crm_analytics.report import programme_report

    audience = warehouse.audience(as_of=as_of)
    with warehouse.duck.session() as session:
        found = plans.programme(session, programme)
    printed, notes = programme_report(warehouse, audience, found.row_id, date.today())
    safe = "".join(each if each.isalnum() else "_" for each in found.row_id)
    file = out or folder / f"programme-{safe}-{audience.as_of}.pdf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(printed)
    return {"file": str(file), "programme": found.row_id, "as_of": audience.as_of.isoformat(), "notes": notes}
