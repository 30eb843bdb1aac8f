"""How long customers stay before they lapse, by what was known at the beginning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.sales.retention import kaplan_meier
from crm_analytics.models.survival import log_rank
from crm_analytics.query.warehouse import Audience, Warehouse

#: Known at the first purchase.
GROUPS = ("channel", "cohort", "country", "product_line")
#: Defined by having lapsed or not, wholly or in part: only as of a day before time starts.
CIRCULAR = ("segment", "status")


@kept
def survival(
    warehouse: Warehouse, audience: Audience, *, by: str | None = None, landmark: date | None = None
) -> pd.DataFrame:
    """Share of customers not yet lapsed, by days since their first purchase: Kaplan-Meier with its log-log 95% band.

    Lapsing is the first gap longer than the activity window, dated at the purchase before it; the others are censored one
    window before the as-of date, and whoever first bought later is left out. Groups by what was known at the first purchase
    (`by`), or by the segment of a day (`by=segment`, `landmark`), from which time then runs.

    Columns
    -------
    group : str           the group; all without `by`
    days : int64          days since the first purchase, or since the landmark
    survival : float64    share not lapsed after so many days
    low_95 : float64      lower end of its 95% band (Greenwood, log-log); null where survival is 0 or 1
    high_95 : float64     upper end; null likewise
    at_risk : int64       customers seen for at least so many days and not lapsed before
    events : int64        customers who lapsed on that day
    """
    window = warehouse.base(audience.as_of).activity_window_days
    seen_to = audience.as_of - timedelta(days=window)
    rows = _read(warehouse, audience, by, landmark, seen_to)
    left_out = int(rows.loc[rows["days"].isna(), ["events", "censored"]].to_numpy().sum())
    rows = rows[rows["days"].notna()].astype({"days": "int64"})
    parts, events, at_risk = [], [], []
    span = int(rows["days"].max()) + 1 if len(rows) else 0
    for group, each in rows.groupby("grouped", sort=True):
        gone, seen = (
            np.bincount(each["days"], each[name], minlength=span).astype("int64") for name in ("events", "censored")
        )
        total = gone + seen
        risk = total[::-1].cumsum()[::-1]
        events.append(gone)
        at_risk.append(risk)
        parts.append(_curve(str(group), gone, risk))
    frame = pd.concat(parts, ignore_index=True) if parts else _curve("", np.zeros(0, "int64"), np.zeros(0, "int64"))
    return notes.noted(
        frame,
        _left_out_in_words(left_out, window),
        _test_in_words(np.array(events), np.array(at_risk)) if len(events) > 1 else None,
        notes.window(warehouse, audience),
        notes.guests(warehouse, audience),
    )


def _read(
    warehouse: Warehouse, audience: Audience, by: str | None, landmark: date | None, seen_to: date
) -> pd.DataFrame:
    if by in CIRCULAR and (by == "status" or landmark is None):
        reason = f"{by} is defined by having lapsed or not, so that its curves would only show the definition"
        raise BadValue(
            "by",
            by,
            f"what was known at the first purchase ({', '.join(GROUPS)}), or segment with landmark=DATE; {reason}",
        )
    if landmark is not None:
        if by != "segment":
            raise BadValue("landmark", landmark.isoformat(), "a date beside by=segment only")
        if landmark >= seen_to:
            raise BadValue(
                "landmark", landmark.isoformat(), f"a date before {seen_to}, one activity window before the as-of date"
            )
        return warehouse.read("metrics/survival_segments", replace(audience, before=landmark), seen_to=seen_to)
    if by == "product_line":
        return warehouse.read("metrics/survival_lines", audience, seen_to=seen_to)
    return warehouse.read("metrics/survival", audience, seen_to=seen_to, grouping=by or "all")


def _curve(group: str, events: np.ndarray, at_risk: np.ndarray) -> pd.DataFrame:
    reached = int(np.flatnonzero(at_risk > 0)[-1]) + 1 if (at_risk > 0).any() else 0
    events, at_risk = events[:reached], at_risk[:reached]
    gone, low, high = kaplan_meier(events, at_risk)
    return pd.DataFrame(
        {
            "group": pd.Series([group] * reached, dtype="str"),
            "days": np.arange(reached, dtype="int64"),
            "survival": 1 - gone,
            "low_95": 1 - high,
            "high_95": 1 - low,
            "at_risk": at_risk,
            "events": events,
        }
    )


def _left_out_in_words(left_out: int, window: int) -> str | None:
    if not left_out:
        return None
    return f"{formats.count(left_out)} customers first bought within the last {window} days: it is too early to say, they are left out."


def _test_in_words(events: np.ndarray, at_risk: np.ndarray) -> str | None:
    found = log_rank(events, at_risk)
    if found is None:
        return None
    chance = "p < 0.001" if found.p_value < 0.001 else f"p = {found.p_value:.3f}"
    degrees = "1 degree" if found.degrees == 1 else f"{found.degrees} degrees"
    return f"Log-rank test of equal curves: chi-square {found.chi_square:,.2f}, {degrees} of freedom, {chance}."


def survival_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How many have not lapsed after a year, or the longest of 180, 90, 30 days with 30 customers at risk. Reads `survival`."""
    for days in (365, 180, 90, 30):
        there = frame[(frame["days"] == days) & (frame["at_risk"] >= notes.FEWEST_CUSTOMERS) & frame["low_95"].notna()]
        if there.empty:
            continue
        who = f"{formats.count(frame.loc[frame['days'] == 0, 'at_risk'].sum())} customers to {formats.day(as_of)}"
        if frame["group"].nunique() == 1:
            row = there.iloc[0]
            band = f"95% band {formats.share(row['low_95'])} to {formats.share(row['high_95'])}"
            return f"{formats.share(row['survival'])} of customers have not lapsed {days} days after their first purchase ({band}; {who})."
        best, worst = (there.loc[there["survival"].agg(which)] for which in ("idxmax", "idxmin"))
        parts = " and ".join(f"{formats.share(each['survival'])} of {each['group']}" for each in (best, worst))
        return f"{days} days on, {parts} have not lapsed ({who})."
    return None
