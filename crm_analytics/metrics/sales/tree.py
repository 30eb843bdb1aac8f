"""Why revenue moved between two periods: the change, divided among what revenue is made of."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.marts import days_before, months_before
from crm_analytics.query.warehouse import Audience, Warehouse

#: Months of each period of the calendar; without one it is the comparison period of the audience.
CALENDAR = {"month": 1, "quarter": 3, "year": 12}
#: Levers that a sentence names.
NAMED = 3

#: Lever -> its unit, and what is said when it moved up or down.
LEVERS = {
    "customers": ("customers", "more customers", "fewer customers"),
    "purchases per customer": ("orders per customer", "more purchases each", "fewer purchases each"),
    "value per order": ("money per order", "larger orders", "smaller orders"),
    "units per order": ("pieces per order", "more units per order", "fewer units per order"),
    "price per unit": ("money per piece", "a higher price per unit", "a lower price per unit"),
    "returns": ("money", "less returned", "more returned"),
    "guests": ("money", "more from guests", "less from guests"),
}
#: These are multiplied to the purchases of identified customers; returns and guests are added.
WITH_UNITS = ("customers", "purchases per customer", "units per order", "price per unit")
WITHOUT_UNITS = ("customers", "purchases per customer", "value per order")
ADDED = ("returns", "guests")

#: What the statement sums up for a period, by name.
Sums = dict[str, float]

_SUMS = ("revenue", "bought", "customers", "orders", "orders_with_units", "units", "returned", "guests")


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date


@kept
def sales_tree(
    warehouse: Warehouse, audience: Audience, *, period: str | None = None, before: date | None = None
) -> pd.DataFrame:
    """The change of revenue between two periods, divided among its levers without a remainder.

    Revenue is customers x purchases per customer x units per order x price per unit (where not every purchase has
    units: x value per order), plus the returns of customers (orders of 0 or less, so a sum of 0 or less), plus the net
    revenue of guests, who count when the audience is everyone. Price per unit moves with what is bought as well.

    The later period ends on the as-of date and begins after the comparison day, the earlier one is of equal length
    and ends on that day. With `period` the later one is the last that is complete by the as-of date, and the earlier
    one the same of the year before; where the comparison day is another than a year before the as-of date, the last
    that is complete by the comparison day. Raises `BadValue` where that leaves no two periods.

    Effects of the factors: additive logarithmic mean Divisia index (LMDI-I), L(P1, P0) ln(x1 / x0) with
    L(a, b) = (a - b) / ln(a / b) and P the customers' purchases (Ang 2004, Energy Policy 32(9), 1131-1139; Ang 2005,
    Energy Policy 33(7), 867-871): no remainder, no factor goes first, and swapping the periods turns the sign.
    Returns and guests are differences. Effects are null where the history does not reach back, and where no identified
    customer bought in one of the periods (there is no logarithm of 0); a note says which.

    Columns
    -------
    lever : str                            what revenue is made of, in the order of the product, then returns and guests
    unit : str                             unit of before and after
    before : float64                       the lever in the earlier period; null without customers or history
    after : float64                        the lever in the later period; null without customers
    effect : float64                       what the lever changed in revenue, money; all add up to the change, or all null
    effect_share : float64                 effect / change of revenue, below 0 where it works against it; null without a change
    revenue_before : float64               net revenue of the earlier period, money; null where the history does not reach back
    revenue_after : float64                net revenue of the later period, money
    period_start : datetime64[s]           first day of the later period
    period_end : datetime64[s]             last day of the later period
    period_start_before : datetime64[s]    first day of the earlier period
    period_end_before : datetime64[s]      last day of the earlier period
    """
    later, earlier = _spans(audience, period, before)
    days = {"after_from": later.first, "after_to": later.last, "before_from": earlier.first, "before_to": earlier.last}
    found = {row["is_after"]: row for row in warehouse.read("metrics/sales_tree", audience, **days).to_dict("records")}
    then, now = _sums(found.get(False)), _sums(found.get(True))
    first = warehouse.read("metrics/first_order", audience)["first_order_on"].iloc[0]
    lacking = _lacking_history(first, earlier)
    nobody = lacking is None and not min(then["customers"], now["customers"]) > 0
    frame = pd.DataFrame(
        {
            **_levers(then, now, reaches=lacking is None),
            "period_start": pd.Timestamp(later.first),
            "period_end": pd.Timestamp(later.last),
            "period_start_before": pd.Timestamp(earlier.first),
            "period_end_before": pd.Timestamp(earlier.last),
        }
    )
    return notes.noted(
        frame,
        lacking,
        "Not divided: in one of the periods no identified customer bought." if nobody else None,
        _lacking_units(then, now),
    )


def logarithmic_mean(a: float, b: float) -> float:
    """L(a, b) of two numbers above 0: between their geometric and arithmetic mean, and a itself where they are equal."""
    low, high = min(a, b), max(a, b)
    return a if a == b else (high - low) / math.log1p((high - low) / low)


def _sums(row: dict[str, float] | None) -> Sums:
    """The sums of a period as numbers; of one without orders all are 0. Without any units theirs are 0, too."""
    return {name: 0.0 if row is None or pd.isna(row[name]) else float(row[name]) for name in _SUMS}


def _levers(then: Sums, now: Sums, *, reaches: bool) -> dict[str, object]:
    """Levers with their effects, column by column, from the sums of the earlier and of the later period."""
    product = WITH_UNITS if _has_units(then) and _has_units(now) else WITHOUT_UNITS
    before, after = _values(then), _values(now)
    effects = dict.fromkeys(LEVERS, math.nan)
    if reaches and then["customers"] > 0 and now["customers"] > 0:
        mean = logarithmic_mean(now["bought"], then["bought"])
        effects |= {lever: mean * math.log(after[lever] / before[lever]) for lever in product}
        effects |= {lever: after[lever] - before[lever] for lever in ADDED}
    levers = [*product, *ADDED]
    change = now["revenue"] - then["revenue"]
    return {
        "lever": pd.Series(levers, dtype="str"),
        "unit": pd.Series([LEVERS[lever][0] for lever in levers], dtype="str"),
        "before": [before[lever] if reaches else math.nan for lever in levers],
        "after": [after[lever] for lever in levers],
        "effect": [effects[lever] for lever in levers],
        "effect_share": [effects[lever] / change if change else math.nan for lever in levers],
        "revenue_before": then["revenue"] if reaches else math.nan,
        "revenue_after": now["revenue"],
    }


def _values(sums: Sums) -> dict[str, float]:
    """Every lever of one period; where there is nothing to divide by it is not a number."""
    customers, orders, units = (sums[name] or math.nan for name in ("customers", "orders", "units"))
    return {
        "customers": sums["customers"],
        "purchases per customer": sums["orders"] / customers,
        "value per order": sums["bought"] / orders,
        "units per order": sums["units"] / orders,
        "price per unit": sums["bought"] / units,
        "returns": sums["returned"],
        "guests": sums["guests"],
    }


def _has_units(sums: Sums) -> bool:
    """Whether every purchase has its pieces: an average over some of them would be a guess about the others."""
    return sums["orders"] > 0 and sums["orders_with_units"] == sums["orders"] and sums["units"] > 0


def _lacking_units(then: Sums, now: Sums) -> str | None:
    if not (then["orders"] and now["orders"]) or (_has_units(then) and _has_units(now)):
        return None
    known, orders = (then[name] + now[name] for name in ("orders_with_units", "orders"))
    why = "units do not add up to more than 0 in each period"
    if known < orders:
        of_it = f"{formats.count(known)} of {formats.count(orders)} purchases" if known else "no purchase"
        why = f"{of_it} {'have' if known > 1 else 'has'} units"
    return f"Value per order is not divided into units and price: {why}."


def _lacking_history(first: pd.Timestamp | None, earlier: Span) -> str | None:
    """Why there is nothing to compare with; None where the history reaches back to the earlier period's first day."""
    needed = f"No comparison: the history would have to begin by {earlier.first.isoformat()}"
    if first is None or pd.isna(first):
        return f"{needed}."
    return None if first.date() <= earlier.first else f"{needed}, it begins on {first:%Y-%m-%d}."


# --- the two periods ------------------------------------------------------------------------------------------------


def _spans(audience: Audience, period: str | None, before: date | None) -> tuple[Span, Span]:
    """The later and the earlier period."""
    day = before or audience.before
    if day >= audience.as_of:
        raise BadValue("before", day.isoformat(), f"a date before the as-of date, {audience.as_of.isoformat()}")
    if period is None:
        start = days_before(day, (audience.as_of - day).days - 1)
        return Span(day + timedelta(days=1), audience.as_of), Span(start, day)
    if day.year == date.min.year:
        raise BadValue("before", day.isoformat(), "a date after the year 1")
    months = CALENDAR[period]
    later = _last_complete(audience.as_of, months)
    if day == months_before(audience.as_of, 12):
        return later, _whole(later.first.replace(year=later.first.year - 1), months)
    earlier = _last_complete(day, months)
    if earlier == later:
        end = later.last.isoformat()
        raise BadValue("before", day.isoformat(), f"a date before the end of the last {period}, {end}")
    return later, earlier


def _last_complete(day: date, months: int) -> Span:
    """The last period of so many months of the calendar year that has ended by a day."""
    around = _whole(date(day.year, (day.month - 1) // months * months + 1, 1), months)
    return around if around.last <= day else _whole(months_before(around.first, months), months)


def _whole(first: date, months: int) -> Span:
    """The period of so many months that begins on a day."""
    month = first.month + months - 1
    return Span(first, date(first.year, month, monthrange(first.year, month)[1]))


# --- in words -------------------------------------------------------------------------------------------------------


def sales_tree_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """How revenue moved, and the levers that moved it most. Reads `sales_tree`."""
    customers = frame[frame["lever"] == "customers"].iloc[0]
    if frame["effect"].isna().any() or min(customers["before"], customers["after"]) < notes.FEWEST_CUSTOMERS:
        return None
    was, now = customers["revenue_before"], customers["revenue_after"]
    moved = frame[frame["effect"].abs() > 0].sort_values("effect", key=abs, ascending=False, kind="stable")
    levers = ", ".join(_lever_in_words(row.lever, row.effect, currency) for row in moved.head(NAMED).itertuples())
    then = f"{formats.day(customers['period_start_before'])} – {formats.day(customers['period_end_before'])}"
    since = f"{formats.day(customers['period_start'])} – {formats.day(customers['period_end'])}"
    return (
        f"{_change_in_words(was, now, currency)} from {formats.money(was, currency)} ({then}) to "
        f"{formats.money(now, currency)} ({since}){': ' + levers if levers else ''}; "
        f"{formats.count(customers['after'])} customers bought, {formats.count(customers['before'])} before."
    )


def _change_in_words(was: float, now: float, currency: str | None) -> str:
    if was == now:
        return "Revenue did not change,"
    share = f" ({formats.change(now / was - 1)})" if was > 0 else ""
    return f"Revenue {'rose' if now > was else 'fell'} by {formats.money(abs(now - was), currency)}{share}"


def _lever_in_words(lever: str, effect: float, currency: str | None) -> str:
    _, up, down = LEVERS[lever]
    return f"{up if effect > 0 else down} {'+' if effect > 0 else ''}{formats.money(effect, currency)}"
