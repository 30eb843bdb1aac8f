"""Fits of the models of purchases and order values as plain data, to the database and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics.metrics import notes
from crm_analytics.models.bgnbd import BgNbdModel, FittedBgNbd
from crm_analytics.models.btyd import FittedBuying
from crm_analytics.models.gamma_gamma import FittedGammaGamma
from crm_analytics.models.pareto_nbd import FittedParetoNbd
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import model_fits
from crm_analytics.workspace.model_fits import StoredFit

Fitted = FittedBuying | FittedGammaGamma

SUBJECT = "purchases and order values"
_FITS, _NUMBERS = ("fit", "early"), ("holdout_error", "holdout_expected", "holdout_actual")
_MADE: dict[str, Callable[..., Fitted]] = {
    BgNbdModel().name: lambda *found: FittedBgNbd(False, *found),
    BgNbdModel(modified=True).name: lambda *found: FittedBgNbd(True, *found),
    FittedParetoNbd.name: FittedParetoNbd,
    FittedGammaGamma.name: FittedGammaGamma,
}


def remembered(warehouse: Warehouse, as_of: date, fit_all: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The fits stored for this version of the data and day, else those that `fit_all` makes, which are stored."""
    version = warehouse.data_version
    with warehouse.duck.session() as session:
        known = model_fits.stored(session, SUBJECT, as_of, version)
    if known is not None:
        return as_frame(known)
    frame = fit_all()
    if len(frame):
        remember(warehouse, StoredFit(SUBJECT, as_of, version, int(frame["customers"].max()), *as_plain(frame)))
    return frame


def before(warehouse: Warehouse, as_of: date) -> pd.DataFrame | None:
    """The latest other fits that are stored, of an earlier day or of the same day on other data; None where there are none.

    attrs: as_of, fitted_at.
    """
    with warehouse.duck.session() as session:
        known = model_fits.last_before(session, SUBJECT, as_of, warehouse.data_version)
    return None if known is None else as_frame(known)


def remember(warehouse: Warehouse, fit: StoredFit) -> None:
    """Store a fit, unless the data became others while it was made."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        if warehouse.data_version == fit.data_version:
            model_fits.keep(session, fit)


def as_plain(frame: pd.DataFrame) -> tuple[dict[str, Any], datetime]:
    """The frame of fits as plain data, and when it was made."""
    rows = [
        {name: _plain(value) for name, value in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False)
    ]
    return {"rows": rows, "notes": list(frame.attrs["notes"])}, frame.attrs["fitted_at"]


def as_frame(stored: StoredFit) -> pd.DataFrame:
    """The frame of fits that was stored."""
    rows = [{name: _read(row["model"], name, value) for name, value in row.items()} for row in stored.found["rows"]]
    frame = pd.DataFrame(rows, dtype=object)
    frame.attrs |= {"fitted_at": stored.fitted_at, "as_of": stored.as_of}
    return notes.noted(frame, *stored.found["notes"])


def _plain(value: object) -> object:
    if isinstance(value, Fitted):
        return {
            "parameters": [float(getattr(value, name)) for name in value.names],
            "log_likelihood": float(value.log_likelihood),
            "covariance": [[_number(each) for each in row] for row in value.covariance],
        }
    if isinstance(value, float):
        return _number(value)
    return int(value) if isinstance(value, np.integer) else value


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _read(model: str, name: str, value: Any) -> object:
    if name in _FITS and value is not None:
        covariance = np.array(value["covariance"], dtype=float)  # null becomes NaN
        return _MADE[model](*value["parameters"], value["log_likelihood"], covariance)
    return float("nan") if name in _NUMBERS and value is None else value
