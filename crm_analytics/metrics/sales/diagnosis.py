"""How the business stands: the first step of a relationship marketing plan, in one row, and the status of the base."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.marts import days_before
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import STATUSES


@kept
def diagnosis(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The base in one row: size, sales, loyalty, rhythm of purchases and status.

    Shares are in [0, 1] and null where there is nothing to divide by. Money counts guests' orders when the audience
    is everyone; customers never do.

    Columns
    -------
    as_of : datetime64[s]                the day that everything is computed for
    customers : int64                    customers known by then, prospects included
    buyers : int64                       customers with at least one purchase
    orders : int64                       purchases (orders above 0), guests' included
    purchase_days : int64                distinct days with a purchase, summed over customers
    revenue : float64                    net revenue, guests' included, money
    gross_revenue : float64              revenue before returns, guests' included, money
    service_revenue : float64            part of all order amounts that is postage, fees and the like, money
    average_order_value : float64        revenue / orders, money; null without orders
    guest_orders : int64                 purchases without a customer
    guest_revenue : float64              net revenue without a customer, money
    guest_revenue_share : float64        guest_revenue / revenue; null where revenue is not above 0
    first_order_on : datetime64[s]       day of the first purchase; null without one
    last_order_on : datetime64[s]        day of the last purchase; null without one
    activity_window_days : int64         length of the activity window, days
    window_rule : str                    how the window came about, in words
    lapsed_then : int64                  customers who were lapsed one window ago
    lapsed_returned : int64              those of them who have bought since
    lapsed_returned_share : float64      lapsed_returned / lapsed_then; null where nobody was lapsed
    repeat_buyers : int64                customers with at least two purchase days
    repurchase_rate : float64            repeat_buyers / buyers; null without buyers
    repurchase_sales_share : float64     revenue after the first purchase day / revenue, of identified customers
    loyal_customers : int64              enough purchase days, recent, and known for at least one window
    loyal_share : float64                loyal_customers / buyers; null without buyers
    interpurchase_customers : int64      customers with at least one interval between purchase days
    mean_interpurchase_days : float64    each interval weighs 1 / (those of its customer), days; null without
    median_interpurchase_days : float64  smallest gap that reaches half of the weight, days; null without intervals
    p80_interpurchase_days : float64     smallest gap that reaches 80% of the weight, days; null without intervals
    new : int64                          customers with status new
    active : int64                       customers with status active
    declining : int64                    customers with status declining
    lapsed : int64                       customers with status lapsed
    prospects : int64                    customers without a purchase
    """
    base = warehouse.base(audience.as_of)
    people = warehouse.read("metrics/diagnosis", audience).iloc[0]
    orders = _orders(warehouse, audience)
    row = {
        "as_of": pd.Timestamp(audience.as_of),
        **_sales(people, orders),
        "activity_window_days": base.activity_window_days,
        "window_rule": base.window_rule,
        **_returned(warehouse, audience),
        **_loyalty(people, orders),
        **_rhythm(warehouse, audience),
        **{name: people[name] for name in _STATUS_COUNTS},
    }
    frame = pd.DataFrame([row]).astype(dict.fromkeys(("as_of", "first_order_on", "last_order_on"), "datetime64[s]"))
    return notes.noted(frame, notes.window(warehouse, audience), notes.guests(warehouse, audience))


_STATUS_COUNTS = ("new", "active", "declining", "lapsed", "prospects")
#: What an audience narrower than everyone has none of: guests belong to no customer.
_NO_GUESTS = MappingProxyType(
    dict.fromkeys(("guest_orders", "guest_revenue", "guest_gross_revenue"), 0)
    | dict.fromkeys(("guest_first_order_on", "guest_last_order_on"))
    | dict.fromkeys(("repurchase_revenue", "service_revenue"), np.nan)
)


def diagnosis_figure(warehouse: Warehouse, audience: Audience, name: str) -> float:
    """One number of `diagnosis`, the same as in the frame, from those of its statements that it takes; nan where null."""
    if name in ("mean_interpurchase_days", "median_interpurchase_days", "p80_interpurchase_days"):
        value = _rhythm(warehouse, audience)[name]
    elif name in ("lapsed_then", "lapsed_returned", "lapsed_returned_share"):
        value = _returned(warehouse, audience)[name]
    elif name == "activity_window_days":
        value = warehouse.base(audience.as_of).activity_window_days
    else:
        people = warehouse.read("metrics/diagnosis", audience).iloc[0]
        narrow = audience.rule != EVERYONE and name not in ("service_revenue", "repurchase_sales_share")
        orders = _NO_GUESTS if narrow else _orders(warehouse, audience)
        value = {**people.to_dict(), **_sales(people, orders), **_loyalty(people, orders)}[name]
    return np.nan if pd.isna(value) else float(value)  # type: ignore[arg-type]


def _orders(warehouse: Warehouse, audience: Audience) -> pd.Series:
    # the same figures: sums kept for everyone say them at once, narrower audiences' orders are read
    told_by = "diagnosis_sums" if audience.rule == EVERYONE else "diagnosis_orders"
    return warehouse.read(f"metrics/{told_by}", audience).iloc[0]


def _sales(people: Mapping[str, Any], orders: Mapping[str, Any]) -> dict[str, object]:
    revenue = people["revenue"] + orders["guest_revenue"]
    purchases = people["orders"] + orders["guest_orders"]
    return {
        "customers": people["customers"],
        "buyers": people["buyers"],
        "orders": purchases,
        "purchase_days": people["purchase_days"],
        "revenue": round(revenue, 4),
        "gross_revenue": round(people["gross_revenue"] + orders["guest_gross_revenue"], 4),
        "service_revenue": orders["service_revenue"],
        "average_order_value": _share(revenue, purchases),
        "guest_orders": orders["guest_orders"],
        "guest_revenue": orders["guest_revenue"],
        "guest_revenue_share": _share(orders["guest_revenue"], revenue),
        "first_order_on": _extreme(min, people["first_order_on"], orders["guest_first_order_on"]),
        "last_order_on": _extreme(max, people["last_order_on"], orders["guest_last_order_on"]),
    }


def _returned(warehouse: Warehouse, audience: Audience) -> dict[str, object]:
    window = warehouse.base(audience.as_of).activity_window_days
    then, gone_since = (days_before(audience.as_of, n * window) for n in (1, 2))
    lapsed = warehouse.read("metrics/lapsed", audience, then=then, gone_since=gone_since).iloc[0]
    return {
        "lapsed_then": lapsed["lapsed_then"],
        "lapsed_returned": lapsed["lapsed_returned"],
        "lapsed_returned_share": _share(lapsed["lapsed_returned"], lapsed["lapsed_then"]),
    }


def _loyalty(people: Mapping[str, Any], orders: Mapping[str, Any]) -> dict[str, object]:
    return {
        "repeat_buyers": people["repeat_buyers"],
        "repurchase_rate": _share(people["repeat_buyers"], people["buyers"]),
        "repurchase_sales_share": _share(orders["repurchase_revenue"], people["revenue"]),
        "loyal_customers": people["loyal_customers"],
        "loyal_share": _share(people["loyal_customers"], people["buyers"]),
        "interpurchase_customers": people["repeat_buyers"],
    }


def _rhythm(warehouse: Warehouse, audience: Audience) -> dict[str, float]:
    return {f"{name}_interpurchase_days": days for name, days in rhythm(weighted_gaps(warehouse, audience)).items()}


def weighted_gaps(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Interpurchase times in days: gap_days, intervals, weight (each customer's intervals weigh 1 together)."""
    gaps = warehouse.read("metrics/gaps", audience)
    gaps["weight"] = gaps["intervals"] / gaps["customer_intervals"]
    return gaps.groupby("gap_days", as_index=False)[["intervals", "weight"]].sum()


def rhythm(gaps: pd.DataFrame) -> dict[str, float]:
    """Mean, median and 80th percentile (p80) of weighted gaps, in days; NaN without any."""
    if gaps.empty:
        return dict.fromkeys(("mean", "median", "p80"), np.nan)
    days, reached = gaps["gap_days"].to_numpy(dtype=float), gaps["weight"].cumsum().to_numpy()
    # the weights are fractions of thirds and sevenths: what is equal on paper may differ in the last bit
    median, p80 = (float(days[np.searchsorted(reached, part * reached[-1] - 1e-9)]) for part in (0.5, 0.8))
    return {"mean": float((days * gaps["weight"]).sum() / reached[-1]), "median": median, "p80": p80}


@kept
def statuses(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Customers by status: new, active, declining, lapsed, prospect. Statuses that nobody has are left out.

    Columns
    -------
    status : str         the status
    customers : int64    customers who have it
    share : float64      customers / all customers of the audience
    revenue : float64    their net revenue, money
    """
    frame = warehouse.read("metrics/statuses", audience)
    frame = frame.sort_values("status", key=lambda names: names.map(STATUSES.index), ignore_index=True)
    frame.insert(2, "share", frame["customers"] / frame["customers"].sum())
    return notes.noted(frame, notes.window(warehouse, audience), notes.guests(warehouse, audience))


def diagnosis_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """Size, sales and repurchase in one sentence. Reads `diagnosis`."""
    row = frame.iloc[0]
    if row["buyers"] < notes.FEWEST_CUSTOMERS:
        return None
    return (
        f"From {formats.day(row['first_order_on'])} to {formats.day(row['as_of'])}, "
        f"{formats.count(row['buyers'])} customers bought; sales are {formats.money(row['revenue'], currency)}. "
        f"{formats.share(row['repurchase_rate'])} of them came back on another day, "
        f"and {formats.share(row['loyal_share'])} are loyal."
    )


def statuses_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """The share of buyers who still buy, and of those who have lapsed. Reads `statuses`."""
    count = frame.set_index("status")["customers"].reindex(STATUSES, fill_value=0)
    buyers = count.sum() - count["prospect"]
    if buyers < notes.FEWEST_CUSTOMERS:
        return None
    buying = count[["new", "active", "declining"]].sum() / buyers
    sentence = (
        f"On {formats.day(as_of)}, {formats.share(buying)} of {formats.count(buyers)} buyers have bought within the "
        f"activity window ({formats.share(count['new'] / buyers)} are new); "
        f"{formats.share(count['lapsed'] / buyers)} have lapsed."
    )
    if count["prospect"]:
        sentence += f" {formats.count(count['prospect'])} more customers have never bought (prospects)."
    return sentence


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else np.nan


def _extreme(choose: object, *days: object) -> object:
    known = [day for day in days if not pd.isna(day)]  # type: ignore[call-overload]
    return choose(known) if known else pd.NaT  # type: ignore[operator]
