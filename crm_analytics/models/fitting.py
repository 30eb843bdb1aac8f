"""Maximum likelihood: a climb on coarse data, a few steps on all of it, and an error where there is no top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from crm_analytics.errors import CrmError
from crm_analytics.models.threads import one_thread

#: Parameters are positive and looked for within e^-FAR and e^FAR of the data's own scale.
FAR = 9.0
#: Log-likelihood that one more step would gain: below it the top is reached, or near enough to look round.
CLOSE, NEAR = 1e-11, 1e-2
#: Part of the log-likelihood's size that is rounding.
ROUNDING = 1e-13
#: Curvature below which the data say nothing of a direction.
LEVEL = np.exp(-10.0)
#: Log-likelihood still to be gained, and slope in any direction, at which a search has ended on the way.
SETTLED, STEEP = 1e-6, 0.5
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


def maximised(
    model: str, score: Score, data: Any, coarse: Any, start: np.ndarray, may_vanish: tuple[int, ...] = ()
) -> Optimum:
    """The maximum-likelihood estimate. Raises `NoFit` where there is none inside the bounds or the steps do not settle.

    `coarse` is a smaller picture of the data (or the data themselves): the climb and the curvature are computed on it, for
    which a few passes over all data then suffice. The curvature is that of the data where both are the same.
    may_vanish: parameters of a part of the model that the data may show nothing of; the likelihood then is level in them, the
    estimate is one of equally good places, and their covariance is NaN.
    """
    whole = np.eye(len(start)) / data.customers
    with one_thread():
        near, _, _ = _climbed(score, coarse, start, whole, NEAR)
        curvature = _curvature(score, coarse, near)
        if not _is_peak(curvature):
            near, _, _ = _climbed(score, coarse, near, whole, CLOSE)
            curvature = _curvature(score, coarse, near)
        inverse = np.linalg.inv(curvature) if _is_peak(curvature) else whole
        found, value, slope = _climbed(score, data, near, inverse, CLOSE)
        curvature = _curvature(score, coarse, found)
    kept = np.arange(len(start))
    if not _is_peak(curvature) or np.abs(found).max() > FAR:
        kept = np.setdiff1d(kept, may_vanish)
        if np.abs(found[kept]).max() > FAR:
            raise NoFit(model, "the likelihood keeps rising towards an extreme of the parameters.")
        if not may_vanish or not _is_peak(curvature[np.ix_(kept, kept)]):
            raise NoFit(model, "the likelihood has no single top, so that the parameters cannot be told apart.")
    covariance = np.full(curvature.shape, np.nan)
    covariance[np.ix_(kept, kept)] = np.linalg.inv(curvature[np.ix_(kept, kept)])
    if slope[kept] @ covariance[np.ix_(kept, kept)] @ slope[kept] > SETTLED or np.abs(slope).max() > STEEP:
        raise NoFit(model, "the search for its parameters does not settle.")
    return Optimum(found, covariance, float(value))


def _climbed(
    score: Score, data: Any, start: np.ndarray, inverse: np.ndarray, close: float
) -> tuple[np.ndarray, float, np.ndarray]:
    """The top, its value and its slope, by BFGS (Nocedal and Wright 2006, algorithm 6.1) with steps of at most e in every parameter.

    inverse: that of the curvature at the start, as far as it is known. Ends where a step promises to gain less than `close`.
    A parameter at its bound that would go further stays there, while the others climb on.
    """
    place, (value, slope) = start, score(start, data)
    for _ in range(MOST_STEPS):
        step = _step(inverse, slope, (np.abs(place) >= FAR + 1) & (slope * place > 0))
        gain, size = float(slope @ step), 1.0
        if gain < close:
            return place, value, slope
        step = step / max(1.0, float(np.abs(step).max()))
        while True:
            there = np.clip(place + size * step, -FAR - 1, FAR + 1)
            reached, turned = score(there, data)
            if reached >= value + 1e-4 * (slope @ (there - place)) - ROUNDING * abs(value):
                break
            size /= 2
            if size < 1e-9:  # level as far as numbers can tell; whether it is a top is seen by who asked
                return place, value, slope
        moved, bent = there - place, slope - turned
        if not moved.any():  # held by the bounds
            return place, value, slope
        if (curve := float(moved @ bent)) > 0:
            left = np.eye(len(start)) - np.outer(moved, bent) / curve
            inverse = left @ inverse @ left.T + np.outer(moved, moved) / curve
        place, value, slope = there, reached, turned
    return place, value, slope


def _step(inverse: np.ndarray, slope: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Newton's step where some parameters are held: the inverse of the curvature of the others alone."""
    if not held.any():
        return inverse @ slope
    free, across = ~held, inverse[np.ix_(~held, held)]
    alone = inverse[np.ix_(free, free)] - across @ np.linalg.solve(inverse[np.ix_(held, held)], across.T)
    step = np.zeros_like(slope)
    step[free] = alone @ slope[free]
    return step


def _curvature(score: Score, data: Any, place: np.ndarray, width: float = 1e-4) -> np.ndarray:
    """The observed information: minus the second derivatives, by central differences of the slope."""
    rows = [
        (score(place - step, data)[1] - score(place + step, data)[1]) / (2 * width)
        for step in np.eye(len(place)) * width
    ]
    return (np.array(rows) + np.array(rows).T) / 2


def _is_peak(curvature: np.ndarray) -> bool:
    """Whether the likelihood falls in every direction: by at least what a standard error of e^5 in a logarithm means."""
    return bool(np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature).min() > LEVEL)
