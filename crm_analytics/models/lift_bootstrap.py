"""How far the means of skewed amounts stray: a bootstrap over grouped values, which never sees a customer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

RESAMPLES = 999
_SEED = 20_130_301


@dataclass(frozen=True)
class Amounts:
    """The amounts of an arm in groups of nearly equal ones, zeros among them: customers, sum and sum of squares of each."""

    customers: npt.NDArray[np.int64]
    total: Numbers
    squares: Numbers

    @property
    def skewness(self) -> float:
        """Third standardised moment, from the groups' means; 0 where all amounts are alike."""
        n = self.customers.sum()
        mean = self.total.sum() / n
        variance = self.squares.sum() / n - mean**2
        if variance <= 0:
            return 0.0
        away = self.total / np.maximum(self.customers, 1) - mean
        return float((self.customers * away**3).sum() / n / variance**1.5)


def grouped(values: npt.ArrayLike) -> Amounts:
    """The groups of single amounts, eight to a doubling: the same that `sql/metrics/campaign_outcomes.sql` makes."""
    amounts = np.asarray(values, dtype=float)
    sizes = np.abs(amounts)
    with np.errstate(divide="ignore"):
        place = np.where(sizes > 0, np.floor(np.log(sizes) * 8 / math.log(2)) + 1_000, 0) * np.sign(amounts)
    _, group = np.unique(place, return_inverse=True)
    return Amounts(np.bincount(group), np.bincount(group, amounts), np.bincount(group, amounts**2))


def too_skewed(amounts: Amounts) -> bool:
    """Whether there are too few customers for a plain interval: fewer than 355 x skewness^2.

    Kohavi, Deng, Longbotham and Xu (2014), "Seven rules of thumb for web site experimenters", rule 7.
    """
    return bool(amounts.customers.sum() < 355 * amounts.skewness**2)


@dataclass(frozen=True)
class Studentised:
    """The studentised difference of resamples: its 2.5% and 97.5% quantiles."""

    values: Numbers

    @property
    def low(self) -> float:
        """The 2.5% quantile."""
        return float(self.values[round(0.025 * (len(self.values) + 1)) - 1])

    @property
    def high(self) -> float:
        """The 97.5% quantile."""
        return float(self.values[round(0.975 * (len(self.values) + 1)) - 1])

    def p_value(self, t: float) -> float:
        """Two-sided, equal tails; at least 2 / (resamples + 1)."""
        below = int(np.searchsorted(self.values, t, side="right"))
        above = len(self.values) - int(np.searchsorted(self.values, t, side="left"))
        return min(1.0, 2 * (min(below, above) + 1) / (len(self.values) + 1))


def studentised_quantiles(treated: Amounts, control: Amounts, seed: int = _SEED) -> Studentised:
    """(difference* - difference) / standard error* of resamples, sorted.

    Each customer has a Poisson(1) weight (Chamandy et al. 2012), so that a group of n has a Poisson(n) one: the cost depends on
    the number of groups, not of customers.
    """
    generator = np.random.default_rng(seed)
    (mean_t, variance_t), (mean_c, variance_c) = _resampled(treated, generator), _resampled(control, generator)
    difference = treated.total.sum() / treated.customers.sum() - control.total.sum() / control.customers.sum()
    error = np.sqrt(variance_t + variance_c)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (mean_t - mean_c - difference) / error
    return Studentised(np.sort(np.nan_to_num(values)))


def _resampled(amounts: Amounts, generator: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Mean, and the variance of the mean, of each resample."""
    weights = generator.poisson(amounts.customers, (RESAMPLES, len(amounts.customers))).astype(float)
    size = np.maximum(amounts.customers, 1)
    n = weights.sum(axis=1)
    mean = weights @ (amounts.total / size) / n
    return mean, np.maximum(weights @ (amounts.squares / size) / n - mean**2, 0.0) / n
