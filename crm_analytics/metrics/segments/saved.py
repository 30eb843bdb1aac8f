"""Saved segments: how large they are, who is in them since when and why, how they grew, and how they overlap."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.segments.customers import ALL_ROWS
from crm_analytics.query import evaluation, membership
from crm_analytics.query.evaluation import Again
from crm_analytics.query.rules import EVERYONE, All, Rule, from_json, in_words
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import segments as saved_segments
from crm_analytics.workspace.segments import Saved

MONTHS = 12


def segments(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Every saved segment with its size, what it brings, and how large it was on the comparison day.

    Within an audience only its customers count. The same rule is asked as of both days, on the data held today.

    Columns
    -------
    segment : str               the name
    version : int64             the version that holds
    owner : str                 who answers for it
    frozen : bool               a fixed list of customers; else a rule that is asked each time
    customers : int64           customers in it on the as-of date
    customer_share : float64    of the customers of the audience; null where it has none
    revenue : float64           their net revenue, money
    revenue_share : float64     of the revenue of the audience; null without any
    margin : float64            their margin, money; null without costs
    customers_before : int64    customers in it on the comparison day
    saved_at : datetime64[us]   when this version was saved
    rule_in_words : str         the rule as a sentence
    """
    whole = warehouse.read("metrics/segment_size", audience).iloc[0]
    rows = []
    for saved, rule in _saved(warehouse):
        inside = _within(audience, rule)
        now = warehouse.read("metrics/segment_size", inside).iloc[0]
        then = warehouse.read("metrics/segment_size", replace(inside, as_of=audience.before)).iloc[0]
        rows.append((
            saved.segment, saved.version, saved.owner, saved.frozen, now["customers"], now["revenue"], now["margin"],
            then["customers"], saved.saved_at, words_of(saved),
        ))  # fmt: skip
    numbers = ["customers", "revenue", "margin", "customers_before"]
    names = ["segment", "version", "owner", "frozen", *numbers, "saved_at", "rule_in_words"]
    frame = pd.DataFrame(rows, columns=names).astype(
        {"version": "int64", "frozen": bool, "customers": "int64", "revenue": "float64", "margin": "float64",
         "customers_before": "int64", "saved_at": "datetime64[us]", **dict.fromkeys(("segment", "owner", "rule_in_words"), "str")}
    )  # fmt: skip
    frame["revenue"] = frame["revenue"].fillna(0.0)
    for name, share in (("customers", "customer_share"), ("revenue", "revenue_share")):
        frame[share] = frame[name] / whole[name] if whole[name] else float("nan")
    order = [
        "segment",
        "version",
        "owner",
        "frozen",
        "customers",
        "customer_share",
        "revenue",
        "revenue_share",
        "margin",
    ]
    return notes.noted(frame[[*order, "customers_before", "saved_at", "rule_in_words"]])


def segment_members(
    warehouse: Warehouse, audience: Audience, *, segment: str | None = None, limit: int | None = None
) -> pd.DataFrame:
    """The customers of a saved segment, since when and why; without a name those of every saved segment.

    Membership is kept for the as-of date after each load and for the month ends of `segment_history`: the day somebody
    came in is the first of these, and what happened between two of them is not seen.

    Columns
    -------
    segment : str                   the saved segment
    customer_id : str               a member on the as-of date
    entered_on : datetime64[us]     first evaluated day of the present stay; null where no day from the as-of date on was evaluated
    reason : str                    the conditions that were met from then on and were not before; null likewise
    """
    parts, unknown = [], []
    for saved, rule in _saved(warehouse, segment):
        knobs = {"segment": saved.segment, "rule_version": saved.rule_version, "limit": limit or ALL_ROWS}
        frame = warehouse.read(
            "metrics/segment_members", _within(audience, rule), **knobs, state=_state(warehouse)
        )  # the state is no value of the statement: with it what was read before the last evaluation is not found
        if len(frame) and frame["entered_on"].isna().all() and not saved.frozen:
            unknown.append(saved.segment)
        parts.append(frame.assign(segment=saved.segment))
    columns = {"segment": "str", "customer_id": "str", "entered_on": "datetime64[us]", "reason": "str"}
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))
    note = f"Not evaluated yet up to this day: {', '.join(unknown)}; segment_history does it." if unknown else None
    return notes.noted(frame[list(columns)].astype(columns), note)


def segment_history(
    warehouse: Warehouse, audience: Audience, *, segment: str | None = None, months: int = MONTHS
) -> pd.DataFrame:
    """How a saved segment grew: its size on the last month ends and on the as-of date; without a name, of every one.

    What is not known yet is evaluated, on the data held today, for all customers whatever the audience. So is a day of
    which something may have changed since (late rows, an undo, a file of customers or products, an identity decision, a
    parameter, the rule of a segment that it asks for): where that gave another size, the note says what. A fixed list has
    no history.

    Columns
    -------
    segment : str              the saved segment
    date : datetime64[us]      a month end, or the as-of date
    customers : int64          members on that day
    entered : int64            members who were none on the evaluated day before; all of them on the first
    left : int64               members of the evaluated day before who are none any more
    """
    live = [saved for saved, _ in _saved(warehouse, segment) if not saved.frozen]
    rows = [
        (saved.segment, pd.Timestamp(each.day), each.customers, each.entered, each.left)
        for saved in live
        for each in evaluation.history(warehouse, saved, months, audience.as_of)
    ]
    columns = {"segment": "str", "date": "datetime64[us]", "customers": "int64", "entered": "int64", "left": "int64"}
    whole = (
        None if audience.rule == EVERYONE else "Membership over time is kept for all customers, not for the audience."
    )
    with warehouse.duck.session() as session:
        anew = [_anew(saved.segment, evaluation.reevaluated(session, saved)) for saved in live]
    return notes.noted(pd.DataFrame(rows, columns=list(columns)).astype(columns), whole, *anew)


def _anew(segment: str, days: list[Again]) -> str | None:
    """Which days were last evaluated anew, and why; nothing where they came out as they were."""
    last = [each for each in days if each.evaluated_at.date() == days[0].evaluated_at.date()]
    moved = [each for each in last if each.customers != each.customers_before]
    if not moved:
        return None
    causes = dict.fromkeys(cause for each in moved for cause in each.because.split("; "))
    first = min(each.day for each in last)
    other, evaluated = (len({each.day for each in some}) for some in (moved, last))
    return (
        f"“{segment}” was evaluated anew on {formats.day(days[0].evaluated_at)} from {formats.day(first)} on, since what is "
        f"known had changed: {'; '.join(causes)}. On {other} of {evaluated} days it has another size."
    )


def segment_overlap(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """How many customers of each saved segment are in each other one too.

    Columns
    -------
    segment : str                 a saved segment
    other : str                   another one, or itself
    customers : int64             customers of the audience in both
    share_of_segment : float64    of the customers of `segment`; null where it is empty
    """
    found = {saved.segment: _within(audience, rule) for saved, rule in _saved(warehouse)}
    counted: dict[tuple[str, str], int] = {}
    for one, other in product(found, found):
        if (other, one) in counted:
            counted[one, other] = counted[other, one]
        else:
            both = found[one] if one == other else replace(found[one], rule=All((found[one].rule, found[other].rule)))
            counted[one, other] = int(warehouse.read("metrics/segment_size", both)["customers"][0])
    rows = [
        (one, other, count, count / counted[one, one] if counted[one, one] else None)
        for (one, other), count in counted.items()
    ]
    columns = {"segment": "str", "other": "str", "customers": "int64", "share_of_segment": "float64"}
    return notes.noted(pd.DataFrame(rows, columns=list(columns)).astype(columns))


def words_of(saved: Saved) -> str:
    """The rule of a saved segment as a sentence; of a fixed list also the day that it was made of."""
    words = in_words(from_json(saved.rule))
    return f"the list of {formats.day(saved.frozen_as_of)}: {words}" if saved.frozen else words


def segments_in_words(frame: pd.DataFrame) -> str | None:
    """Which saved segment brings the most, and which changed most. Reads `segments`."""
    known = frame[frame["customers"] >= notes.FEWEST_CUSTOMERS]
    if known.empty:
        return None
    best = known.loc[known["revenue"].idxmax()]
    text = (
        f"“{best['segment']}” brings the most: {formats.share(best['revenue_share'])} of revenue from "
        f"{formats.count(best['customers'])} customers ({formats.share(best['customer_share'])})."
    )
    moved = known[known["customers_before"] > 0]
    if moved.empty:
        return text
    change = moved["customers"] / moved["customers_before"] - 1
    most = change.abs().idxmax()
    return f"{text} “{moved.loc[most, 'segment']}” changed most: {formats.change(change[most])} customers."


def segment_history_in_words(frame: pd.DataFrame) -> str | None:
    """From which size to which. Reads `segment_history` of one segment."""
    if len(frame) < 2 or frame["customers"].max() < notes.FEWEST_CUSTOMERS:
        return None
    first, last = frame.iloc[0], frame.iloc[-1]
    later = frame.iloc[1:]
    return (
        f"From {formats.count(first['customers'])} customers on {formats.day(first['date'])} to "
        f"{formats.count(last['customers'])} on {formats.day(last['date'])}: {formats.count(later['entered'].sum())} "
        f"came in and {formats.count(later['left'].sum())} went out, as seen on {len(frame)} days."
    )


def _saved(warehouse: Warehouse, name: str | None = None) -> list[tuple[Saved, Rule]]:
    """Saved segments with their rules looked up: the one of that name, or all."""
    with warehouse.duck.session() as session:
        found = [saved_segments.one(session, name)] if name else saved_segments.listed(session)
        return [(each, membership.rule_of(session, each)) for each in found]


def saved_rule(warehouse: Warehouse, segment: str) -> Rule:
    """The rule of a saved segment, ready to be asked. Errors: UnknownName."""
    return _saved(warehouse, segment)[0][1]


def members_of(warehouse: Warehouse, audience: Audience, segment: str | None) -> Audience:
    """The audience, or those of it who are in a saved segment."""
    return _within(audience, saved_rule(warehouse, segment)) if segment else audience


def _within(audience: Audience, rule: Rule) -> Audience:
    return replace(audience, rule=rule if audience.rule == EVERYONE else All((audience.rule, rule)))


def _state(warehouse: Warehouse) -> str:
    return warehouse.entered(saved_segments.state)
