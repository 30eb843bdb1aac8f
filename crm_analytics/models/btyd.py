"""Buy till you die: the models of repeat purchases by name, and what each tells of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from crm_analytics.models.bgnbd import BgNbdModel, FittedBgNbd
from crm_analytics.models.histories import DAYS_OF_A_WEEK
from crm_analytics.models.pareto_nbd import FittedParetoNbd, ParetoNbdModel

BuyingModel = BgNbdModel | ParetoNbdModel
FittedBuying = FittedBgNbd | FittedParetoNbd

MODELS: tuple[BuyingModel, ...] = (BgNbdModel(), BgNbdModel(modified=True), ParetoNbdModel())

#: Nodes of the integral over time that discounts purchases: the integrand is smooth.
_NODES = 5


class Expecting(Protocol):
    """What a fitted model of purchases offers."""

    def p_alive(self, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> np.ndarray: ...  # noqa: D102
    def expected_if_active(self, repeats: np.ndarray, age: np.ndarray, ahead: float | np.ndarray) -> np.ndarray: ...  # noqa: D102


@dataclass(frozen=True)
class Expected:
    """Per customer: probability of being active, purchases expected ahead, and the same discounted."""

    p_alive: np.ndarray
    purchases: np.ndarray
    discounted: np.ndarray


def expected(
    fitted: Expecting, repeats: np.ndarray, last: np.ndarray, age: np.ndarray, ahead: float, yearly: float = 0.0
) -> Expected:
    """What a fitted model expects in the time `ahead` (weeks); `yearly`: rate of discount of a year, 0.1 for 10%.

    Discounting is continuous, with v = 1 / (1 + yearly) a year: the integral of v^t over expected purchases, by parts.
    """
    repeats, last, age = (np.asarray(each, dtype=float) for each in (repeats, last, age))
    alive = fitted.p_alive(repeats, last, age)
    # what is expected of the active depends on x and T alone: it is computed once for each pair
    pairs, place = np.unique(repeats + 1j * age, return_inverse=True)
    x, known = pairs.real, pairs.imag
    purchases = fitted.expected_if_active(x, known, ahead)
    force = np.log1p(yearly) * DAYS_OF_A_WEEK / 365.25
    discounted = purchases * np.exp(-force * ahead)
    if yearly:
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        for node, weight in zip((nodes + 1) / 2 * ahead, weights / 2 * ahead, strict=True):
            discounted = discounted + force * weight * np.exp(-force * node) * fitted.expected_if_active(x, known, node)
    return Expected(alive, alive * purchases[place], alive * discounted[place])


def weeks_until(fitted: FittedBuying, repeats: np.ndarray, last: np.ndarray, share: float) -> np.ndarray:
    """Weeks after the last purchase by which the next has come with probability `share`, if the customer is still active.

    The rate is Gamma(r + x, alpha + t_x): own intervals, shrunk to those of the base. share 0.5: expected next purchase;
    0.9: later than that is overdue.
    """
    return (fitted.alpha + last) * np.expm1(-np.log1p(-share) / (fitted.r + repeats))


def overdue(fitted: FittedBuying, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Probability that the next purchase would have come by now, if the customer is still active; above 0.9: overdue."""
    return -np.expm1(-(fitted.r + repeats) * np.log((fitted.alpha + age) / (fitted.alpha + last)))


def curve(fitted: Expecting, weeks: np.ndarray) -> np.ndarray:
    """Expected repeat purchases of a new customer within each number of weeks."""
    zero = np.zeros(1)
    at_start = fitted.p_alive(zero, zero, zero)  # below 1 where some leave right after the first purchase
    return at_start * fitted.expected_if_active(zero, zero, np.asarray(weeks, dtype=float))
