"""Plans as metrics read them: which versions hold as of a day, baselines frozen and what they stand on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics.programme import measures
from crm_analytics.metrics.programme.outlook import Plan, baseline_of, baseline_span, basis_of
from crm_analytics.metrics.sales.diagnosis import diagnosis
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace import segments
from crm_analytics.workspace.programmes import PlanRow

#: Dtypes of a frame by column.
Types = dict[str, str]


def framed(rows: list[dict[str, object]], types: Types) -> pd.DataFrame:
    """Rows as a frame with those columns and dtypes, empty or not."""
    return pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)


def kept_with_plans(
    warehouse: Warehouse, name: str, audience: Audience, make: Callable[[], pd.DataFrame], **knobs: object
) -> pd.DataFrame:
    """A finished frame, kept until the data, what was entered of a campaign, a plan or a saved segment changes.

    A plan is no data: nothing is rebuilt for it.
    """
    state = f"{warehouse.entered(plans.state)} {warehouse.entered(segments.state)}"
    return warehouse.keep(name, audience, make, plan_state=state, **knobs)


def known_on(warehouse: Warehouse, audience: Audience) -> date | None:
    """The day whose versions of a plan hold: a past as-of date, else (None) the present ones."""
    return audience.as_of if audience.as_of < warehouse.latest() else None


def programmes_of(warehouse: Warehouse, audience: Audience, programme: str | None) -> list[PlanRow]:
    """All programmes, or the one of that id or name. `UnknownName` where there is none."""
    day = known_on(warehouse, audience)
    with warehouse.duck.session() as session:
        if programme is None:
            return plans.rows(session, "programme", known_on=day)
        return [plans.programme(session, programme, day)]


def rows_of(warehouse: Warehouse, audience: Audience, kind: str, programme: PlanRow) -> list[PlanRow]:
    """The rows of a kind of a programme, as they hold for the as-of date."""
    with warehouse.duck.session() as session:
        return plans.rows(session, kind, programme.row_id, known_on(warehouse, audience))


def objectives_of(warehouse: Warehouse, audience: Audience, programme: PlanRow) -> list[Plan]:
    """The objectives of a programme with the rules of their segments."""
    rows = rows_of(warehouse, audience, "objectives", programme)
    rules = {words: measures.rule_of(warehouse, words) for words in {row.values["segment"] for row in rows}}
    span = programme.values["valid_from"], programme.values["valid_to"]
    return [Plan(row, *span, rules[row.values["segment"]]) for row in rows]


# --- baselines ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Baseline:
    """Where an objective started. `frozen_at` None: computed now, or given by the plan (`given`).

    `basis` is what it stood on when it was frozen, `moved` what the same data is today where that differs.
    """

    value: float
    frozen_at: datetime | None = None
    given: bool = False
    basis: str | None = None
    moved: str | None = None


def baseline(warehouse: Warehouse, audience: Audience, plan: Plan) -> Baseline:
    """The baseline in force: that of the plan, the one frozen by the as-of date, else what the data of today gives."""
    given = plan.objective.values["baseline"]
    if given is not None:
        return Baseline(given, given=True)
    with warehouse.duck.session() as session:
        day = known_on(warehouse, audience)
        found = {row.row_id: row for row in plans.rows(session, plans.BASELINE, plan.objective.programme_id, day)}
    frozen = found.get(plan.objective.row_id)
    if frozen is None or frozen.values["asked"] != _asked(plan):
        return Baseline(math.nan if plan.lacks else baseline_of(warehouse, plan))
    now = basis_of(warehouse, plan)
    moved = now if now != frozen.values["basis"] else None
    return Baseline(frozen.values["value"], frozen.saved_at, basis=frozen.values["basis"], moved=moved)


def _asked(plan: Plan) -> str:
    """What the baseline is of: with another figure, segment or span it is another baseline."""
    first, last = baseline_span(plan)
    return f"{plan.metric} of {plan.objective.values['segment']}, {first} to {last}"


def freeze(warehouse: Warehouse, programme_id: str, who: str, at: datetime | None = None) -> list[str]:
    """Freeze what can be frozen and is not: baselines of objectives, and the diagnosis at the start; what was frozen.

    Nothing while no orders are loaded. `at`: as in workspace.programmes.save.
    """
    if not warehouse.has_orders:
        return []
    audience = warehouse.audience()
    (programme,) = programmes_of(warehouse, audience, programme_id)
    begins = programme.values["valid_from"]
    frozen: dict[str, dict[str, object]] = {}
    for plan in objectives_of(warehouse, audience, programme):
        found = baseline(warehouse, audience, plan)
        if found.given or found.frozen_at or math.isnan(found.value):
            continue
        frozen[plan.objective.row_id] = {
            "value": found.value, "asked": _asked(plan), "basis": basis_of(warehouse, plan),
            "data_version": warehouse.data_version,
        }  # fmt: skip
    with warehouse.duck.session() as session:
        known = plans.rows(session, plans.DIAGNOSIS, programme.row_id)
    start = None
    if not known and begins <= warehouse.latest():
        row = diagnosis(warehouse, warehouse.audience(as_of=begins)).iloc[0]
        start = {name: _plain(value) for name, value in row.items()} | {"data_version": warehouse.data_version}
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        for row_id, values in frozen.items():
            plans.keep(session, plans.BASELINE, programme.row_id, row_id, values, who, at)
        if start:
            plans.keep(session, plans.DIAGNOSIS, programme.row_id, "start", start, who, at)
    return [*frozen, *(["diagnosis"] if start else [])]


def _plain(value: object) -> object:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value


# --- what must be said ----------------------------------------------------------------------------------------------


def loaded_since(warehouse: Warehouse, audience: Audience) -> str | None:
    """Whether anything was loaded or taken back after the as-of date: then its figures are of other data than it had."""
    with warehouse.duck.session() as session:
        last = session.value(
            "SELECT max(greatest(imported_at, coalesce(undone_at, imported_at))) FROM workspace.imports"
        )
    if last is None or last.date() <= audience.as_of:
        return None
    return (
        f"Figures of {formats.day(audience.as_of)} are computed on data loaded since (last change {formats.day(last)})."
    )


def entered_since(warehouse: Warehouse, audience: Audience, programme: PlanRow) -> str | None:
    """Whether the plan was written down after the past day that is looked at."""
    day = known_on(warehouse, audience)
    if day is None:
        return None
    with warehouse.duck.session() as session:
        later = plans.entered_later(session, programme.row_id, day)
    of_it = f"Plan {programme.row_id} is shown as of {formats.day(day)}"
    return f"{of_it}; what was entered later is as first entered." if later else f"{of_it}: later changes are left out."


def moved_since(plan: Plan, found: Baseline) -> str | None:
    """Whether the data that a frozen baseline was computed from has changed."""
    if found.moved is None or found.frozen_at is None:
        return None
    return (
        f"The baseline of {plan.objective.row_id} stays as frozen on {formats.day(found.frozen_at)}; its data has changed: "
        f"{found.basis} then, {found.moved} on data loaded since."
    )
