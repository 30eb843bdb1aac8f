"""Whom to talk to on a day, why, over which channel, and who is to be left alone. Nothing is sent by this software."""

from __future__ import annotations

from calendar import isleap
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.sums import OUTCOME_DAYS
from crm_analytics.metrics.campaigns.today_drafts import drafted
from crm_analytics.query.controls import control_arms
from crm_analytics.query.marts import days_before
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import exports

TRIGGERS = ("birthday", "anniversary", "overdue", "declining", "complaint resolved", "segment left")
#: Occasions of so many days to the day of the list.
SINCE = 7
#: Data older than so many days before the day of the list are warned about.
FRESH_DAYS = 2


def today(
    warehouse: Warehouse,
    audience: Audience,
    *,
    day: date | None = None,
    since: int = SINCE,
    trigger: str | None = None,
    template: str | None = None,
) -> pd.DataFrame:
    """Customers with an occasion to talk to them on a day, with the channel, a draft, and what speaks against it.

    Without `day` the calendar day of this machine. Birthdays and anniversaries of the first purchase fall on the day
    (29 February: the 28th in other years). Overdue, complaint resolved, turned declining and segment left (Champions or
    Loyal, or a saved segment as last evaluated) happened in the `since` days to it. Overdue: no purchase by when 90%
    would have come at the customer's own rhythm, drawn towards that of the base; at least three purchase days.
    The channel is one with consent, under the cap (`crm-analytics contact-cap`, and what the customer wished for), most
    often answered. Blocked: no consent, or unsubscribed or complained since (over the channel, or one that is not known),
    or a no without a channel since; over the cap, in a control group whose 30 days still run, held out of a programme,
    an open complaint. `template` takes the fields of metrics.campaigns.today_drafts; without it each trigger has one.

    Columns
    -------
    trigger : str                    the occasion
    customer_id : str                the person
    reason : str                     what happened
    channel : str                    over which to talk to them; null where none is known
    blocked_by : str                 what speaks against it, divided by semicolons; null where nothing does
    name : str                       as stated; null where unknown
    segment : str                    RFM segment
    last_order_on : datetime64[s]    day of the last purchase; null for prospects
    revenue_12m : float64            net revenue of the last 12 months, money
    draft : str                      the message; null where blocked
    """
    when = day or date.today()
    states, knobs = _asked(warehouse, audience, when, since)
    listed = warehouse.keep("today_list", states, lambda: _listed(warehouse, states, knobs), **knobs)

    def with_drafts() -> pd.DataFrame:
        frame = listed[listed["trigger"] == trigger].reset_index(drop=True) if trigger else listed
        return frame.assign(draft=pd.Series(drafted(frame, template), dtype="str", index=frame.index))

    frame = warehouse.keep("today", states, with_drafts, **knobs, trigger=trigger, template=template)
    return notes.noted(
        frame,
        stale(audience, when),
        None
        if knobs["with_consents"] or frame.empty
        else "No consents are loaded: nobody is blocked for the lack of one.",
        "Nothing is sent by this software.",
    )


def compared(now: date, since: int = SINCE) -> date:
    """The day whose customers those of a day are compared with."""
    return days_before(now, since)


def stale(audience: Audience, day: date) -> str | None:
    """That the data are older than the list allows; None where they are not."""
    age = (day - audience.as_of).days
    if age <= FRESH_DAYS:
        return None
    return (
        f"The data end {formats.days(age)} before {formats.day(day)}: who has bought or complained since is not known."
    )


def triggers(frame: pd.DataFrame) -> pd.DataFrame:
    """How many customers each trigger has: columns trigger, customers, free, blocked. Reads `today`."""
    blocked = frame["blocked_by"].notna()
    counts = frame.assign(blocked=blocked, free=~blocked).groupby("trigger")[["free", "blocked"]].sum()
    counts = counts.reindex(list(TRIGGERS), fill_value=0).astype("int64").reset_index(names="trigger")
    return counts.assign(customers=counts["free"] + counts["blocked"])[["trigger", "customers", "free", "blocked"]]


def today_in_words(frame: pd.DataFrame, day: date) -> str:
    """How many occasions the day has, and how many are blocked by what. Reads `today`."""
    if frame.empty:
        return f"Nobody has an occasion on {formats.day(day)}."
    free = frame["blocked_by"].isna()
    words = (
        f"On {formats.day(day)} {formats.count(frame['customer_id'].nunique())} customers have an occasion; "
        f"{formats.count(frame.loc[free, 'customer_id'].nunique())} may be contacted"
    )
    causes = (
        frame.loc[~free, "blocked_by"]
        .str.split("; ")
        .explode()
        .str.replace(r":.*| until .*", "", regex=True)
        .str.strip()
    )
    if causes.empty:
        return words + "."
    listed = ", ".join(f"{cause} ({formats.count(count)})" for cause, count in causes.value_counts().items())
    return f"{words}, the others not: {listed}."


def _asked(warehouse: Warehouse, audience: Audience, day: date, since: int) -> tuple[Audience, dict[str, Any]]:
    """Both states are of days that the data know: not after the day of the list, nor after the as-of date."""
    now = min(audience.as_of, day)
    return replace(audience, as_of=now, before=compared(now, since)), {
        "day": day, "since_days": since, "outcome_days": OUTCOME_DAYS,
        "end_of_february": (day.month, day.day) == (2, 28) and not isleap(day.year),
        "with_consents": "consents" in warehouse.loaded, "controls": control_arms(warehouse, audience),
        "decided": _decided(warehouse),
    }  # fmt: skip


def _listed(warehouse: Warehouse, states: Audience, knobs: dict[str, Any]) -> pd.DataFrame:
    """The list of a day for all occasions, in its order, without drafts."""
    found = warehouse.read("metrics/today", states, **knobs)
    frame = pd.DataFrame(
        {
            "trigger": found["occasion"].astype("str"),
            "customer_id": found["customer_id"],
            "reason": found["reason"].astype("str"),
            "channel": found["channel"].astype("str"),
            "blocked_by": pd.Series(
                [_blocked(row, knobs["with_consents"]) for row in found.itertuples()], dtype="str", index=found.index
            ),
            "name": found["name"],
            "segment": found["segment"],
            "last_order_on": found["last_order_on"].astype("datetime64[s]"),
            "revenue_12m": found["revenue_12m"].astype("float64"),
        }
    )
    order = frame.assign(
        place=frame["trigger"].map({name: n for n, name in enumerate(TRIGGERS)}), late=frame["blocked_by"].notna()
    )
    order = order.sort_values(["place", "late", "revenue_12m", "customer_id"], ascending=[True, True, False, True])
    return order[frame.columns].reset_index(drop=True)


def _decided(warehouse: Warehouse) -> str:
    """Caps, control groups, saved segments as they stand: they change without a new data version, and no kept list may outlive them."""
    with warehouse.duck.session() as session:
        counts = session.row(
            "SELECT (SELECT max(export_id) FROM workspace.exports), (SELECT count(*) FROM workspace.programme_holdouts), "
            "(SELECT max(evaluated_at) FROM workspace.segment_days), (SELECT count(*) FROM workspace.segment_versions)"
        )
        return repr((exports.caps(session), counts))


def _blocked(row: object, with_consents: bool) -> str | None:
    causes = []
    if row.no_consent:  # type: ignore[attr-defined]
        causes.append("no consent to any channel" if with_consents else "unsubscribed or complained")
    if pd.notna(row.over_cap):  # type: ignore[attr-defined]
        causes.append(f"contact cap: {int(row.over_cap)} in 30 days by {row.channel}")  # type: ignore[attr-defined]
    if pd.notna(row.control_until):  # type: ignore[attr-defined]
        causes.append(f"control group until {row.control_until:%Y-%m-%d}")  # type: ignore[attr-defined]
    if row.is_held_out:  # type: ignore[attr-defined]
        causes.append("held out of the programme")
    if row.has_open_complaint:  # type: ignore[attr-defined]
        causes.append("open complaint")
    return "; ".join(causes) or None
