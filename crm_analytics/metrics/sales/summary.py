"""The figures on top of the first page: a period against the one before."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from crm_analytics.metrics.keeping import kept
from crm_analytics.query.marts import days_before
from crm_analytics.query.warehouse import Audience, Warehouse


@kept
def summary(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Sales of the period from the comparison day to the as-of date, against the period of equal length before it.

    Columns
    -------
    period_start : datetime64[us]          first day of the period
    period_end : datetime64[us]            last day of the period: the as-of date
    revenue : float64                      net revenue of the period, money; guests included when the audience is everyone
    orders : int64                         purchases of the period
    customers : int64                      identified customers with a purchase in the period
    average_order_value : float64          revenue / orders, money; null without orders
    revenue_before : float64               the same for the period before, money; null where the history does not reach back so far
    orders_before : Int64                  purchases; null likewise
    customers_before : Int64               customers; null likewise
    average_order_value_before : float64   money; null likewise, or without orders
    """
    length = (audience.as_of - audience.before).days
    start = days_before(audience.before, length)
    row = warehouse.read("metrics/summary", audience, start=start).iloc[0]
    first = warehouse.read("metrics/first_order", audience)["first_order_on"].iloc[0]
    reaches = not pd.isna(first) and first.date() <= start + timedelta(days=1)
    before = {name: row[name] if reaches else None for name in ("revenue_before", "orders_before", "customers_before")}
    frame = pd.DataFrame(
        {
            "period_start": pd.Series([audience.before + timedelta(days=1)], dtype="datetime64[us]"),
            "period_end": pd.Series([audience.as_of], dtype="datetime64[us]"),
            "revenue": pd.Series([row["revenue"]], dtype="float64").fillna(0.0),
            "orders": pd.Series([row["orders"]], dtype="int64"),
            "customers": pd.Series([row["customers"]], dtype="int64"),
            "average_order_value": _ratio(row["revenue"], row["orders"]),
            "revenue_before": pd.Series([before["revenue_before"]], dtype="float64"),
            "orders_before": pd.Series([before["orders_before"]], dtype="Int64"),
            "customers_before": pd.Series([before["customers_before"]], dtype="Int64"),
            "average_order_value_before": _ratio(before["revenue_before"], before["orders_before"]),
        }
    )
    if not reaches:
        frame.attrs["notes"] = [
            f"No comparison: the history would have to begin by {start + timedelta(days=1)}"
            + ("." if pd.isna(first) else f", it begins on {first:%Y-%m-%d}.")
        ]
    return frame


def _ratio(revenue: float | None, orders: int | None) -> pd.Series:
    known = orders is not None and orders > 0 and not pd.isna(revenue)
    return pd.Series([float(revenue) / int(orders) if known else None], dtype="float64")  # type: ignore[arg-type]
