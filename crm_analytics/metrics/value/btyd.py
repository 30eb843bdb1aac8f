"""Buy till you die: the models of repeat purchases and of order values, and how they did on a part of the past kept from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value.btyd_fits import fitted, histories, holdout_cut, used_row
from crm_analytics.models.btyd import curve, expected
from crm_analytics.models.histories import DAYS_OF_A_WEEK
from crm_analytics.query.warehouse import Audience, Warehouse

PARAMETERS = ("r", "alpha", "a", "b", "s", "beta", "p", "q", "v")
#: The hold-out table ends with so many repeat purchase days or more.
MOST_REPEATS = 7


@kept
def btyd(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The models of repeat purchases and of order values: parameters, and the error on a hold-out that chooses one.

    Maximum likelihood on the purchase days of the whole base to the as-of date, whatever the audience; time in weeks.
    Hold-out: fitted again on the first two thirds of the history, then compared with the last third; the lowest error is
    used. A model without a fit has a row without figures, and a note says why. Empty where there is too little.

    Columns
    -------
    model : str                    BG/NBD, MBG/NBD, Pareto/NBD, Gamma-Gamma
    customers : int64              buyers fitted on; Gamma-Gamma: those who bought on another day
    log_likelihood : float64       at its highest; null without a fit
    r : float64                    shape of the rates of purchase; null where the model has none (as all below)
    alpha : float64                scale of the rates, weeks
    a : float64                    first parameter of the chance of leaving after a purchase
    b : float64                    second parameter of it
    s : float64                    shape of the rates of leaving
    beta : float64                 scale of the rates of leaving, weeks
    p : float64                    shape of a customer's order values
    q : float64                    shape of the differences between customers
    v : float64                    scale of them, money
    r_se : float64                 standard error of r
    alpha_se : float64             standard error of alpha, weeks
    a_se : float64                 standard error of a
    b_se : float64                 standard error of b
    s_se : float64                 standard error of s
    beta_se : float64              standard error of beta, weeks
    p_se : float64                 standard error of p
    q_se : float64                 standard error of q
    v_se : float64                 standard error of v, money
    holdout_error : float64        mean absolute error of purchase days per customer in the hold-out; null without one
    holdout_expected : float64     purchase days expected in the hold-out, all customers
    holdout_actual : float64       purchase days that came
    used : bool                    whether its figures are the ones shown
    """
    fits = fitted(warehouse, audience.as_of)
    rows = [_row(fit) for fit in fits.itertuples()]
    columns = ["log_likelihood", *PARAMETERS, *(f"{name}_se" for name in PARAMETERS)]
    columns += ["holdout_error", "holdout_expected", "holdout_actual"]
    frame = pd.DataFrame(rows, columns=["model", "customers", *columns, "used"])
    types = {"model": "str", "customers": "int64", **dict.fromkeys(columns, "float64"), "used": "bool"}
    said = [f"{each.model}: {each.why}" for each in fits.itertuples() if each.why]
    return notes.noted(frame.astype(types), *(fits.attrs["notes"]), *said, _shortcoming(frame))


def _row(fit: object) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(fit, name)
        for name in ("model", "customers", "used", "holdout_error", "holdout_expected", "holdout_actual")
    }
    if fit.fit is not None:  # type: ignore[attr-defined]
        found = fit.fit  # type: ignore[attr-defined]
        row["log_likelihood"] = found.log_likelihood
        for place, name in enumerate(found.names):
            row[name] = getattr(found, name)
            row[f"{name}_se"] = getattr(found, name) * np.sqrt(found.covariance[place, place])
    return row


def _shortcoming(frame: pd.DataFrame) -> str | None:
    if not (frame["used"] & (frame["model"] == "BG/NBD")).any():
        return None
    return "BG/NBD takes everybody without a repeat purchase to be active still, by construction."


@kept
def btyd_tracking(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Repeat purchase days that came and that the model in use expected, by week, the hold-out marked.

    The model is that fitted on the first two thirds of the history, so that what it says of the last third it has not seen.
    Customers of the audience who first bought by then; whole weeks from the first purchase. Empty without a model.

    Columns
    -------
    week : int64                    weeks since the first purchase of the base, from 1
    week_end : datetime64[s]        last day of the week
    actual : int64                  repeat purchase days in the week
    expected : float64              those the model expected
    cumulative_actual : int64       actual, from the beginning
    cumulative_expected : float64   expected, from the beginning
    holdout : bool                  whether the week lies in the part that the model has not seen
    """
    fits = fitted(warehouse, audience.as_of)
    chosen = used_row(fits)
    days = pd.DataFrame()
    if chosen is not None and chosen.early is not None:  # type: ignore[attr-defined]
        _, rows = histories(warehouse, audience.as_of, audience.as_of)
        cut = holdout_cut(rows, audience.as_of)
        days = warehouse.read("metrics/btyd_days", audience, cut_off=cut)
    if days.empty:
        return notes.noted(_tracking(np.zeros(0), np.zeros(0), pd.Timestamp(audience.as_of), 0), *fits.attrs["notes"])
    start = days["ordered_on"].min()
    span = (pd.Timestamp(audience.as_of) - start).days + 1
    place = (days["ordered_on"] - start).dt.days.to_numpy()
    newcomers, repeats = (np.bincount(place, days[name], minlength=span) for name in ("newcomers", "repeats"))
    weeks = span // 7
    by_day = curve(chosen.early, np.arange(span + 1) / DAYS_OF_A_WEEK)  # type: ignore[attr-defined]
    ends = np.arange(1, weeks + 1) * 7
    # at the end of day d, whoever first bought on day f has been known for d - f days
    total = np.convolve(newcomers, by_day)[ends - 1]
    actual = np.add.reduceat(repeats[: weeks * 7], np.arange(0, weeks * 7, 7)) if weeks else np.zeros(0)
    seen = (pd.Timestamp(cut) - start).days + 1
    name = f"{chosen.model}, fitted on the purchases to {formats.day(cut)}; customers who first bought by then."  # type: ignore[attr-defined]
    return notes.noted(_tracking(actual, total, start, seen), name)


def _tracking(actual: np.ndarray, total: np.ndarray, start: pd.Timestamp, seen_days: int) -> pd.DataFrame:
    week = np.arange(1, len(actual) + 1)
    return pd.DataFrame(
        {
            "week": week.astype("int64"),
            "week_end": pd.Series(start + pd.to_timedelta(week * 7 - 1, unit="D"), dtype="datetime64[s]"),
            "actual": actual.astype("int64"),
            "expected": np.diff(total, prepend=0.0),
            "cumulative_actual": np.cumsum(actual).astype("int64"),
            "cumulative_expected": total,
            "holdout": week * 7 > seen_days,
        }
    )


@kept
def btyd_holdout(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Purchase days in the hold-out by repeat purchases before it: what came and what the model in use expected.

    Whole base, whatever the audience. Empty without a model or without a hold-out.

    Columns
    -------
    repeats : int64           repeat purchase days before the hold-out; the last row holds that many or more
    customers : int64         customers who had so many
    actual : float64          mean purchase days of them in the hold-out
    expected : float64        mean that the model expected
    p_alive : float64         mean probability of being active that it gave them
    bought_share : float64    share of them who bought in the hold-out
    """
    fits = fitted(warehouse, audience.as_of)
    chosen = used_row(fits)
    names = ["repeats", "customers", "actual", "expected", "p_alive", "bought_share"]
    if chosen is None or chosen.early is None:  # type: ignore[attr-defined]
        empty = pd.DataFrame(columns=names).astype(
            {name: "int64" if name in names[:2] else "float64" for name in names}
        )
        return notes.noted(empty, *fits.attrs["notes"])
    _, rows = histories(warehouse, audience.as_of, audience.as_of)
    cut = holdout_cut(rows, audience.as_of)
    _, rows = histories(warehouse, audience.as_of, cut)
    weeks = (audience.as_of - cut).days / DAYS_OF_A_WEEK
    last, known = (rows[name].to_numpy(dtype=float) / DAYS_OF_A_WEEK for name in ("last_days", "known_days"))
    ahead = expected(chosen.early, rows["repeats"].to_numpy(), last, known, weeks)  # type: ignore[attr-defined]
    n = rows["customers"]
    parts = {
        "actual": rows["later"],
        "expected": ahead.purchases,
        "p_alive": ahead.p_alive,
        "bought_share": rows["later"] > 0,
    }
    weighed = pd.DataFrame({"customers": n, **{name: part * n for name, part in parts.items()}})
    table = weighed.groupby(rows["repeats"].clip(upper=MOST_REPEATS)).sum().reset_index()
    for name in parts:
        table[name] = table[name].astype("float64") / table["customers"]
    return notes.noted(table[names].astype({"repeats": "int64", "customers": "int64"}), *fits.attrs["notes"])


def btyd_in_words(frame: pd.DataFrame) -> str | None:
    """Which model is used and by how much it was wrong in the hold-out. Reads `btyd`."""
    chosen = frame[frame["used"] & frame["holdout_error"].notna()]
    if chosen.empty:
        return None
    row = chosen.iloc[0]
    off = row["holdout_expected"] / row["holdout_actual"] - 1 if row["holdout_actual"] else np.nan
    total = (
        "" if np.isnan(off) else f"; in total it expected {formats.share(abs(off))} too {'many' if off > 0 else 'few'}"
    )
    others = frame[~frame["used"] & frame["holdout_error"].notna()]
    rivals = ", ".join(f"{each.model} {each.holdout_error:.2f}" for each in others.itertuples())
    return (
        f"{row['model']} is used: on the last third of the history, which it had not seen, it was off by {row['holdout_error']:.2f} "
        f"purchase days per customer{f' ({rivals})' if rivals else ''}{total}. {formats.count(row['customers'])} buyers."
    )
