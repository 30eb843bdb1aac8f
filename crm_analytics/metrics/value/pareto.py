"""How concentrated the revenue is: the Pareto curve, its figures, and ABC classes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.warehouse import Audience, Warehouse

MOST_POINTS = 1000
CLASSES = ("A", "B", "C")
UNITS_OF_MONEY = 10_000  # money has four decimals: counted in these it is whole, and sums are exact


@kept
def pareto(warehouse: Warehouse, audience: Audience, *, before: date | None = None) -> pd.DataFrame:
    """The concentration of revenue in one row, over the buyers of the audience with revenue above 0.

    Ranks are taken within the audience. The top 20% are the first ceil(0.2 n) by revenue, ties by customer id.
    Shares are in [0, 1] and null where nobody has revenue.

    Columns
    -------
    customers : int64                     buyers with revenue above 0 (n)
    revenue : float64                     their net revenue, money
    top_20_customers : int64              ceil(0.2 n)
    top_20_share : float64                share of revenue that the top 20% bring
    customers_for_80 : int64              smallest number of customers who bring 80% of revenue
    customers_for_80_share : float64      customers_for_80 / customers
    gini : float64                        0: everyone brings the same; towards 1: one brings all
    hhi : float64                         Herfindahl-Hirschman index: sum of squared revenue shares
    top_20_before : int64                 customers of the audience in the top 20% on the comparison day
    kept_in_top_20 : int64                those of them who still are
    kept_in_top_20_share : float64        kept_in_top_20 / top_20_before; null where there were none
    buyers_without_revenue : int64        buyers who returned everything, in no figure above
    revenue_without : float64             net revenue of those, money (0 or less)
    """
    then = replace(audience, before=comparison_day(audience, before))
    buyers = warehouse.read("metrics/revenues", audience)
    revenue, without = (in_units(buyers[part], "revenue") for part in (buyers["revenue"] > 0, buyers["revenue"] <= 0))
    kept = warehouse.read("metrics/top_customers_kept", then).iloc[0]
    n, total, reached = len(revenue), int(revenue.sum()), np.cumsum(revenue)
    top = (n + 4) // 5
    row = {
        "customers": n,
        "revenue": total / UNITS_OF_MONEY,
        "top_20_customers": top,
        "top_20_share": int(reached[top - 1]) / total if n else np.nan,
        "customers_for_80": _first_to(reached, 80),
        "customers_for_80_share": _first_to(reached, 80) / n if n else np.nan,
        "gini": _gini(revenue) if n else np.nan,
        "hhi": float(((revenue / total) ** 2).sum()) if n else np.nan,
        "top_20_before": kept["top_20_before"],
        "kept_in_top_20": kept["kept_in_top_20"],
        "kept_in_top_20_share": kept["kept_in_top_20"] / kept["top_20_before"] if kept["top_20_before"] else np.nan,
        "buyers_without_revenue": len(without),
        "revenue_without": int(without.sum()) / UNITS_OF_MONEY,
    }
    frame = pd.DataFrame([row])
    since = f"Kept in the top 20% since {formats.day(then.before)}." if kept["top_20_before"] else None
    return notes.noted(frame, since, _returned_all(frame), notes.guests(warehouse, audience))


@kept
def pareto_curve(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Cumulative share of revenue against cumulative share of customers, highest revenue first: at most 1,000 points.

    Each point is exact; those at 20% of customers and at 80% of revenue are always kept. Empty where nobody has
    revenue, else it starts at (0, 0).

    Columns
    -------
    customer_share : float64    the first so many of the customers
    revenue_share : float64     and the share of revenue they bring
    customers : int64           their number
    """
    buyers = warehouse.read("metrics/revenues", audience)
    revenue = in_units(buyers[buyers["revenue"] > 0], "revenue")
    n, reached = len(revenue), np.concatenate([[0], np.cumsum(revenue)])
    if n == 0:
        places = np.array([], dtype=np.int64)
    elif n < MOST_POINTS:
        places = np.arange(n + 1)
    else:
        even = np.linspace(0, n, MOST_POINTS - 2).round().astype(np.int64)
        places = np.union1d(even, [(n + 4) // 5, _first_to(reached[1:], 80)])
    frame = pd.DataFrame(
        {
            "customer_share": places / max(n, 1),
            "revenue_share": (reached[places] / max(reached[-1], 1)).astype(float),
            "customers": places,
        }
    )
    thinned = f"{len(places):,} points of {n:,} customers, each exact." if n >= MOST_POINTS else None
    return notes.noted(frame, thinned, notes.guests(warehouse, audience))


@kept
def abc(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """ABC classes of the whole base: A brings the first 80% of revenue, B up to 95%, C the rest.

    Customers and revenue are those of the buyers with revenue above 0; buyers who returned everything are class C
    and stand apart. Under a narrower audience the classes stay those of the whole base. Empty without buyers.

    Columns
    -------
    class : str                       A, B or C
    customers : int64                 buyers with revenue above 0
    customer_share : float64          of all those buyers; null without them
    revenue : float64                 their net revenue, money
    revenue_share : float64           of all their revenue; null without any
    buyers_without_revenue : int64    buyers of the class who returned everything
    """
    frame = warehouse.read("metrics/abc", audience)
    if len(frame):
        frame = frame.set_index("class").reindex(pd.Index(CLASSES, name="class"), fill_value=0).reset_index()
    frame = frame.astype({"customers": "int64", "buyers_without_revenue": "int64", "revenue": "float64"})
    for name, share in (("customers", "customer_share"), ("revenue", "revenue_share")):
        total = frame[name].sum()
        frame[share] = frame[name] / total if total > 0 else np.nan
    columns = ["class", "customers", "customer_share", "revenue", "revenue_share", "buyers_without_revenue"]
    return notes.noted(frame[columns], _returned_all(frame), notes.guests(warehouse, audience))


def pareto_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """What the best 20% bring, and how many bring 80%. Reads `pareto`."""
    row = frame.iloc[0]
    if row["customers"] < notes.FEWEST_CUSTOMERS:
        return None
    return (
        f"To {formats.day(as_of)}, the best 20% of {formats.count(row['customers'])} customers bring "
        f"{formats.share(row['top_20_share'])} of revenue; {formats.count(row['customers_for_80'])} of them "
        f"({formats.share(row['customers_for_80_share'])}) bring 80%."
    )


def abc_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How few are class A, and how many class C. Reads `abc`."""
    count = int(frame["customers"].sum())
    if count < notes.FEWEST_CUSTOMERS:
        return None
    best, _, least = (row for _, row in frame.iterrows())
    return (
        f"To {formats.day(as_of)}, {formats.count(best['customers'])} of {formats.count(count)} customers "
        f"({formats.share(best['customer_share'])}) are class A and bring {formats.share(best['revenue_share'])} of "
        f"revenue; {formats.share(least['customer_share'])} are class C and bring "
        f"{formats.share(least['revenue_share'])}."
    )


def comparison_day(audience: Audience, before: date | None) -> date:
    """The day of the earlier state: the one given, else the audience's; `BadValue` after the as-of date."""
    if before is not None and before > audience.as_of:
        raise BadValue("before", before.isoformat(), f"a date up to the as-of date, {audience.as_of.isoformat()}")
    return before or audience.before


def in_units(frame: pd.DataFrame, amount: str) -> np.ndarray:
    """An amount of each buyer in ten-thousandths: sums are exact, in Python's own numbers where 64 bits do not hold them."""
    amounts = np.rint(frame[amount].to_numpy(dtype=float) * UNITS_OF_MONEY)
    customers = frame["customers"].to_numpy(dtype=np.int64)
    fits = float((np.abs(amounts) * customers).sum()) < 2**62
    return np.repeat(amounts.astype(np.int64), customers).astype(np.int64 if fits else object)


def _first_to(reached: np.ndarray, percent: int) -> int:
    """How many customers it takes for the cumulative revenue to reach so many percent."""
    return int(np.searchsorted(reached, -(-int(reached[-1]) * percent // 100))) + 1 if len(reached) else 0


def _gini(revenue: np.ndarray) -> float:
    """2 sum(i x_i) / (n sum x) - (n + 1) / n, over x ascending."""
    n, ascending = len(revenue), revenue[::-1].astype(float)
    return float(2 * (np.arange(1, n + 1) * ascending).sum() / (n * ascending.sum()) - (n + 1) / n)


def _returned_all(frame: pd.DataFrame) -> str | None:
    count = int(frame["buyers_without_revenue"].sum())
    if count == 0:
        return None
    return f"{formats.count(count)} buyers returned everything: class C, counted apart from customers and revenue."
