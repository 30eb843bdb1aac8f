"""Pareto/NBD (Schmittlein, Morrison and Colombo 1987).

While active a customer buys as a Poisson process with rate lambda ~ Gamma(r, alpha); the time until they leave for good is
exponential with rate mu ~ Gamma(s, beta). The likelihood of (x, t_x, T) is

    Gamma(r+x) / Gamma(r) alpha^r beta^s [ (alpha+T)^-(r+x) (beta+T)^-s
                                           + s * integral from t_x to T of (alpha+t)^-(r+x) (beta+t)^-(s+1) dt ]

The integral is the difference of two hypergeometric functions of the paper, which cancel where T is near t_x and change form
with the sign of alpha - beta. As an integral of a positive, smooth function it has neither trouble: Gauss-Legendre in
log(min(alpha, beta) + t), cut where the integrand has fallen by e^-30.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from crm_analytics.models.fitting import maximised
from crm_analytics.models.histories import Histories

NAME = "Pareto/NBD"
_FALL = 30.0
_ROWS = 50_000


@dataclass(frozen=True)
class ParetoNbdModel:
    """Pareto/NBD by maximum likelihood."""

    name: ClassVar[str] = NAME

    def fit(self, histories: Histories, *, exact: bool = True) -> FittedParetoNbd:
        """Maximum likelihood. Raises `NotEnoughData` or `NoFit`. Not `exact`: on a coarse clock, for large bases."""
        histories.enough(f"{NAME}, a model of repeat purchases,")
        scaled = histories.unitless
        data = scaled if exact else scaled.coarse
        found = maximised(NAME, self._score, data, scaled.coarse, np.log([0.6, 0.4, 0.6, 0.4]), may_vanish=(2, 3))
        r, alpha, s, beta = (float(each) for each in np.exp(found.log_parameters))
        shift = float((histories.repeats * histories.weight).sum()) * np.log(histories.scale)
        unit = histories.scale
        return FittedParetoNbd(r, alpha * unit, s, beta * unit, found.log_likelihood - shift, found.covariance)

    def log_likelihood(self, histories: Histories, r: float, alpha: float, s: float, beta: float) -> float:
        """Of given parameters, in the unit of the histories."""
        return self._score(np.log([r, alpha, s, beta]), histories)[0]

    def _score(self, place: np.ndarray, data: Histories) -> tuple[float, np.ndarray]:
        """Log-likelihood and its slope in the logarithms of r, alpha, s and beta."""
        from scipy.special import digamma, expit, gammaln

        r, alpha, s, beta = np.exp(place)
        x, _, n = data.by_repeats
        rx = r + data.repeats
        log_a, log_b = np.log(alpha + data.age), np.log(beta + data.age)
        log_left, means = _left(rx, s, alpha, beta, data.last, data.age)
        odds = log_left + rx * log_a + s * log_b
        gone = expit(odds)
        fixed = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        value = n @ fixed + data.weight @ (np.logaddexp(0, odds) - rx * log_a - s * log_b)
        stay = 1 - gone
        slope = [
            n @ (digamma(r + x) - digamma(r) + np.log(alpha)) - data.weight @ (stay * log_a + gone * means[0]),
            n.sum() * r / alpha - data.weight @ (rx * (stay / (alpha + data.age) + gone * means[1])),
            n.sum() * np.log(beta) + data.weight @ (gone * (1 / s - means[2]) - stay * log_b),
            n.sum() * s / beta - data.weight @ (stay * s / (beta + data.age) + gone * (s + 1) * means[3]),
        ]
        return float(value), np.array(slope) * [r, alpha, s, beta]


@dataclass(frozen=True)
class FittedParetoNbd:
    """r and alpha (rate), s and beta (leaving), alpha and beta in the unit of time. covariance: of the logarithms, in that order."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    covariance: np.ndarray

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    name: ClassVar[str] = NAME

    def with_parameters(self, parameters: np.ndarray) -> FittedParetoNbd:
        """The same model at other parameters."""
        return FittedParetoNbd(*map(float, parameters), np.nan, self.covariance)

    def p_alive(self, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Probability of being active still (1987, eq. 11 to 13)."""
        from scipy.special import expit

        rx = self.r + np.asarray(repeats, dtype=float)
        log_left, _ = _left(rx, self.s, self.alpha, self.beta, np.asarray(last, float), np.asarray(age, float), False)
        return expit(-log_left - rx * np.log(self.alpha + age) - self.s * np.log(self.beta + age))

    def expected_if_active(self, repeats: np.ndarray, age: np.ndarray, ahead: float | np.ndarray) -> np.ndarray:
        """Expected purchases in the time `ahead` of a customer who is active at `age` (1987, eq. 22)."""
        span = np.log1p(ahead / (self.beta + age))
        power = self.s - 1
        # (1 - q^-power) / power, which is log(q) where power is 0
        reach = span if abs(power) < 1e-12 else -np.expm1(-power * span) / power
        return (self.r + repeats) * (self.beta + age) / (self.alpha + age) * reach


def _left(
    rx: np.ndarray, s: float, alpha: float, beta: float, last: np.ndarray, age: np.ndarray, slopes: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """log of s times the integral, and the integrand's means of log(alpha+t), 1/(alpha+t), log(beta+t), 1/(beta+t)."""
    low, high = min(alpha, beta), max(alpha, beta)
    fall = np.minimum(
        (high + last) * np.expm1(_FALL / (rx + s + 1)),
        np.minimum((alpha + last) * np.expm1(np.minimum(_FALL / rx, 600)), (beta + last) * np.expm1(_FALL / (s + 1))),
    )
    span = np.log1p(np.minimum(age - last, fall) / (low + last))
    log_integral, means = np.full(len(rx), -np.inf), np.zeros((4, len(rx)))
    for rows, nodes in _batches(rx, s, alpha, beta, last, span):
        place, weight = _rule(nodes)
        p, t = rx[rows, None], last[rows, None]
        moved = (low + t) * np.expm1(place * span[rows, None])  # t - t_x
        log_alpha, log_beta = np.log1p(moved / (alpha + t)), np.log1p(moved / (beta + t))
        mass = np.exp(-p * log_alpha - (s + 1) * log_beta) * (low + t + moved) * weight
        total = mass.sum(axis=1)
        start_a, start_b = np.log(alpha + t[:, 0]), np.log(beta + t[:, 0])
        log_integral[rows] = np.log(total * span[rows] * s) - p[:, 0] * start_a - (s + 1) * start_b
        if slopes:
            share = mass / total[:, None]
            means[0, rows] = start_a + (share * log_alpha).sum(axis=1)
            means[1, rows] = (share / (alpha + t + moved)).sum(axis=1)
            means[2, rows] = start_b + (share * log_beta).sum(axis=1)
            means[3, rows] = (share / (beta + t + moved)).sum(axis=1)
    return log_integral, means


def _batches(
    rx: np.ndarray, s: float, alpha: float, beta: float, last: np.ndarray, span: np.ndarray
) -> Iterator[tuple[np.ndarray, int]]:
    """Rows by how many nodes their integral takes: by the fall of the integrand and the width in its variable."""
    moved = (min(alpha, beta) + last) * np.expm1(span)
    drop = rx * np.log1p(moved / (alpha + last)) + (s + 1) * np.log1p(moved / (beta + last))
    hard = np.maximum(drop / 4, span / 2)
    bounds = ((0.0, 1.0, 8), (1.0, 4.0, 16), (4.0, np.inf, 40))
    for above, most, nodes in bounds:
        rows = np.flatnonzero((span > 0) & (hard > above) & (hard <= most))
        for start in range(0, len(rows), _ROWS):
            yield rows[start : start + _ROWS], nodes


@cache
def _rule(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre on [0, 1]."""
    place, weight = np.polynomial.legendre.leggauss(nodes)
    return (place + 1) / 2, weight / 2
