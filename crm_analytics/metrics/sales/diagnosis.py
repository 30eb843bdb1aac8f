"""How the business stands: the first step of a relationship marketing plan, in one row, and the status of the base."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
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
    # the same figures: sums kept for everyone say them at once, narrower audiences' orders are read
    told_by = "diagnosis_sums" if audience.rule == EVERYONE else "diagnosis_orders"
    orders = warehouse.read(f"metrics/{told_by}", audience).iloc[0]
    then, gone_since = (_days_before(audience.as_of, n * base.activity_window_days) for n in (1, 2))
    lapsed = warehouse.read("metrics/lapsed", audience, then=then, gone_since=gone_since).iloc[0]
    gaps = weighted_gaps(warehouse, audience)
    revenue = people["revenue"] + orders["guest_revenue"]
    purchases = people["orders"] + orders["guest_orders"]
    row = {
        "as_of": pd.Timestamp(audience.as_of),
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
        "activity_window_days": base.activity_window_days,
        "window_rule": base.window_rule,
        "lapsed_then": lapsed["lapsed_then"],
        "lapsed_returned": lapsed["lapsed_returned"],
        "lapsed_returned_share": _share(lapsed["lapsed_returned"], lapsed["lapsed_then"]),
        "repeat_buyers": people["repeat_buyers"],
        "repurchase_rate": _share(people["repeat_buyers"], people["buyers"]),
        "repurchase_sales_share": _share(orders["repurchase_revenue"], people["revenue"]),
        "loyal_customers": people["loyal_customers"],
        "loyal_share": _share(people["loyal_customers"], people["buyers"]),
        "interpurchase_customers": people["repeat_buyers"],
        **{f"{name}_interpurchase_days": days for name, days in rhythm(gaps).items()},
        **{name: people[name] for name in ("new", "active", "declining", "lapsed", "prospects")},
    }
    frame = pd.DataFrame([row]).astype(dict.fromkeys(("as_of", "first_order_on", "last_order_on"), "datetime64[s]"))
    return notes.noted(frame, notes.window(warehouse, audience), notes.guests(warehouse, audience))


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


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))
