"""What has changed in a plan since it was approved."""

from __future__ import annotations

import pandas as pd

from crm_analytics.metrics import notes
from crm_analytics.metrics.programme.plan import Types, framed, kept_with_plans, programmes_of
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import programmes as store
from crm_analytics.workspace.programmes import PlanRow

_CHANGES: Types = {
    "programme": "str", "kind": "str", "row": "str", "field": "str", "part": "str", "approved": "str", "now": "str", "who": "str",
    "changed_at": "datetime64[us]",
}  # fmt: skip


#: Fields that are filled when a thing is done: to fill them changes no plan.
RESULTS = ("executed_on", "actual_cost", "customers_reached", "status", "reason", "spent", "spent_on")


def programme_changes(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """What has changed in each plan since it was approved, field by field. Empty before an approval.

    Columns
    -------
    programme : str                  the programme's id
    kind : str                       programme, objectives, actions, budget
    row : str                        id of the row
    field : str                      the field; "row" where the whole row was added or removed
    part : str                       plan, or result: what came to be known when it was carried out
    approved : str                   its value as approved; null where the row was not there
    now : str                        its value now; null where the row is removed
    who : str                        who changed the row last; null where it is removed
    changed_at : datetime64[us]      when; null likewise
    """

    def make() -> pd.DataFrame:
        rows = []
        with warehouse.duck.session() as session:
            for each in programmes_of(warehouse, audience, programme):
                if store.approved_at(session, each.row_id):
                    for kind in ("programme", "objectives", "actions", "budget"):
                        approved = store.as_approved(session, kind, each.row_id)
                        now = {row.row_id: row for row in store.rows(session, kind, each.row_id)}
                        rows += _differences(each.row_id, kind, approved, now)
        return notes.noted(framed(rows, _CHANGES))

    return kept_with_plans(warehouse, "programme_changes", audience, make, programme=programme)


def _differences(
    programme: str, kind: str, approved: dict[str, dict[str, object]], now: dict[str, PlanRow]
) -> list[dict[str, object]]:
    found = []
    for row_id in sorted(approved.keys() | now.keys()):
        before, row = approved.get(row_id), now.get(row_id)
        after = row.values if row else None
        if before is None or after is None:
            fields = [("row", "there" if before else None, "there" if after else None)]
        else:
            fields = [(name, before.get(name), value) for name, value in after.items() if before.get(name) != value]
        for name, was, is_now in fields:
            found.append(
                {
                    "programme": programme, "kind": kind, "row": row_id, "field": name,
                    "part": "result" if name in RESULTS else "plan",
                    "approved": None if was is None else str(was), "now": None if is_now is None else str(is_now),
                    "who": row.who if row else None, "changed_at": row.saved_at if row else None,
                }
            )  # fmt: skip
    return found


def changes_in_words(frame: pd.DataFrame) -> str:
    """How much of the plan is another since the approval, results aside. Reads `programme_changes` of one programme."""
    moved, results = (int((frame["part"] == part).sum()) for part in ("plan", "result"))
    said = f"{moved} field{'s' * (moved != 1)} of the plan {'have' if moved != 1 else 'has'} changed since"
    return f"{said}; {results} entries about what was carried out." if results else f"{said}."
