"""Metrics as one would write them in pandas, over frames that are in memory already; their loading is not counted.

Each takes the audience's rows of `customers` (c), its orders (o) and its purchase days (d).
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from benchmarks.by_hand import MOST_ROWS

Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def _counted(c: pd.DataFrame, *keys: str) -> pd.DataFrame:
    grouped = c.groupby(list(keys), observed=True)["revenue"]
    return grouped.agg(customers="size", revenue="sum").reset_index()


def sales(c: pd.DataFrame, o: pd.DataFrame, d: pd.DataFrame) -> pd.DataFrame:
    """Revenue, orders, customers by month."""
    month = o["ordered_on"].dt.to_period("M").dt.start_time
    bought = o["is_purchase"]
    return (
        pd.DataFrame(
            {
                "revenue": o["net_amount"].groupby(month).sum(),
                "orders": bought.groupby(month).sum(),
                "customers": o["customer_id"].where(bought).groupby(month).nunique(),
            }
        )
        .rename_axis("period_start")
        .reset_index()
    )


def retention(c: pd.DataFrame, o: pd.DataFrame, d: pd.DataFrame) -> pd.DataFrame:
    """Distinct customers by cohort and age in months."""
    days = d.merge(c[["customer_id", "first_order_on"]], on="customer_id")
    cohort, bought = (days[name].dt.to_period("M") for name in ("first_order_on", "ordered_on"))
    days["cohort"], days["age"] = cohort.dt.start_time, bought.array.asi8 - cohort.array.asi8
    return days.groupby(["cohort", "age"])["customer_id"].nunique().rename("customers").reset_index()


def interpurchase(c: pd.DataFrame, o: pd.DataFrame, d: pd.DataFrame) -> pd.DataFrame:
    """Intervals between purchase days in bins of seven days, each customer weighing 1."""
    gaps = d.dropna(subset=["gap_days"])
    weight = 1 / gaps.groupby("customer_id")["gap_days"].transform("size")
    place = ((gaps["gap_days"] - 1) // 7 * 7).rename("days_from")
    bins = pd.DataFrame({"intervals": gaps.groupby(place).size(), "weighted_share": weight.groupby(place).sum()})
    bins["weighted_share"] /= bins["weighted_share"].sum()
    return bins.reset_index()


def pareto_curve(c: pd.DataFrame, o: pd.DataFrame, d: pd.DataFrame) -> pd.DataFrame:
    """The cumulative share at the end."""
    revenue = c.loc[(c["orders"] > 0) & (c["revenue"] > 0), "revenue"].sort_values(ascending=False)
    reached = revenue.cumsum().to_numpy()
    return pd.DataFrame({"customers": range(1, len(reached) + 1), "revenue_share": reached / reached[-1]})


FRAMES: MappingProxyType[str, Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame], pd.DataFrame]] = MappingProxyType(
    {
        "sales": sales,
        "retention": retention,
        "interpurchase": interpurchase,
        "pareto_curve": pareto_curve,
        "statuses": lambda c, o, d: _counted(c, "status"),
        "rfm_grid": lambda c, o, d: _counted(c[c["orders"] > 0], "r_score", "fm_score"),
        "abc": lambda c, o, d: _counted(c[(c["orders"] > 0) & (c["revenue"] > 0)], "abc_class").rename(
            columns={"abc_class": "class"}
        ),
        "customers": lambda c, o, d: c.sort_values(["revenue", "customer_id"], ascending=[False, True]).head(MOST_ROWS),
    }
)
