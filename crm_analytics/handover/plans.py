"""What can be asked about plans: plain arguments in, a plain reply out, as in `requests`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from crm_analytics.query.warehouse import Warehouse
from crm_analytics.verbs import Work
from crm_analytics.verbs import plan as verbs_plan

Reply = dict[str, Any]


def plan_load(warehouse: Warehouse, work: Work, *, paths: list[str], who: str, programme: str | None) -> Reply:
    """Load the files of a plan; what was read, new, changed and frozen."""
    work.report(0.0, "loading the plan")
    with work.turn(warehouse):
        files = [(Path(path), Path(path).name) for path in paths]
        return verbs_plan.load_plan(warehouse, files, who, programme)


def plan_list(warehouse: Warehouse, work: Work) -> Reply:
    """All programmes: {"programmes": [...]}."""
    return verbs_plan.list_plans(warehouse)


def plan_export(warehouse: Warehouse, work: Work, *, out: str, programme: str | None) -> Reply:
    """Write a plan as CSV files or a workbook; where, and how many rows of each kind."""
    return verbs_plan.export_plan(warehouse, Path(out), programme)


def plan_approve(warehouse: Warehouse, work: Work, *, programme: str | None, who: str) -> Reply:
    """Keep the plan as it stands as the one approved."""
    with work.turn(warehouse):
        return verbs_plan.approve(warehouse, programme, who)


def plan_holdout(
    warehouse: Warehouse, work: Work, *, programme: str | None, share: float, seed: int, who: str
) -> Reply:
    """Draw the group that a programme leaves alone."""
    with work.turn(warehouse):
        return verbs_plan.hold_out(warehouse, programme, share, seed, who)


def report_programme(
    warehouse: Warehouse, work: Work, *, programme: str | None, as_of: str | None, out: str | None, folder: str
) -> Reply:
    """Write a programme's status as PDF; the file and what must be said."""
    work.report(0.0, "writing the report")
    day = date.fromisoformat(as_of) if as_of else None
    return verbs_plan.write_report(warehouse, programme, day, Path(out) if out else None, Path(folder))


#: Verb -> what answers it.
VERBS = {
    each.__name__: each for each in (plan_load, plan_list, plan_export, plan_approve, plan_holdout, report_programme)
}
