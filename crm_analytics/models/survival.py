"""Do groups differ in how long they stay: the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LogRank:
    """Chi-square with its degrees of freedom and the p-value of equal survival."""

    chi_square: float
    degrees: int
    p_value: float


def log_rank(events: np.ndarray, at_risk: np.ndarray) -> LogRank | None:
    """The log-rank test of several groups (Mantel 1966; Kalbfleisch and Prentice 2002, section 1.5).

    Both have a row per group and a column per time. None where there is nothing to compare: one group, or no event.
    """
    from scipy.stats import chi2

    events, at_risk = (np.asarray(each, dtype=float) for each in (events, at_risk))
    some = at_risk.sum(axis=1) > 0
    events, at_risk = events[some], at_risk[some]
    died, seen = events.sum(axis=0), at_risk.sum(axis=0)
    times = (died > 0) & (seen > 1)
    if len(events) < 2 or not times.any():
        return None
    events, at_risk, died, seen = events[:, times], at_risk[:, times], died[times], seen[times]
    share = at_risk / seen
    off = (events - died * share).sum(axis=1)
    weight = died * (seen - died) / (seen - 1)
    spread = np.diag((weight * share).sum(axis=1)) - (weight * share) @ share.T
    kept = len(events) - 1  # the last group's distance is minus the sum of the others'
    value = float(off[:kept] @ np.linalg.pinv(spread[:kept, :kept]) @ off[:kept])
    return LogRank(value, kept, float(chi2.sf(value, kept)))
