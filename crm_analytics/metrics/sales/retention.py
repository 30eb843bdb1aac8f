"""Do customers come back: by cohort, by days since the first purchase, and in what rhythm."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.sales.diagnosis import weighted_gaps
from crm_analytics.metrics.sales.sales import PERIODS
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

COHORT_PERIODS = ("month", "week", "quarter")

_Z_95 = 1.959963984540054


@kept
def retention(warehouse: Warehouse, audience: Audience, *, period: str = "month") -> pd.DataFrame:
    """Share of each cohort that bought again at each later age; cohorts by the period of the first purchase.

    Ages run without gaps to the period of the as-of date. What has not ended by then is blank, never zero: an observed
    age without purchases is 0. Weeks begin on Monday.

    Columns
    -------
    cohort : datetime64[s]      first day of the period of the first purchase
    age : int64                 periods since then; 0 holds the first purchase
    cohort_customers : int64    customers of the cohort
    customers : int64           customers of it with a purchase at that age, as far as it has run
    share : float64             customers / cohort_customers; null while the period has not ended
    revenue : float64           net revenue of the cohort at that age, money; null likewise
    cohort_revenue : float64    revenue per cohort customer, cumulated to that age, money; null likewise
    """
    told_by = "retention" if audience.rule == EVERYONE else "retention_orders"
    frame = warehouse.read(f"metrics/{told_by}", audience, period=period)
    frequency = PERIODS[period][0]
    cohort, bought_in = (_ordinals(frame[name], frequency) for name in ("cohort", "bought_in"))
    now = pd.Period(audience.as_of, frequency)
    grid = _grid(np.unique(cohort), now.ordinal)
    cells = frame[["customers", "revenue"]].set_index(pd.MultiIndex.from_arrays([cohort, bought_in - cohort]))
    cells = cells.reindex(grid, fill_value=0)
    by_cohort = cells.groupby(level="cohort")
    cohort, age = grid.get_level_values("cohort"), grid.get_level_values("age")
    # of all the periods only the last can be unfinished
    observed = (cohort + age < now.ordinal) | (now.end_time.date() <= audience.as_of)
    size = by_cohort["customers"].transform("first").astype("int64")
    starts = pd.PeriodIndex.from_ordinals(cohort, freq=frequency).start_time.astype("datetime64[s]")
    result = pd.DataFrame(
        {
            "cohort": starts,
            "age": age.astype("int64"),
            "cohort_customers": size.to_numpy(),
            "customers": cells["customers"].to_numpy(dtype="int64"),
            "share": (cells["customers"] / size).where(observed).to_numpy(dtype=float),
            "revenue": cells["revenue"].where(observed).to_numpy(dtype=float),
            "cohort_revenue": (by_cohort["revenue"].cumsum() / size).where(observed).to_numpy(dtype=float),
        }
    )
    return notes.noted(result, notes.guests(warehouse, audience))


def _ordinals(days: pd.Series, frequency: str) -> np.ndarray:
    return pd.PeriodIndex(days, freq=frequency).asi8 if len(days) else np.array([], dtype=np.int64)


def _grid(cohorts: np.ndarray, now: int) -> pd.MultiIndex:
    """Every cohort with every age it has reached."""
    reached = now - cohorts + 1
    ages = np.concatenate([np.arange(each) for each in reached]) if len(cohorts) else np.array([], dtype=np.int64)
    return pd.MultiIndex.from_arrays([np.repeat(cohorts, reached), ages], names=["cohort", "age"])


@kept
def repurchase(warehouse: Warehouse, audience: Audience, *, days: int = 730) -> pd.DataFrame:
    """Share of buyers who bought again within so many days of their first purchase, a row for each day.

    `share` is 1 - Kaplan-Meier of the days from the first to the second purchase day, with Greenwood's log-log band;
    a buyer not seen again is censored at the as-of date. The curve ends with the longest time observed. Beside it
    `cohort_share`, the plain share among the buyers whose days have all passed. Empty without buyers.

    Columns
    -------
    days : int64                days since the first purchase day, from 1
    share : float64             bought again within so many days, 1 - Kaplan-Meier
    low_95 : float64            lower end of its 95% band; null where share is 0 or 1
    high_95 : float64           upper end; null likewise
    at_risk : int64             buyers seen for at least so many days and not back before that day
    censored : int64            buyers not back who were seen for fewer days than that
    bought_again : int64        buyers back within so many days
    cohort_share : float64      of cohort_customers, those back within so many days; null without any
    cohort_customers : int64    buyers whose first purchase is at least so many days ago
    left_out : int64            buyers whose days have not all passed: they are in no cohort_share
    """
    counted = warehouse.read("metrics/repurchase", audience).set_index("days")
    last = int(counted.index.max()) if len(counted) else 0
    by_day = counted.reindex(np.arange(last + 1), fill_value=0)
    back, seen = by_day["bought_again"].to_numpy(), by_day["buyers"].to_numpy()
    gone = seen - by_day["repeat_buyers"].to_numpy()  # a buyer not back leaves the view when his days are used up
    buyers = int(seen.sum())
    gone_before, seen_before = np.cumsum(gone) - gone, np.cumsum(seen) - seen
    total_back = np.cumsum(back)
    at_risk = buyers - (total_back - back) - gone_before
    share, low, high = kaplan_meier(back, at_risk)
    passed = buyers - seen_before
    # whoever came back within fewer days than he has been known came back within fewer days than that as well
    back_and_passed = total_back - (np.cumsum(by_day["repeat_buyers"]) - by_day["repeat_buyers"]).to_numpy()
    frame = pd.DataFrame(
        {
            "days": np.arange(last + 1),
            "share": share,
            "low_95": low,
            "high_95": high,
            "at_risk": at_risk,
            "censored": gone_before,
            "bought_again": total_back,
            "cohort_share": np.divide(back_and_passed, passed, out=np.full(last + 1, np.nan), where=passed > 0),
            "cohort_customers": passed,
            "left_out": seen_before,
        }
    )
    frame = frame[(frame["days"] >= 1) & (frame["days"] <= days)].reset_index(drop=True)
    censored = f"{formats.count(gone.sum())} of {formats.count(buyers)} buyers are not back yet: they count while seen."
    return notes.noted(frame, censored if buyers else None, notes.guests(warehouse, audience))


def kaplan_meier(events: np.ndarray, at_risk: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """1 - Kaplan-Meier by day and its log-log 95% band (Kalbfleisch and Prentice 2002, section 1.4)."""
    survival = np.cumprod(np.where(at_risk > 0, 1 - events / np.maximum(at_risk, 1), 1.0))
    left = at_risk - events
    greenwood = np.cumsum(np.divide(events, at_risk * left, out=np.zeros(len(events)), where=(at_risk * left) > 0))
    known = (survival > 0) & (survival < 1)
    low, high = np.full(len(events), np.nan), np.full(len(events), np.nan)
    spread = np.exp(
        _Z_95 * np.sqrt(greenwood[known]) / np.log(survival[known])
    )  # below 1, for the logarithm is negative
    low[known], high[known] = 1 - survival[known] ** spread, 1 - survival[known] ** (1 / spread)
    return 1 - survival, low, high


@kept
def interpurchase(warehouse: Warehouse, audience: Audience, *, width: int = 7) -> pd.DataFrame:
    """Days between consecutive purchase days, in bins without gaps; each customer's intervals weigh 1 together.

    Empty where nobody has two purchase days.

    Columns
    -------
    days_from : int64           the bin holds gaps of more days than this
    days_to : int64             up to and including so many days
    intervals : int64           intervals in the bin
    weighted_share : float64    their share of the weight
    """
    gaps = weighted_gaps(warehouse, audience)
    place = (gaps["gap_days"] - 1) // width
    bins = gaps.groupby(place)[["intervals", "weight"]].sum()
    bins = bins.reindex(np.arange(int(place.max()) + 1 if len(gaps) else 0), fill_value=0)
    frame = pd.DataFrame(
        {
            "days_from": (bins.index * width).astype("int64"),
            "days_to": ((bins.index + 1) * width).astype("int64"),
            "intervals": bins["intervals"].to_numpy(dtype="int64"),
            "weighted_share": (bins["weight"] / bins["weight"].sum()).to_numpy(dtype=float),
        }
    )
    return notes.noted(frame, notes.window(warehouse, audience), notes.guests(warehouse, audience))


def retention_in_words(frame: pd.DataFrame, period: str = "month") -> str | None:
    """How many of all cohorts observed that long bought in the period after their first. Reads `retention`."""
    after = frame[(frame["age"] == 1) & frame["share"].notna()]
    count = int(after["cohort_customers"].sum())
    if count < notes.FEWEST_CUSTOMERS:
        return None
    first, last = (formats.period_name(after["cohort"].iloc[place], period) for place in (0, -1))
    cohorts = f"cohorts {first} to {last}" if len(after) > 1 else f"cohort {first}"
    return (
        f"Of {formats.count(count)} customers in the {cohorts}, "
        f"{formats.share(after['customers'].sum() / count)} bought again in the {period} after their first purchase."
    )


def repurchase_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """The share back within a year, or in the longest of 180, 90, 30 days with 30 buyers left. Reads `repurchase`."""
    for days in (365, 180, 90, 30):
        row = frame[frame["days"] == days]
        if len(row) and row["at_risk"].iloc[0] >= notes.FEWEST_CUSTOMERS and not row["low_95"].isna().iloc[0]:
            found = row.iloc[0]
            return (
                f"{formats.share(found['share'])} of buyers come back within {days} days of their first purchase "
                f"(95% interval {formats.share(found['low_95'])} to {formats.share(found['high_95'])}; "
                f"{formats.count(frame['at_risk'].iloc[0])} buyers to {formats.day(as_of)})."
            )
    return None


def interpurchase_in_words(frame: pd.DataFrame, diagnosis: pd.DataFrame) -> str | None:
    """The typical time between purchases. Reads `interpurchase` and `diagnosis`."""
    row = diagnosis.iloc[0]
    if frame.empty or row["interpurchase_customers"] < notes.FEWEST_CUSTOMERS:
        return None
    return (
        f"Half of the intervals between purchases are at most {formats.days(row['median_interpurchase_days'])}, "
        f"80% at most {formats.days(row['p80_interpurchase_days'])} ({formats.count(frame['intervals'].sum())} "
        f"intervals of {formats.count(row['interpurchase_customers'])} customers to {formats.day(row['as_of'])}, "
        "each customer counting once)."
    )
