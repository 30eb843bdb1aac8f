"""The sample company's plan with its history: written in December, approved, then carried out as its dates say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.programmes import read_plan
from crm_analytics.metrics.programme.measures import rule_of
from crm_analytics.metrics.programme.plan import freeze
from crm_analytics.query import membership
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace.programmes import Change
from crm_analytics.workspace.programmes_fields import KINDS, PlanKind, Values, read_values

WHO = "A. Ferrer"
PLANNED, APPROVED, BEGUN = datetime(2025, 12, 8, 10), datetime(2025, 12, 19, 16), datetime(2026, 1, 1, 9)
SEGMENT = "gold members"
_NINE = time(9)

#: Kind -> the fields that came to be known when a thing was done; the first is the day of it.
_LATER = {
    "actions": ("executed_on", "actual_cost", "customers_reached", "status"),
    "budget": ("spent_on", "spent"),
    "tasks": ("done_on", "attended"),
    "measures": ("done_on", "status"),
}
#: Kind -> the day on which such a row is first written; other rows are part of the first plan.
_SINCE = {"studies": "held_on", "measures": "figure_on"}


def load_sample_plan(warehouse: Warehouse, folder: Path) -> None:
    """Load the plan in a folder of the sample's exports, once; nothing where there is none, or a plan already."""
    paths = [
        path for kind in KINDS for path in (folder / f"{kind}.csv", folder / "plan" / f"{kind}.csv") if path.exists()
    ]
    with warehouse.duck.session() as reading:
        if not paths or plans.rows(reading, "programme"):
            return
    rule = rule_of(warehouse, SEGMENT)
    if rule is not None:
        membership.save(
            warehouse, SEGMENT.capitalize(), rule, WHO, description="Whom the evenings are for", owner="D. Novák"
        )
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        for path in paths:
            for table in read_plan(path, path.name):
                for _, row in table.rows:
                    programme_id = row["programme_id"]
                    given = {name: text for name, text in row.items() if name not in ("programme_id", table.kind.key)}
                    _write(session, table.kind, programme_id, row[table.kind.key], read_values(table.kind, given))
                    plan = programme_id
        plans.keep(session, plans.APPROVAL, plan, "plan", {}, WHO, APPROVED)
    freeze(warehouse, plan, WHO, BEGUN)


def _write(session: Session, kind: PlanKind, programme_id: str, row_id: str, values: Values) -> None:
    for version, (at, known) in enumerate(_as_it_went(kind, values)):
        who = known.get("owner") or WHO
        plans.save(session, programme_id, [Change(kind.name, row_id, known, version or None)], who, at)


def _as_it_went(kind: PlanKind, values: Values) -> Iterator[tuple[datetime, Values]]:
    """The row as first written, then as it was once the thing was done or given up, each with the time."""
    since = values.get(_SINCE.get(kind.name, ""))
    first = datetime.combine(since, _NINE) if since else PLANNED
    later = _LATER.get(kind.name, ())
    planned = values | {name: kind.field(name).default for name in later}
    yield first, planned
    if planned != values:
        done = values[later[0]] or values["scheduled_on"]  # given up: on the day it was planned for
        yield datetime.combine(done, time(18)), values
