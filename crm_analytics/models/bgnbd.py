"""BG/NBD (Fader, Hardie and Lee 2005) and its modified form MBG/NBD (Batislam, Denizel and Filiztekin 2007).

While active a customer buys as a Poisson process with rate lambda ~ Gamma(r, alpha); after a purchase they leave for good
with a probability p ~ Beta(a, b). In BG/NBD nobody leaves right after the first purchase, in MBG/NBD some do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from crm_analytics.models.fitting import maximised
from crm_analytics.models.histories import Histories
from crm_analytics.models.series import expected_events


@dataclass(frozen=True)
class BgNbdModel:
    """BG/NBD, or MBG/NBD where `modified`."""

    modified: bool = False

    @property
    def name(self) -> str:
        """What it is called everywhere."""
        return "MBG/NBD" if self.modified else "BG/NBD"

    def fit(self, histories: Histories, *, exact: bool = True) -> FittedBgNbd:
        """Maximum likelihood. Raises `NotEnoughData` or `NoFit`. Not `exact`: on a coarse clock, for large bases."""
        histories.enough(f"{self.name}, a model of repeat purchases,")
        scaled = histories.unitless
        data = scaled if exact else scaled.coarse
        found = maximised(self.name, self._score, data, scaled.coarse, np.log([0.5, 0.2, 0.8, 2.5]), may_vanish=(2, 3))
        r, alpha, a, b = (float(each) for each in np.exp(found.log_parameters))
        # in the unit of the data each purchase's density is divided by the scale
        shift = float((histories.repeats * histories.weight).sum()) * np.log(histories.scale)
        return FittedBgNbd(
            self.modified, r, alpha * histories.scale, a, b, found.log_likelihood - shift, found.covariance
        )

    def log_likelihood(self, histories: Histories, r: float, alpha: float, a: float, b: float) -> float:
        """Of given parameters, in the unit of the histories."""
        return self._score(np.log([r, alpha, a, b]), histories)[0]

    def _score(self, place: np.ndarray, data: Histories) -> tuple[float, np.ndarray]:
        """Log-likelihood (2005, eq. 6) and its slope in the logarithms of r, alpha, a and b."""
        from scipy.special import digamma, expit, gammaln

        r, alpha, a, b = np.exp(place)
        x, of_x, n = data.by_repeats
        last, of_last = data.by_last
        age, of_age = data.by_age
        m, ratio = _chances(x, a, b, self.modified)
        log_age = np.log(alpha + age)[of_age]
        passed = log_age - np.log(alpha + last)[of_last]  # log((alpha + T) / (alpha + t_x))
        odds = ratio[of_x] + (r + data.repeats) * passed  # log-odds of having left
        gone = expit(odds) * data.weight
        fixed = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        # the logarithm of B(a, b + m) / B(a, b), term by term: of large a and b the four gammas leave nothing but rounding
        often = np.arange(int(m.max(initial=0)))
        fixed -= np.append(0.0, np.cumsum(np.log1p(a / (b + often))))[m.astype(int)]
        value = n @ fixed - data.weight @ ((r + data.repeats) * log_age) + data.weight @ np.logaddexp(0, odds)
        gone_of_x = np.bincount(of_x, gone, minlength=len(x))
        both = digamma(a + b) - digamma(a + b + m)
        pull = (r + data.repeats) * (data.weight - gone)
        with np.errstate(divide="ignore"):
            stayed = np.where(b + m > 1, 1 / (b + m - 1), 0.0)
        slope = [
            n @ (digamma(r + x) - digamma(r) + np.log(alpha)) - data.weight @ log_age + gone @ passed,
            n.sum() * r / alpha
            - np.bincount(of_age, pull) @ (1 / (alpha + age))
            - np.bincount(of_last, (r + data.repeats) * gone) @ (1 / (alpha + last)),
            n @ both + gone_of_x.sum() / a,
            n @ (digamma(b + m) - digamma(b) + both) - gone_of_x @ stayed,
        ]
        return float(value), np.array(slope) * [r, alpha, a, b]


@dataclass(frozen=True)
class FittedBgNbd:
    """r and alpha (rate), a and b (leaving); alpha in the unit of time. covariance: of the logarithms, in that order."""

    modified: bool
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    covariance: np.ndarray

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")

    @property
    def name(self) -> str:
        """What the model is called everywhere."""
        return BgNbdModel(self.modified).name

    def with_parameters(self, parameters: np.ndarray) -> FittedBgNbd:
        """The same model at other parameters."""
        return FittedBgNbd(self.modified, *map(float, parameters), np.nan, self.covariance)

    def p_alive(self, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Probability of being active still (2005, eq. 11 by Bayes). BG/NBD: 1 without a repeat purchase, by construction."""
        from scipy.special import expit

        x, place = np.unique(repeats, return_inverse=True)
        _, ratio = _chances(x.astype(float), self.a, self.b, self.modified)
        return expit(-ratio[place] - (self.r + repeats) * np.log((self.alpha + age) / (self.alpha + last)))

    def expected_if_active(self, repeats: np.ndarray, age: np.ndarray, ahead: float | np.ndarray) -> np.ndarray:
        """Expected purchases in the time `ahead` of a customer who is active at `age` (2005, eq. 10, without its last factor)."""
        shape, scale = self.r + repeats, self.alpha + age
        m, _ = _chances(np.asarray(repeats, dtype=float), self.a, self.b, self.modified)
        return expected_events(shape, ahead / (scale + ahead), self.a, self.b + m)


def _chances(x: np.ndarray, a: float, b: float, modified: bool) -> tuple[np.ndarray, np.ndarray]:
    """How often one has had the chance to leave and stayed, and the log of a / (b + that - 1); -inf where one cannot have left."""
    if modified:
        return x + 1, np.log(a) - np.log(b + x)
    with np.errstate(divide="ignore", invalid="ignore"):
        return x, np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1), -np.inf)
