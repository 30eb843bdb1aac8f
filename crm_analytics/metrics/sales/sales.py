"""Sales over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.marts import months_before
from crm_analytics.query.warehouse import Audience, Warehouse

#: Period -> frequency in pandas.
PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC", "year": "Y-DEC"}
#: Period -> periods in a year; days and weeks go 52 weeks back, to the same weekdays.
IN_A_YEAR = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}

_COUNTS = ["orders", "customers", "new_customers", "guest_orders"]
_SUMS = ["revenue", "gross_revenue", "guest_revenue", "units", *_COUNTS]
_COMPARED = ["revenue", "orders", "customers", "average_order_value"]


@kept
def sales(warehouse: Warehouse, audience: Audience, *, period: str = "month") -> pd.DataFrame:
    """Sales per period, without gaps from the first order to the as-of date, beside an earlier one.

    Weeks begin on Monday. The earlier period lies as far back as the comparison day of the audience: a year is 52
    weeks for days and weeks (the same weekdays); a distance that is no whole number of periods is rounded, to one at
    least. For a period that has not ended the earlier one covers the same days only. Growth of a period that has not
    ended is null, growth on the earlier one is not. Guests' orders count when the audience is everyone.

    Columns
    -------
    period_start : datetime64[s]             first day of the period
    revenue : float64                        net revenue, money; 0 without orders
    orders : int64                           purchases (orders above 0)
    units : float64                          pieces bought less pieces returned; null where the files give none
    customers : int64                        identified customers with a purchase in the period
    average_order_value : float64            revenue / orders, money; null without orders
    complete : bool                          whether the period has ended by the as-of date
    gross_revenue : float64                  revenue before returns, money
    new_customers : int64                    customers whose first purchase is in the period
    repeat_customer_share : float64          customers who had bought before the period / customers; null without
    guest_orders : int64                     purchases without a customer
    guest_revenue : float64                  net revenue without a customer, money
    before_start : datetime64[s]             first day of the earlier period
    revenue_before : float64                 of the earlier period, money; null where that is before the first order
    orders_before : Int64                    of the earlier period; null likewise
    customers_before : Int64                 of the earlier period; null likewise
    average_order_value_before : float64     of the earlier period, money; null likewise, or without orders
    growth : float64                         revenue / revenue of the period before - 1; null where that is not above 0
    growth_on_before : float64               revenue / revenue_before - 1; null where that is not above 0
    """
    days = warehouse.read("metrics/sales", audience)
    frequency, back = PERIODS[period], periods_back(audience, period)
    days = days.rename(columns={f"{period}_customers": "customers"})
    days["period"] = days["ordered_on"].dt.to_period(frequency)
    as_of = pd.Timestamp(audience.as_of)
    first = days["period"].min() if len(days) else pd.Period(as_of, frequency) + 1
    axis = pd.period_range(first, pd.Period(as_of, frequency), freq=frequency)
    totals = _totals(days).reindex(axis)
    totals[_SUMS] = totals[_SUMS].where(totals["orders"].notna(), 0)
    complete = axis.end_time.normalize() <= as_of
    before = totals[_SUMS].shift(back)
    if len(axis) > back and not complete[-1]:
        before.iloc[-1] = _same_days(days, axis[-1 - back], as_of - axis[-1].start_time)[_SUMS]
    frame = pd.DataFrame({"period_start": axis.start_time.astype("datetime64[s]")}, index=axis)
    frame[["revenue", "orders", "units", "customers"]] = totals[["revenue", "orders", "units", "customers"]]
    frame["average_order_value"] = _ratio(totals["revenue"], totals["orders"])
    frame["complete"] = complete
    frame[["gross_revenue", "new_customers"]] = totals[["gross_revenue", "new_customers"]]
    frame["repeat_customer_share"] = 1 - _ratio(totals["new_customers"], totals["customers"])
    frame[["guest_orders", "guest_revenue"]] = totals[["guest_orders", "guest_revenue"]]
    frame["before_start"] = (axis - back).start_time.astype("datetime64[s]")
    before["average_order_value"] = _ratio(before["revenue"], before["orders"])
    frame[[f"{name}_before" for name in _COMPARED]] = before[_COMPARED]
    frame["growth"] = (_ratio(totals["revenue"], totals["revenue"].shift()) - 1).where(complete)
    frame["growth_on_before"] = _ratio(totals["revenue"], before["revenue"]) - 1
    frame = frame.astype(dict.fromkeys(_COUNTS, "int64") | {"orders_before": "Int64", "customers_before": "Int64"})
    frame = notes.noted(frame.reset_index(drop=True), _unfinished(frame, as_of), _guest_part(frame))
    distance = f"{formats.count(back)} {period}{'s' * (back > 1)}"
    frame.attrs["earlier"] = "a year earlier" if back == IN_A_YEAR[period] else f"{distance} earlier"
    return frame


def periods_back(audience: Audience, period: str) -> int:
    """How many periods lie between the comparison day and the as-of date: whole months by the calendar, else by days."""
    years = (audience.as_of - audience.before).days / 365.25
    for months in range(1, 121):
        if months_before(audience.as_of, months) == audience.before:
            years = months / 12
    back = max(round(years * IN_A_YEAR[period]), 1)
    return max(round(back / 7), 1) * 7 if period == "day" else back


def _totals(days: pd.DataFrame) -> pd.DataFrame:
    """Sums by period; units stay null where no day has any. Money is rounded to its four decimals."""
    return days.groupby("period")[_SUMS].sum(min_count=1).astype("float64").round(4)


def _same_days(days: pd.DataFrame, period: pd.Period, elapsed: pd.Timedelta) -> pd.Series:
    """Sums over the first days of a period, up to as many as have elapsed of a later one."""
    chosen = days[(days["period"] == period) & (days["ordered_on"] <= period.start_time + elapsed)]
    return chosen[_SUMS].sum().astype("float64").round(4)


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _unfinished(frame: pd.DataFrame, as_of: pd.Timestamp) -> str | None:
    if frame.empty or frame["complete"].iloc[-1]:
        return None
    return (
        f"The last period has not ended: it holds the days to {formats.day(as_of)}, and the earlier one the same days."
    )


def _guest_part(frame: pd.DataFrame) -> str | None:
    if frame["guest_orders"].sum() == 0:
        return None
    guest, total = frame["guest_revenue"].sum(), frame["revenue"].sum()
    part = f", {formats.share(guest / total)} of revenue," if total > 0 else ""
    return f"{formats.count(frame['guest_orders'].sum())} purchases without a customer{part} are included."


def sales_in_words(frame: pd.DataFrame, period: str = "month", currency: str | None = None) -> str | None:
    """Revenue of the last complete period against the earlier one, or the one just before. Reads `sales`."""
    done = frame[frame["complete"]]
    if done.empty or done["orders"].iloc[-1] < notes.FEWEST_CUSTOMERS:
        return None
    last = done.iloc[-1]
    sentence = (
        f"In {formats.period_name(last['period_start'], period)}, the last complete {period}, "
        f"{formats.count(last['orders'])} orders brought {formats.money(last['revenue'], currency)}"
    )
    if not np.isnan(last["growth_on_before"]):
        return f"{sentence}, {formats.change(last['growth_on_before'])} on {frame.attrs['earlier']}."
    if not np.isnan(last["growth"]):
        return f"{sentence}, {formats.change(last['growth'])} on the {period} before."
    return f"{sentence}."


def earlier(frame: pd.DataFrame) -> pd.DataFrame:
    """The earlier periods, row by row, under the measures' own names; none before the history."""
    names = {name: name.removesuffix("_before") for name in frame.columns if name.endswith("_before")}
    names["before_start"] = "period_start"
    return frame[list(names)].rename(columns=names).dropna(subset=["revenue"])
