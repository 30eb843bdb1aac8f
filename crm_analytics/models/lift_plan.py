"""Before launch: how many customers an effect takes to be seen, which effect these customers would show, and what it pays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crm_analytics.models.lift import Z_80, Z_95

#: Quantile of the normal distribution that leaves 10% on each side.
_Z_TAILS_10 = 1.2815515655446004


@dataclass(frozen=True)
class Past:
    """An outcome per customer over one past window: of whom it is planned for.

    correlation: of the outcome with the spend in the window before, which CUPED will make use of.
    rate: whether the outcome is yes or no, so that its variance follows from its mean.
    """

    mean: float
    variance: float
    correlation: float
    rate: bool

    def spread(self, effect: float, control_share: float) -> float:
        """Variance of the measured difference times the number of all customers, if the effect is that."""
        treated = self.variance
        if self.rate:
            moved = min(max(self.mean + effect, 0.0), 1.0)
            treated = moved * (1 - moved)
        left = 1 - self.correlation**2
        return left * (treated / (1 - control_share) + self.variance / control_share)


def customers_needed(past: Past, effect: float, control_share: float, power: float = 0.8) -> int | None:
    """Customers in both arms together with which that effect is told from 0 (5%, two-sided) with that power.

    (z_0.975 + z_power)^2 x variance of the difference / effect^2; Fleiss, Levin and Paik (2003), section 4.2, without the
    continuity correction. None for an effect of 0.
    """
    if effect == 0:
        return None
    return math.ceil((Z_95 + _z(power)) ** 2 * past.spread(effect, control_share) / effect**2)


def detectable_effect(past: Past, customers: int, control_share: float, power: float = 0.8) -> float | None:
    """The smallest effect above 0 that so many customers in both arms show with that power; None where nothing varies."""
    if customers < 2 or past.variance <= 0:
        return None
    quantile, effect = Z_95 + _z(power), 0.0
    for _ in range(50):  # a rate's variance depends on the effect itself: the steps shrink quickly
        effect = quantile * math.sqrt(past.spread(effect, control_share) / customers)
    return None if past.rate and past.mean + effect > 1 else effect


def power_of(past: Past, effect: float, customers: int, control_share: float) -> float | None:
    """The chance that so many customers show that effect."""
    from scipy.special import ndtr

    spread = past.spread(effect, control_share)
    if spread <= 0 or customers < 2:
        return None
    return float(ndtr(abs(effect) / math.sqrt(spread / customers) - Z_95))


@dataclass(frozen=True)
class ExpectedProfit:
    """Profit of a campaign if it does what is expected, and how far it may fall from that. Money."""

    mean: float
    spread: float

    @property
    def low_80(self) -> float:
        """In one case of ten it is lower."""
        return self.mean - _Z_TAILS_10 * self.spread

    @property
    def high_80(self) -> float:
        """In one case of ten it is higher."""
        return self.mean + _Z_TAILS_10 * self.spread

    @property
    def loss_probability(self) -> float:
        """Chance of a loss."""
        from scipy.special import ndtr

        return float(ndtr(-self.mean / self.spread)) if self.spread > 0 else float(self.mean < 0)


def expected_profit(
    past: Past, treated: int, effect: float, effect_spread: float, value: float, contact_cost: float, fixed_cost: float
) -> ExpectedProfit:
    """treated x (value x effect - contact cost) - fixed cost.

    Its spread is that of the effect, which is only expected, and of what the treated happen to buy. `value` is the profit of
    one unit of the outcome: of a conversion, or of one of revenue (the margin rate).
    """
    mean = treated * (value * effect - contact_cost) - fixed_cost
    return ExpectedProfit(mean, abs(value) * math.sqrt((treated * effect_spread) ** 2 + treated * past.variance))


@dataclass(frozen=True)
class Pooled:
    """What earlier campaigns did on average, and how far the next may lie from it (standard deviation)."""

    effect: float
    spread: float


def pooled_effect(effects: Sequence[float], standard_errors: Sequence[float]) -> Pooled | None:
    """Random-effects mean of earlier effects (DerSimonian and Laird 1986), and the spread of a new one; None below three."""
    if len(effects) < 3 or min(standard_errors) <= 0:
        return None
    weights = [1 / error**2 for error in standard_errors]
    fixed = sum(w * e for w, e in zip(weights, effects, strict=True)) / sum(weights)
    q = sum(w * (e - fixed) ** 2 for w, e in zip(weights, effects, strict=True))
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    between = max(0.0, (q - len(effects) + 1) / scale)
    weights = [1 / (error**2 + between) for error in standard_errors]
    mean = sum(w * e for w, e in zip(weights, effects, strict=True)) / sum(weights)
    return Pooled(mean, math.sqrt(between + 1 / sum(weights)))


def _z(power: float) -> float:
    if power == 0.8:
        return Z_80
    from scipy.special import ndtri

    return float(ndtri(power))
