"""What a new customer costs, beside what it costs to keep one."""

from __future__ import annotations

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.warehouse import Audience, Warehouse

_COLUMNS = {
    "period_start": "datetime64[s]", "channel": "str", "new_customers": "int64", "cost": "float64", "cost_per_new_customer": "float64",
    "retained_customers": "int64", "retention_cost": "float64", "retention_cost_per_customer": "float64", "ratio": "float64",
}  # fmt: skip


@kept
def acquisition(warehouse: Warehouse, audience: Audience, *, period: str = "month") -> pd.DataFrame:
    """Cost per new customer against cost per retained one, by period and channel; costs are those of the table `costs`.

    A customer is new in the period of the first purchase and belongs to the channel of that purchase; retained in a
    period are those who buy in it and had bought before it. Costs are never narrowed to an audience.

    Columns
    -------
    period_start : datetime64[s]             first day of the period
    channel : str                            channel; "not known" where there is none
    new_customers : int64                    customers whose first purchase is in the period
    cost : float64                           spent on winning customers, money; null where none is given
    cost_per_new_customer : float64          cost / new_customers; null without either
    retained_customers : int64               customers who bought in the period and before it
    retention_cost : float64                 spent on keeping customers, money; null where none is given
    retention_cost_per_customer : float64    retention_cost / retained_customers; null without either
    ratio : float64                          cost_per_new_customer / retention_cost_per_customer; null without either
    """
    frame = warehouse.read("metrics/acquisition", audience, period=period)
    for cost, customers, each in (
        ("cost", "new_customers", "cost_per_new_customer"), ("retention_cost", "retained_customers", "retention_cost_per_customer")
    ):  # fmt: skip
        frame[cost] = frame[cost].astype("float64")
        frame[each] = (frame[cost] / frame[customers].where(frame[customers] > 0)).astype("float64")
    frame["ratio"] = frame["cost_per_new_customer"] / frame["retention_cost_per_customer"].where(
        frame["retention_cost_per_customer"] > 0
    )
    none = "costs" not in warehouse.loaded
    return notes.noted(frame[list(_COLUMNS)].astype(_COLUMNS), "No costs are loaded: customers only." if none else None)


def acquisition_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """What a new customer and a retained one cost over the year to the last period. Reads `acquisition` by month."""
    paid = frame[frame["cost"].notna() & frame["retention_cost"].notna()]
    if paid.empty:
        return None
    last = paid[paid["period_start"] > paid["period_start"].max() - pd.DateOffset(months=12)]
    won, stayed = int(last["new_customers"].sum()), int(last["retained_customers"].sum())
    if won < notes.FEWEST_CUSTOMERS or stayed < notes.FEWEST_CUSTOMERS:
        return None
    new, retained = last["cost"].sum() / won, last["retention_cost"].sum() / stayed
    dearer = f", {new / retained:.1f} times as much" if retained > 0 else ""
    return (
        f"In the twelve months to {formats.month(last['period_start'].max())} a new customer cost {formats.money(new, currency)} "
        f"({formats.count(won)} won), to keep one for a month {formats.money(retained, currency)}{dearer}."
    )
