"""Maximum likelihood: a climb on coarse data, a few steps on all of it, and an error where there is no top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from crm_analytics.errors import CrmError

#: Parameters are positive and looked for within e^-FAR and e^FAR of the data's own scale.
FAR = 9.0
#: Log-likelihood that one more step would gain: below it the top is reached, or near enough to look round.
CLOSE, NEAR = 1e-11, 1e-2
#: Part of the log-likelihood's size that is rounding.
ROUNDING = 1e-13
MOST_STEPS = 300

#: (log-parameters, data) -> log-likelihood and its slope.
Score = Callable[[np.ndarray, Any], tuple[float, np.ndarray]]


class NoFit(CrmError, ArithmeticError):
    """A model has no best parameters on these data. Attributes: model, why."""

    def __init__(self, model: str, why: str) -> None:
        self.model, self.why = model, why
        super().__init__(
            f"{model} does not fit these data: {why} Use another model, a longer history or a larger base of customers."
        )


@dataclass(frozen=True)
class Optimum:
    """Where the likelihood is highest: log-parameters, their covariance (inverse of the observed information), its value."""

    log_parameters: np.ndarray
    covariance: np.ndarray
    log_likelihood: float


def maximised(model: str, score: Score, data: Any, coarse: Any, start: np.ndarray) -> Optimum:
    """The maximum-likelihood estimate. Raises `NoFit` where there is none inside the bounds or the steps do not settle.

    `coarse` is a smaller picture of the data (or the data themselves): the climb and the curvature are computed on it, for
    which a few passes over all data then suffice. The curvature is that of the data where both are the same.
    """
    near, _ = _climbed(model, score, coarse, start, np.eye(len(start)) / data.customers, NEAR)
    inverse = np.linalg.inv(_curvature(model, score, coarse, near))
    found, value = _climbed(model, score, data, near, inverse, CLOSE)
    if np.abs(found).max() > FAR:
        raise NoFit(model, "the likelihood keeps rising towards an extreme of the parameters.")
    covariance = np.linalg.inv(_curvature(model, score, coarse, found))
    return Optimum(found, covariance, float(value))


def _climbed(
    model: str, score: Score, data: Any, start: np.ndarray, inverse: np.ndarray, close: float
) -> tuple[np.ndarray, float]:
    """The top and its value, by BFGS (Nocedal and Wright 2006, algorithm 6.1) with steps of at most e in every parameter.

    inverse: that of the curvature at the start, as far as it is known. Ends where a step promises to gain less than `close`.
    """
    place, (value, slope) = start, score(start, data)
    for _ in range(MOST_STEPS):
        step = inverse @ slope
        gain, size = float(slope @ step), 1.0
        if gain < close:
            return place, value
        step = step / max(1.0, float(np.abs(step).max()))
        while True:
            there = np.clip(place + size * step, -FAR - 1, FAR + 1)
            reached, turned = score(there, data)
            if reached >= value + 1e-4 * size * (slope @ step) - ROUNDING * abs(value):
                break
            size /= 2
            if size < 1e-9:
                raise NoFit(model, "the search for its parameters does not settle.")
        moved, bent = there - place, slope - turned
        if not moved.any():  # held by the bounds
            return place, value
        if (curve := float(moved @ bent)) > 0:
            left = np.eye(len(start)) - np.outer(moved, bent) / curve
            inverse = left @ inverse @ left.T + np.outer(moved, moved) / curve
        place, value, slope = there, reached, turned
    raise NoFit(model, "the search for its parameters does not settle.")


def _curvature(model: str, score: Score, data: Any, place: np.ndarray, width: float = 1e-4) -> np.ndarray:
    """The observed information: minus the second derivatives, by central differences of the slope."""
    rows = []
    for step in np.eye(len(place)) * width:
        rows.append((score(place - step, data)[1] - score(place + step, data)[1]) / (2 * width))
    information = (np.array(rows) + np.array(rows).T) / 2
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information).min() <= 0:
        raise NoFit(model, "the likelihood has no single top, so that the parameters cannot be told apart.")
    return information
