"""Gamma-Gamma: what a customer spends at a purchase (Fader and Hardie 2013, "The Gamma-Gamma model of monetary value").

Amounts of a customer are Gamma(p, nu), nu varies between customers as Gamma(q, v); value is taken to be independent of
frequency, which the correlation of the two checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.fitting import NoFit, maximised
from crm_analytics.models.histories import FEWEST_REPEAT_BUYERS

NAME = "Gamma-Gamma"
_FEW = 3000


@dataclass(frozen=True)
class Spend:
    """Repeat buyers: purchases after the first (x), their mean amount (z, money, above 0), and how many customers."""

    purchases: np.ndarray
    mean_amount: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, purchases: np.ndarray, mean_amount: np.ndarray, weight: np.ndarray | None = None) -> Spend:
        """In one order, whatever the order given."""
        count = np.ones(len(purchases)) if weight is None else np.asarray(weight, dtype=float)
        columns = np.asarray(purchases, dtype=float), np.asarray(mean_amount, dtype=float)
        order = np.lexsort((count, *columns[::-1]))
        return cls(columns[0][order], columns[1][order], count[order])

    @property
    def customers(self) -> int:
        """How many repeat buyers."""
        return round(float(self.weight.sum()))

    @cached_property
    def scale(self) -> float:
        """The mean of the amounts."""
        return float(self.weight @ self.mean_amount / self.weight.sum())

    @cached_property
    def coarse(self) -> Spend:
        """Every so manieth by amount, with the weight of all, where there are many."""
        if len(self.weight) <= _FEW:
            return self
        order = np.lexsort((self.mean_amount, self.purchases))[:: -(-len(self.weight) // _FEW)]
        weight = self.weight[order] * (self.weight.sum() / self.weight[order].sum())
        return Spend(self.purchases[order], self.mean_amount[order], weight)

    @cached_property
    def correlation(self) -> float:
        """Of frequency and mean amount; NaN where one of them does not vary."""
        x, z, n = self.purchases, self.mean_amount, self.weight / self.weight.sum()
        dx, dz = x - n @ x, z - n @ z
        spread = np.sqrt((n @ dx**2) * (n @ dz**2))
        return float(n @ (dx * dz) / spread) if spread > 0 else float("nan")


@dataclass(frozen=True)
class GammaGammaModel:
    """Gamma-Gamma by maximum likelihood."""

    name: ClassVar[str] = NAME

    def fit(self, spend: Spend) -> FittedGammaGamma:
        """Maximum likelihood. Raises `NotEnoughData` or `NoFit` (also where q <= 1: the mean has no finite value then)."""
        if spend.customers < FEWEST_REPEAT_BUYERS:
            raise NotEnoughData(
                f"{NAME}, a model of order values,", FEWEST_REPEAT_BUYERS, spend.customers, "customers who came back"
            )
        unit = spend.scale
        scaled = Spend(spend.purchases, spend.mean_amount / unit, spend.weight)
        # who always pays the same has p without end (and v of nothing), and his own mean is what is expected of him
        found = maximised(NAME, self._score, scaled, scaled.coarse, np.log([3.0, 3.0, 1.0]), may_vanish=(0, 2))
        p, q, v = (float(each) for each in np.exp(found.log_parameters))
        if np.isnan(found.covariance).any() and p < v:
            raise NoFit(NAME, "amounts vary within customers alone, so that its parameters cannot be told apart.")
        if q <= 1:
            raise NoFit(NAME, "order values differ so widely between customers that they have no mean.")
        value = found.log_likelihood - float(spend.weight.sum()) * np.log(unit)
        return FittedGammaGamma(p, q, v * unit, value, found.covariance)

    def _score(self, place: np.ndarray, data: Spend) -> tuple[float, np.ndarray]:
        """Log-likelihood (2013, eq. 1a) and its slope in the logarithms of p, q and v."""
        from scipy.special import digamma, gammaln

        p, q, v = np.exp(place)
        x, z, n = data.purchases, data.mean_amount, data.weight
        px, total = p * x, v + x * z
        log_total, log_xz = np.log(total), np.log(x * z)
        value = n @ (gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v) + px * log_xz - np.log(z))
        value -= n @ ((px + q) * log_total)
        rise = digamma(px + q)
        slope = [
            n @ (x * (rise - digamma(px) + log_xz - log_total)),
            n @ (rise - digamma(q) + np.log(v) - log_total),
            n @ (q / v - (px + q) / total),
        ]
        return float(value), np.array(slope) * [p, q, v]


@dataclass(frozen=True)
class FittedGammaGamma:
    """p, q and v (money). covariance: of the logarithms, in that order."""

    p: float
    q: float
    v: float
    log_likelihood: float
    covariance: np.ndarray

    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    name: ClassVar[str] = NAME

    def with_parameters(self, parameters: np.ndarray) -> FittedGammaGamma:
        """The same model at other parameters."""
        return FittedGammaGamma(*map(float, parameters), np.nan, self.covariance)

    def expected_value(self, purchases: np.ndarray, mean_amount: np.ndarray) -> np.ndarray:
        """Expected amount of a purchase (2013, eq. 5); of whoever did not come back, that of the base, p v / (q - 1)."""
        x = np.asarray(purchases, dtype=float)
        z = np.where(x > 0, np.nan_to_num(np.asarray(mean_amount, dtype=float)), 0.0)
        return self.p * (self.v + x * z) / (self.p * x + self.q - 1)
