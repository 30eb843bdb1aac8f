"""The fits of the models of purchases and order values, kept for the version of the data."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import CrmError, NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.value import btyd_stored
from crm_analytics.models.btyd import MODELS, FittedBuying, expected
from crm_analytics.models.fitting import NoFit
from crm_analytics.models.gamma_gamma import FittedGammaGamma, GammaGammaModel, Spend
from crm_analytics.models.histories import DAYS_OF_A_WEEK, Histories
from crm_analytics.models.pareto_nbd import FittedParetoNbd
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

#: Above it frequency and order value are not independent enough for the model of order values.
LARGEST_CORRELATION = 0.3
#: Share that leaves (in a year, or after a purchase) below which nobody is seen to.
NOBODY = 0.01
WEEKS_OF_A_YEAR = 365.25 / 7


def fitted(warehouse: Warehouse, as_of: date) -> pd.DataFrame:
    """The fits as of a day, kept and stored: model, customers, fit (or None), early (the fit before the hold-out, or None), why, used,
    holdout_error, holdout_expected, holdout_actual. Empty, with a note, where there is too little."""
    everyone = Audience(EVERYONE, as_of, as_of)

    def make() -> pd.DataFrame:
        return btyd_stored.remembered(warehouse, as_of, lambda: _fit_all(warehouse, everyone))

    return warehouse.keep("btyd_fits", everyone, make)


def used_model(warehouse: Warehouse, as_of: date) -> FittedBuying | None:
    """The model of repeat purchases in use as of a day; None where there is too little for one."""
    chosen = used_row(fitted(warehouse, as_of))
    return None if chosen is None else chosen.fit


def order_values(warehouse: Warehouse, as_of: date) -> FittedGammaGamma | None:
    """The model of order values as of a day; None where there is too little for one."""
    fits = fitted(warehouse, as_of)
    found = fits.loc[fits["model"] == GammaGammaModel.name, "fit"]
    return found.iloc[0] if len(found) else None


def histories(warehouse: Warehouse, as_of: date, cut_off: date) -> tuple[Histories, pd.DataFrame]:
    """Histories of the whole base to `cut_off` in weeks, and the rows they are made of (with `later` purchases)."""
    rows = warehouse.read("metrics/btyd_histories", Audience(EVERYONE, as_of, as_of), cut_off=cut_off)
    weeks = (rows[name] / DAYS_OF_A_WEEK for name in ("last_days", "known_days"))
    return Histories.of(rows["repeats"].to_numpy(), *weeks, rows["customers"].to_numpy()), rows


def holdout_cut(rows: pd.DataFrame, as_of: date) -> date:
    """The last day of the first two thirds of the history."""
    return as_of - timedelta(days=int(rows["known_days"].max()) // 3)


def _fit_all(warehouse: Warehouse, everyone: Audience) -> pd.DataFrame:
    columns = [
        "model",
        "customers",
        "fit",
        "early",
        "why",
        "used",
        "holdout_error",
        "holdout_expected",
        "holdout_actual",
    ]
    as_of = everyone.as_of
    whole, rows = histories(warehouse, as_of, as_of)
    try:
        whole.enough("A model of repeat purchases")
    except NotEnoughData as error:
        return notes.noted(pd.DataFrame(columns=columns), str(error))
    cut = holdout_cut(rows, as_of)
    early, later = histories(warehouse, as_of, cut)
    found = []
    for model in MODELS:
        fit, why = _tried(lambda model=model: model.fit(whole))
        before, why_not = _tried(lambda model=model: model.fit(early)) if fit else (None, None)
        error = _error(before, later, (as_of - cut).days / DAYS_OF_A_WEEK) if before else (np.nan,) * 3
        why = why or _without_holdout(why_not) or _without_leaving(fit)
        found.append([model.name, whole.customers, fit, before, why, False, *error])
    usable = [each for each in found if each[2] is not None]
    if usable:
        # without any hold-out the likelihood decides
        best = min(
            usable, key=lambda each: (np.isnan(each[6]), each[6] if each[6] == each[6] else -each[2].log_likelihood)
        )
        best[5] = True
    found.append(_values_row(warehouse, everyone))
    fits = pd.DataFrame(found, columns=columns, dtype=object)
    fits.attrs["fitted_at"] = datetime.now()
    return notes.noted(fits, _cut_in_words(cut, as_of, early.customers))


def _values_row(warehouse: Warehouse, everyone: Audience) -> list[object]:
    rows = warehouse.read("metrics/repeat_spend", everyone)
    spend = Spend.of(*(rows[name].to_numpy() for name in ("repeats", "mean_amount", "customers")))
    fit, why = _tried(lambda: GammaGammaModel().fit(spend))
    if fit and np.isnan(fit.covariance).any():
        why = "each customer spends (nearly) the same every time: expected order values are their own means."
    if fit and abs(spend.correlation) > LARGEST_CORRELATION:
        why = (
            f"frequency and order value go together (correlation {spend.correlation:.2f}, over {LARGEST_CORRELATION}): the "
            "model takes them to be independent, so that expected order values are too even."
        )
    return [GammaGammaModel.name, spend.customers, fit, None, why, fit is not None, np.nan, np.nan, np.nan]


def _tried(fit: object) -> tuple[object, str | None]:
    """The fit, or why there is none, in words."""
    try:
        return fit(), None  # type: ignore[operator]
    except (NoFit, NotEnoughData) as error:
        return None, _told(error)


def _told(error: CrmError) -> str:
    return f"{error.why} Other models, or a longer history, may do." if isinstance(error, NoFit) else str(error)


def _without_holdout(why: str | None) -> str | None:
    return f"no hold-out, for on the first two thirds of the history there is no fit: {why}" if why else None


def _without_leaving(fit: FittedBuying) -> str | None:
    """What is said where the likelihood is level in the parameters of leaving."""
    if not np.isnan(fit.covariance).any():
        return None
    leaving = fit.s / fit.beta * WEEKS_OF_A_YEAR if isinstance(fit, FittedParetoNbd) else fit.a / (fit.a + fit.b)
    if leaving < NOBODY:
        return "these data show nobody leaving: it takes (nearly) everybody to be active still."
    return "these data do not tell how customers differ in leaving: its two parameters stand for their ratio alone."


def _error(fit: FittedBuying, rows: pd.DataFrame, weeks: float) -> tuple[float, float, float]:
    repeats, last, known, later, customers = (
        rows[name].to_numpy(dtype=float) for name in ("repeats", "last_days", "known_days", "later", "customers")
    )
    ahead = expected(fit, repeats, last / DAYS_OF_A_WEEK, known / DAYS_OF_A_WEEK, weeks).purchases
    return (
        float(customers @ np.abs(later - ahead) / customers.sum()),
        float(customers @ ahead),
        float(customers @ later),
    )


def used_row(fits: pd.DataFrame) -> object | None:
    """The row of the model of repeat purchases in use; None without one."""
    chosen = fits[fits["used"].astype(bool) & (fits["model"] != GammaGammaModel.name)]
    return next(chosen.itertuples(), None)


def _cut_in_words(cut: date, as_of: date, customers: int) -> str:
    return (
        f"Hold-out: {formats.day(cut + timedelta(days=1))} to {formats.day(as_of)}, of {formats.count(customers)} customers "
        f"who had bought by {formats.day(cut)}."
    )
