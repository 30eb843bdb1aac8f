"""Sales of the months to come, with how well such forecasts have done so far."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.sales.sales import sales
from crm_analytics.query.warehouse import Audience, Warehouse

if TYPE_CHECKING:
    from crm_analytics.models.forecast import FittedForecast

MEASURES = ("revenue", "orders", "units", "new_customers")
#: A history that begins later in its first month has that month in part only.
LATEST_BEGINNING = 3
BANDS = ("low_80", "high_80", "low_95", "high_95")

_TYPES = {
    "month": "datetime64[s]",
    "forecast": "float64",
    **dict.fromkeys(BANDS, "float64"),
    "model": "str",
    "mase": "float64",
    "naive_mase": "float64",
    "coverage_95": "float64",
    "so_far": "float64",
    "partial": "bool",
    "fitted_months": "int64",
}


@kept
def forecast(warehouse: Warehouse, audience: Audience, *, measure: str = "revenue", months: int = 6) -> pd.DataFrame:
    """The next months, from the last complete one on, with 80% and 95% bands and the errors of such forecasts so far.

    Exponential smoothing in several forms, weighted by their errors at earlier months (models.forecast). Where that
    did no better than the same month of the year before, the latter is what is shown. A month that has not ended, and
    a first month that the history has in part only, are not fitted. Empty below 24 complete months.

    Columns
    -------
    month : datetime64[s]     first day of the month; the first rows may be of a month that has begun
    forecast : float64        of the whole month: money, or the number of what is measured
    low_80 : float64          lower end of the 80% band; never below 0 unless a month was
    high_80 : float64         upper end of the 80% band
    low_95 : float64          lower end of the 95% band; never below 0 unless a month was
    high_95 : float64         upper end of the 95% band
    model : str               combined exponential smoothing, or seasonal naive
    mase : float64            mean absolute scaled error of such forecasts so far; 1 is the mean change on a year before; null without
    naive_mase : float64      the same of seasonal naive, at the same months; null likewise
    coverage_95 : float64     share of those months that were inside the 95% band that the other months give
    so_far : float64          what a month that has begun has brought; null for later ones
    partial : bool            whether the month has begun
    fitted_months : int64     complete months that were learnt from
    """
    history = complete_months(warehouse, audience)
    from crm_analytics.errors import NotEnoughData
    from crm_analytics.models.forecast import ForecastModel

    try:
        fitted = ForecastModel().fit(history[measure].to_numpy(dtype="float64", na_value=0.0), months)
    except NotEnoughData as error:
        return notes.noted(empty(), str(error))
    begun = _begun(warehouse, audience, measure)
    frame = empty().reindex(range(months))
    frame["month"] = pd.date_range(_next_month(history), periods=months, freq="MS").astype("datetime64[s]")
    for name, values in fitted.bands().items():
        frame[name] = values
    frame["model"] = fitted.name
    frame["mase"], frame["naive_mase"], frame["coverage_95"] = fitted.mase, fitted.naive_mase, fitted.coverage_95
    frame["so_far"] = frame["month"].map(begun).astype("float64")
    frame["partial"] = frame["month"].isin(list(begun))
    frame["fitted_months"] = len(history)
    return notes.noted(frame.astype(_TYPES), _choice(fitted), _left_out(warehouse, audience, history))


def empty() -> pd.DataFrame:
    """The frame without rows."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})


def complete_months(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The months of `sales` that are whole: ended by the as-of date, and the history was there from their beginning."""
    evolution = sales(warehouse, audience, period="month")
    whole = evolution[evolution["complete"]]
    first = warehouse.read("metrics/first_order", audience)["first_order_on"].iloc[0]
    if len(whole) and not pd.isna(first) and first.day > LATEST_BEGINNING:
        whole = whole[whole["period_start"] > first.to_period("M").start_time]
    return whole.reset_index(drop=True)


def _next_month(history: pd.DataFrame) -> pd.Timestamp:
    return history["period_start"].iloc[-1] + pd.offsets.MonthBegin()


def _begun(warehouse: Warehouse, audience: Audience, measure: str) -> dict[pd.Timestamp, float]:
    """The month that has begun and not ended, and what it has brought."""
    evolution = sales(warehouse, audience, period="month")
    open_months = evolution[~evolution["complete"]]
    return dict(zip(open_months["period_start"], open_months[measure].astype("float64"), strict=True))


def _choice(fitted: FittedForecast) -> str | None:
    from crm_analytics.models.forecast import NAIVE

    if fitted.name != NAIVE:
        return None
    return "No form of smoothing did better than the same month of the year before: that is the forecast."


def _left_out(warehouse: Warehouse, audience: Audience, history: pd.DataFrame) -> str | None:
    evolution = sales(warehouse, audience, period="month")
    parts = sorted(set(evolution["period_start"]) - set(history["period_start"]))
    if not parts:
        return None
    return f"Not fitted, because only a part of the month is known: {', '.join(map(formats.month, parts))}."


def forecast_in_words(frame: pd.DataFrame, as_of: date, currency: str | None = None) -> str | None:
    """The sum of the months ahead, the next month with its band, and how such forecasts did. Reads `forecast`."""
    if frame.empty:
        return None
    first, last = frame.iloc[0], frame.iloc[-1]
    said = (
        f"As of {formats.day(as_of)}, {formats.month(first['month'])} to {formats.month(last['month'])} are forecast at "
        f"{formats.money(frame['forecast'].sum(), currency)}; {formats.month(first['month'])} at "
        f"{formats.money(first['forecast'], currency)}, with 80% certainty between {formats.money(first['low_80'], currency)} "
        f"and {formats.money(first['high_80'], currency)} (n = {formats.count(first['fitted_months'])} months)."
    )
    if pd.isna(first["mase"]):
        return said
    rival = f", that of seasonal naive {first['naive_mase']:.2f}" if first["model"] != "seasonal naive" else ""
    inside = formats.share(first["coverage_95"], 0)
    return f"{said} Scaled error so far {first['mase']:.2f}{rival}; {inside} of the months were inside the 95% band."
