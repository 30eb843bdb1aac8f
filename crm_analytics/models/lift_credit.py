"""How much more a campaign is credited with than it caused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crm_analytics.models.lift import Z_95, Lift


@dataclass(frozen=True)
class Credit:
    """Attributed over incremental. `low` and `high` are null where the increment is not clearly above 0."""

    attributed: float
    incremental: float
    factor: float | None
    low: float | None
    high: float | None


def over_credit(lifts: Sequence[Lift]) -> Credit:
    """Everything that the treated bought against what the campaigns caused, over several comparisons.

    Each comparison adds n x treated mean to the one and n x difference to the other (n: treated customers). The 95% interval of
    their ratio is Fieller's (1954), with the covariance of the two; comparisons with one control group in common are taken as
    independent.
    """
    attributed = sum(each.treated.customers * each.treated.mean for each in lifts)
    incremental = sum(each.treated.customers * each.difference for each in lifts)
    if incremental <= 0 or any(each.standard_error is None for each in lifts):
        return Credit(attributed, incremental, attributed / incremental if incremental > 0 else None, None, None)
    # the variance of n x treated mean is n x variance, and so is its covariance with n x difference
    shared = sum(each.treated.customers * each.treated.variance for each in lifts)
    variance = sum((each.treated.customers * (each.standard_error or 0.0)) ** 2 for each in lifts)
    factor, g = attributed / incremental, Z_95**2 * variance / incremental**2
    if g >= 1:
        return Credit(attributed, incremental, factor, None, None)
    within = shared - 2 * factor * shared + factor**2 * variance - g * (shared - shared**2 / variance)
    half = Z_95 / incremental * math.sqrt(max(within, 0.0))
    low, high = ((factor - g * shared / variance + side * half) / (1 - g) for side in (-1, 1))
    return Credit(attributed, incremental, factor, low, high)
