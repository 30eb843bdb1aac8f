"""What happens when something goes wrong: cases, times, promises, and whether customers come back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.nps import Z_95, wilson
from crm_analytics.query.warehouse import Audience, Warehouse

#: A cell is compared only with so many similar customers.
FEWEST_SIMILAR = 10
CASES = "service cases (customer, opened, resolved)"


@kept
def service(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Service cases by kind: how fast they are answered and solved, promises kept, and who bought again after a complaint.

    Recovered: complaints at least one activity window ago whose customer bought again within the window. Beside it the
    same share of similar customers who never complained: as many purchase days, the same quarter, as long without a
    purchase when the window began; each kind of case is given the mix of its own complaints.

    Columns
    -------
    kind : str                              kind of case
    cases : int64                           opened by the as-of date
    open : int64                            of them not resolved
    median_first_response_hours : float64   from opening to the first response; null where none is known
    p90_first_response_hours : float64      nine of ten were answered within so many hours; null likewise
    median_resolution_hours : float64       from opening to the solution; null where none is known
    p90_resolution_hours : float64          nine of ten were solved within so many hours; null likewise
    promised : int64                        cases with a promised time that is over or was met
    promise_kept_share : float64            of those, resolved by then; null without any
    reopened_share : float64                of cases for which it is known; null without any
    complaints : int64                      complaints whose activity window has passed
    recovered_share : float64               of their customers, those who bought again within it; null without any
    similar_share : float64                 the share among similar customers without a complaint; null without any
    difference : float64                    recovered less similar, of the complaints with similar customers; null likewise
    low_95 : float64                        lower end of its 95% interval; null likewise
    high_95 : float64                       upper end; null likewise
    """
    counts = warehouse.read("metrics/service", audience)
    times = warehouse.read("metrics/service_times", audience)
    window = warehouse.base(audience.as_of).activity_window_days
    back = _recovery(warehouse.read("metrics/recovery", audience, window_days=window))
    frame = counts.merge(_quantiles(times), on="kind", how="left").merge(back, on="kind", how="left")
    frame["promise_kept_share"] = _part(frame["kept_promises"], frame["promised"])
    frame["reopened_share"] = _part(frame["reopened"], frame["reopened_known"])
    frame["complaints"] = frame["complaints"].fillna(0).astype("int64")
    columns = [
        "kind",
        "cases",
        "open",
        *_TIMES.values(),
        "promised",
        "promise_kept_share",
        "reopened_share",
        "complaints",
    ]
    columns += ["recovered_share", "similar_share", "difference", "low_95", "high_95"]
    impossible = int(times.loc[times["minutes"] < 0, "cases"].sum())
    unknown = int(counts["complaint_unknown"].sum())
    return notes.noted(
        frame[columns],
        f"Times that end before they begin, left out: {formats.count(impossible)}." if impossible else None,
        "Which cases are complaints is not in the data: all are but questions." if unknown else None,
        f"Recovered: bought again within {formats.days(window)}." if len(frame) else None,
    )


@kept
def deliveries(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Orders by the month in which they were promised, and the share delivered by the promised day, with Wilson's interval.

    Columns
    -------
    period_start : datetime64[s]   first day of the month
    promised : int64               orders promised for a day of it, to the as-of date
    on_time : int64                delivered by that day
    late : int64                   delivered later
    missing : int64                without a day of delivery
    on_time_share : float64        on_time / promised
    low_95 : float64               lower end of its 95% interval
    high_95 : float64              upper end
    mean_days_late : float64       of the late ones; null without any
    """
    frame = warehouse.read("metrics/deliveries", audience)
    frame["missing"] = frame["promised"] - frame["on_time"] - frame["late"]
    frame["on_time_share"] = _part(frame["on_time"], frame["promised"])
    frame["low_95"], frame["high_95"] = wilson(frame["on_time"], frame["promised"])
    frame["mean_days_late"] = _part(frame["days_late"], frame["late"])
    frame["period_start"] = frame["period_start"].astype("datetime64[s]")
    columns = ["period_start", "promised", "on_time", "late", "missing", "on_time_share", "low_95", "high_95"]
    return notes.noted(frame[[*columns, "mean_days_late"]])


def service_in_words(frame: pd.DataFrame) -> str | None:
    """Promises kept, and what complaints cost in customers. Reads `service`."""
    promised, cases = int(frame["promised"].sum()), int(frame["cases"].sum())
    if cases < notes.FEWEST_CUSTOMERS:
        return None
    words = f"{formats.count(cases)} cases"
    if promised:
        held = (frame["promised"] * frame["promise_kept_share"].fillna(0)).sum() / promised
        words += f", {formats.share(held)} solved by the promised time"
    known = frame[frame["difference"].notna() & (frame["complaints"] >= notes.FEWEST_CUSTOMERS)]
    if known.empty:
        return words + "."
    row = known.loc[known["complaints"].idxmax()]
    clear = not row["low_95"] <= 0 <= row["high_95"]
    against = "" if clear else ", a difference that may be chance"
    return (
        f"{words}. After a complaint about {row['kind']} {formats.share(row['recovered_share'])} bought again, of similar "
        f"customers without one {formats.share(row['similar_share'])} ({formats.count(row['complaints'])} complaints{against})."
    )


def deliveries_in_words(frame: pd.DataFrame) -> str | None:
    """The share delivered on time over the whole time. Reads `deliveries`."""
    promised = int(frame["promised"].sum())
    if promised < notes.FEWEST_CUSTOMERS:
        return None
    return (
        f"{formats.share(frame['on_time'].sum() / promised)} of {formats.count(promised)} orders arrived by the promised day "
        f"({formats.month(frame['period_start'].iloc[0])} to {formats.month(frame['period_start'].iloc[-1])})."
    )


_TIMES = {
    ("first_response", 0.5): "median_first_response_hours",
    ("first_response", 0.9): "p90_first_response_hours",
    ("resolution", 0.5): "median_resolution_hours",
    ("resolution", 0.9): "p90_resolution_hours",
}


def _quantiles(times: pd.DataFrame) -> pd.DataFrame:
    """Hours by kind, from how many cases took how many minutes (linear between neighbours, as numpy's quantile)."""
    kinds = sorted(times["kind"].unique())
    rows: dict[str, list[float]] = {name: [] for name in _TIMES.values()}
    for kind in kinds:
        for (measure, part), name in _TIMES.items():
            some = times[(times["kind"] == kind) & (times["measure"] == measure) & (times["minutes"] >= 0)]
            took = np.repeat(some["minutes"].to_numpy(dtype=float), some["cases"].to_numpy(dtype=np.int64))
            rows[name].append(float(np.quantile(took, part)) / 60 if len(took) else np.nan)
    return pd.DataFrame(
        {"kind": pd.Series(kinds, dtype="str"), **{n: pd.Series(v, dtype=float) for n, v in rows.items()}}
    )


def _recovery(cells: pd.DataFrame) -> pd.DataFrame:
    """By kind of case: complaints, share recovered, and the share of similar customers given the same mix of cells."""
    rows = []
    for kind, mine in cells.groupby("kind", sort=True):
        met = mine[mine["similar"] >= FEWEST_SIMILAR]
        n, similar = met["complaints"].sum(), np.nan
        difference = low = high = np.nan
        if n > 0:
            p, weight = met["similar_back"] / met["similar"], met["complaints"] / n
            back, similar = met["recovered"].sum() / n, float((weight * p).sum())
            spread = back * (1 - back) / n + (weight**2 * p * (1 - p) / met["similar"]).sum()
            difference, half = back - similar, Z_95 * np.sqrt(spread)
            low, high = difference - half, difference + half
        rows.append(
            (
                kind,
                mine["complaints"].sum(),
                mine["recovered"].sum() / mine["complaints"].sum(),
                similar,
                difference,
                low,
                high,
            )
        )
    names = ["kind", "complaints", "recovered_share", "similar_share", "difference", "low_95", "high_95"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({"kind": "str"} | dict.fromkeys(names[1:], "float64"))


def _part(of: pd.Series, total: pd.Series) -> pd.Series:
    return (of / total.where(total > 0)).astype("float64")
