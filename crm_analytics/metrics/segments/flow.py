"""Who went from one saved segment to another, or into one and out of it, between two days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue
from crm_analytics.metrics import notes
from crm_analytics.metrics.segments.saved import saved_rule
from crm_analytics.query import flows
from crm_analytics.query.rules import Any_, digest
from crm_analytics.query.warehouse import Audience, Warehouse

NOT_YET = "not yet a customer"
BOTH = "in both"
_TYPES = {"from_segment": "str", "to_segment": "str", "customers": "int64", "revenue": "float64"}


def segment_flow(
    warehouse: Warehouse,
    audience: Audience,
    *,
    segment: str | None = None,
    other: str | None = None,
    before: date | None = None,
) -> pd.DataFrame:
    """Customers by where they were on the comparison day and where they are now: in a saved segment, in another, in neither.

    The rules are asked as of both days, on the data held today; a fixed list is the same on both. Pairs that never were
    in either are left out. Without a segment nothing.

    Columns
    -------
    from_segment : str     the segment's name, the other's, in both, in neither (or not in it), not yet a customer
    to_segment : str       likewise on the as-of date
    customers : int64      customers of the audience who went from the one to the other
    revenue : float64      their net revenue of the 12 months to the as-of date, money
    """
    audience = replace(audience, before=before or audience.before)
    if segment is None:
        return notes.noted(pd.DataFrame(columns=list(_TYPES)).astype(_TYPES), "Name a saved segment.")
    if segment == other:
        raise BadValue("other", other, "another saved segment than the first, or nothing")
    one, second = saved_rule(warehouse, segment), saved_rule(warehouse, other) if other else Any_()

    def make() -> pd.DataFrame:
        sums = flows.flow(warehouse, audience, one, second)
        before = [
            _place(segment, other, *row) for row in sums[["in_one_before", "in_other_before", "was_known"]].to_numpy()
        ]
        now = [_place(segment, other, *row, True) for row in sums[["in_one", "in_other"]].to_numpy()]
        frame = pd.DataFrame(
            {"from_segment": before, "to_segment": now, "customers": sums["customers"], "revenue": sums["revenue"]}
        )
        outside = {NOT_YET, _outside(other)}
        frame = frame[~(frame["from_segment"].isin(outside) & frame["to_segment"].isin(outside))]
        frame = frame.groupby(["from_segment", "to_segment"], as_index=False).sum()
        return frame.astype(_TYPES)

    frame = warehouse.keep("segment_flow", audience, make, one=digest(one), other=digest(second))
    return notes.noted(frame)


def _outside(other: str | None) -> str:
    return "in neither" if other else "not in it"


def _place(segment: str, other: str | None, in_one: bool, in_other: bool, known: bool) -> str:
    if in_one and in_other:
        return BOTH
    if in_one or in_other:
        return segment if in_one else str(other)
    return _outside(other) if known else NOT_YET


def segment_flow_in_words(frame: pd.DataFrame, audience: Audience, currency: str | None = None) -> str | None:
    """How many stayed where they were, and the largest move. Reads `segment_flow`."""
    if frame["customers"].sum() < notes.FEWEST_CUSTOMERS:
        return None
    stayed = frame["from_segment"] == frame["to_segment"]
    days = f"From {formats.day(audience.before)} to {formats.day(audience.as_of)}"
    words = f"{days}, {formats.count(frame.loc[stayed, 'customers'].sum())} customers stayed where they were"
    moved = frame[~stayed]
    if moved.empty:
        return f"{words}; nobody moved."
    most = moved.loc[moved["customers"].idxmax()]
    return (
        f"{words}; the largest move is from “{most['from_segment']}” to “{most['to_segment']}”, "
        f"{formats.count(most['customers'])} customers with {formats.money(most['revenue'], currency)} in the last 12 months."
    )
