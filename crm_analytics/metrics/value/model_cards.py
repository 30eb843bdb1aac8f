"""What each model stands on and how far it may be trusted: said beside its figures, and in one place."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value import btyd_stored
from crm_analytics.metrics.value.btyd import btyd
from crm_analytics.metrics.value.btyd_fits import LARGEST_CORRELATION, fitted
from crm_analytics.metrics.value.churn import churn_evaluation
from crm_analytics.metrics.value.churn_run import MODEL, Run, run
from crm_analytics.models.btyd import MODELS
from crm_analytics.models.gamma_gamma import GammaGammaModel
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import model_fits
from crm_analytics.workspace.model_fits import StoredFit

_LIMITS = {
    "BG/NBD": "Takes everybody without a repeat purchase to be active still; rates do not change over time, no season.",
    "MBG/NBD": "Rates of purchase and leaving do not change over time: no season, no campaigns.",
    "Pareto/NBD": "Rates of purchase and leaving do not change over time: no season, no campaigns.",
    GammaGammaModel.name: "Order values do not change over time and are independent of frequency (correlation at most "
    f"{LARGEST_CORRELATION}).",
    MODEL: "What was true of earlier cut-offs is taken to be true of today; says who will leave, not whom an offer would keep.",
}
_COLUMNS = (
    "model",
    "used",
    "fitted_at",
    "data_version",
    "period",
    "customers",
    "excluded",
    "parameters",
    "evaluation",
    "drift",
    "limits",
)


@kept
def model_cards(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The models behind the figures: data, parameters, evaluation with intervals, drift, and limits.

    Models stand on the whole base, whatever the audience. Where there is not enough data, `limits` says what is missing.
    Fits are stored with the version of the data. Drift compares with the last one stored before, of an earlier day or of this
    day on other data; without one, with the fit as of the comparison day.

    Columns
    -------
    model : str                     the model
    used : bool                     whether its figures are shown
    fitted_at : datetime64[s]       when it was computed; null without a fit
    data_version : str              the version of the data that it stands on
    period : str                    first to last day of what it learned from; null without a fit
    customers : int64               customers it learned from; churn model: those it was reported on
    excluded : int64                customers of the base who are not among them
    parameters : str                what it found, with standard errors; null without a fit
    evaluation : str                how it did on data it had not seen; null without
    drift : str                     what changed most against the last fit; null without one
    limits : str                    what it cannot know, or what is missing
    """
    everyone = Audience(EVERYONE, audience.as_of, audience.before)
    base = warehouse.read("metrics/audience_size", everyone).iloc[0]
    rows = [*_buying_rows(warehouse, everyone), _churn_row(warehouse, everyone)]
    for row in rows:
        row["data_version"] = warehouse.data_version
        row["excluded"] = int(base["customers"]) - int(row["customers"])  # type: ignore[call-overload]
    text = ("model", "data_version", "period", "parameters", "evaluation", "drift", "limits")
    types = {"used": "bool", "fitted_at": "datetime64[s]", "customers": "int64", "excluded": "int64"}
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype({**dict.fromkeys(text, "str"), **types})
    return notes.noted(frame, notes.guests(warehouse, everyone))


def _buying_rows(warehouse: Warehouse, audience: Audience) -> list[dict[str, object]]:
    fits, shown = fitted(warehouse, audience.as_of), btyd(warehouse, audience)
    if fits.empty:
        names = [*(model.name for model in MODELS), GammaGammaModel.name]
        return [_nothing(name, fits.attrs["notes"][0]) for name in names]
    last = btyd_stored.before(warehouse, audience.as_of)
    if last is None:
        last = fitted(warehouse, audience.before)
        last.attrs["as_of"] = audience.before
    when, then = formats.day(last.attrs["as_of"]), last.set_index("model")
    first = warehouse.read("metrics/first_order", audience)["first_order_on"].iloc[0]
    rows = []
    for fit, row in zip(fits.itertuples(), shown.itertuples(), strict=True):
        if fit.fit is None:
            rows.append(_nothing(fit.model, fit.why, int(fit.customers)))
            continue
        found = {name: (getattr(row, name), getattr(row, f"{name}_se")) for name in fit.fit.names}
        rows.append(
            {
                "model": fit.model, "used": bool(fit.used), "fitted_at": fits.attrs["fitted_at"],
                "period": f"{formats.day(first)} – {formats.day(audience.as_of)}", "customers": fit.customers,
                "parameters": ", ".join(_parameter(name, *both) for name, both in found.items()),
                "evaluation": _holdout(row), "drift": _drift(fit, then, when),
                "limits": " ".join(filter(None, [_LIMITS[fit.model], fit.why])),
            }
        )  # fmt: skip
    return rows


def _parameter(name: str, value: float, error: float) -> str:
    return f"{name} {value:.3g}" + ("" if np.isnan(error) else f" ± {error:.2g}")


def _holdout(row: object) -> str | None:
    error, expected, actual = (getattr(row, f"holdout_{name}") for name in ("error", "expected", "actual"))
    if np.isnan(error):
        return None
    return (
        f"Last third of the history: off by {error:.2f} purchase days per customer; {formats.count(expected)} expected in total, "
        f"{formats.count(actual)} came."
    )


def _drift(fit: object, then: pd.DataFrame, when: str) -> str | None:
    """The parameter that moved most, in standard errors of the difference of two fits, and the error on the hold-out."""
    model = fit.model  # type: ignore[attr-defined]
    before = then["fit"].get(model) if len(then) else None
    if before is None:
        return None
    now = fit.fit  # type: ignore[attr-defined]
    said = []
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = {
            name: np.log(getattr(now, name) / getattr(before, name))
            / np.sqrt(now.covariance[place, place] + before.covariance[place, place])
            for place, name in enumerate(now.names)
        }
    if known := [each for each in moved if np.isfinite(moved[each])]:
        name = max(known, key=lambda each: abs(moved[each]))
        both = f"{name} {getattr(before, name):.3g} then, {getattr(now, name):.3g} now"
        said.append(f"{both} ({abs(moved[name]):.1f} standard errors)")
    errors = then["holdout_error"].get(model), fit.holdout_error  # type: ignore[attr-defined]
    if not any(pd.isna(each) for each in errors):
        said.append(f"hold-out error {errors[0]:.2f} then, {errors[1]:.2f} now")
    if bool(then["used"].get(model)) != bool(fit.used):  # type: ignore[attr-defined]
        said.append("not used then" if fit.used else "used then")  # type: ignore[attr-defined]
    return f"Against the fit as of {when}: {'; '.join(said)}." if said else None


def _churn_row(warehouse: Warehouse, audience: Audience) -> dict[str, object]:
    done = run(warehouse, audience.as_of)
    if not isinstance(done, Run):
        return _nothing(MODEL, done)
    row = churn_evaluation(warehouse, audience).set_index("score").loc[MODEL]
    learned = ", ".join(formats.day(day) for day in sorted(done.cut_offs))
    results = {name: float(row[name]) for name in ("roc_auc", "calibration_error")} | {
        "used": done.used, "horizon_days": done.moment.horizon_days, "left_share": float(row["churners"] / row["customers"]),
    }  # fmt: skip
    return {
        "model": MODEL, "used": done.used == MODEL, "fitted_at": done.fitted_at,
        "period": f"cut-offs {learned} and the two after them", "customers": row["customers"],
        "parameters": f"{len(done.trees.encoding.columns)} features, horizon {formats.days(done.moment.horizon_days)}",
        "evaluation": f"On {formats.day(row['cut_off'])}: ROC AUC {row['roc_auc']:.3f} ({row['roc_auc_low_95']:.3f} to "
        f"{row['roc_auc_high_95']:.3f}), calibration error {row['calibration_error']:.3f}; {done.used} is used.",
        "drift": _churn_drift(warehouse, audience.as_of, results, int(row["customers"]), done.fitted_at),
        "limits": " ".join([_LIMITS[MODEL], *done.notes]),
    }  # fmt: skip


def _churn_drift(
    warehouse: Warehouse, as_of: date, results: dict[str, object], customers: int, fitted_at: datetime
) -> str | None:
    """How the results differ from those stored last; they are stored now. The trees themselves are learned anew each time."""
    version = warehouse.data_version
    with warehouse.duck.session() as session:
        last = model_fits.last_before(session, MODEL, as_of, version)
    btyd_stored.remember(warehouse, StoredFit(MODEL, as_of, version, customers, results, fitted_at))
    if last is None:
        return None
    then = last.found
    told = [
        f"ROC AUC {then['roc_auc']:.3f} then, {results['roc_auc']:.3f} now",
        f"calibration error {then['calibration_error']:.3f} then, {results['calibration_error']:.3f} now",
        f"{formats.share(then['left_share'])} left then, {formats.share(results['left_share'])} now",
    ]
    for name, words in (("used", "{} was used"), ("horizon_days", "the horizon was {} days")):
        if then[name] != results[name]:
            told.append(words.format(then[name]))
    return f"Against {formats.day(last.as_of)}: {'; '.join(told)}."


def _nothing(model: str, why: str, customers: int = 0) -> dict[str, object]:
    return {
        "model": model, "used": False, "fitted_at": pd.NaT, "period": None,
        "customers": customers, "parameters": None, "evaluation": None, "drift": None, "limits": why,
    }  # fmt: skip
