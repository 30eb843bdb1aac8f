"""The net promoter score and shares of answers, each with its 95% interval, from counts alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

Z_95 = 1.959963984540054
#: Rocks (2016): three pseudo-answers, weighted as an even opinion would give them.
_ADDED_PROMOTERS, _ADDED_DETRACTORS, _ADDED = 0.75, 0.75, 3.0
#: One answer says nothing about a group: no interval is given for it.
FEWEST_ANSWERS = 2


def net_promoter_score(promoters: npt.ArrayLike, passives: npt.ArrayLike, detractors: npt.ArrayLike) -> Numbers:
    """NPS of each group, in points from -100 to 100; null for groups without an answer."""
    ups, downs, answers = _counted(promoters, passives, detractors)
    return np.divide(100 * (ups - downs), answers, out=np.full(answers.shape, np.nan), where=answers > 0)


def nps_interval(
    promoters: npt.ArrayLike, passives: npt.ArrayLike, detractors: npt.ArrayLike
) -> tuple[Numbers, Numbers]:
    """95% interval of the NPS of each group, in points; null below two answers.

    The variance of p - d in a trinomial is (p + d - (p - d)^2) / n. By itself that gives no width where all answers
    are alike, so the counts are adjusted as in Rocks, "Interval estimation for the net promoter score", The American
    Statistician 70 (2016) 365-372, adjusted Wald (3, T): three answers are added, 3/4, 3/2 and 3/4.
    """
    ups, downs, answers = _counted(promoters, passives, detractors)
    n = answers + _ADDED
    up, down = (ups + _ADDED_PROMOTERS) / n, (downs + _ADDED_DETRACTORS) / n
    half = Z_95 * np.sqrt((up + down - (up - down) ** 2) / n)
    known = answers >= FEWEST_ANSWERS
    low, high = (np.where(known, np.clip(100 * (up - down + side * half), -100, 100), np.nan) for side in (-1, 1))
    return low, high


def wilson(successes: npt.ArrayLike, answers: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """95% interval of each share, in [0, 1]; null where there are no answers.

    The score interval of Wilson (1927), as recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001), eq. 4.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(answers, dtype=float)
    n = np.where(n > 0, n, np.nan)
    centre = (k + Z_95**2 / 2) / (n + Z_95**2)
    half = Z_95 * np.sqrt(k * (n - k) / n + Z_95**2 / 4) / (n + Z_95**2)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def mean_interval(mean: npt.ArrayLike, variance: npt.ArrayLike, count: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """95% interval of a mean by Student's t, from its mean, the sample variance and the count; null below two.

    A variance of 0 (everybody gave the same score) gives no interval: it would claim to know the mean exactly.
    """
    from scipy.special import stdtrit

    centre, spread, n = (np.asarray(each, dtype=float) for each in (mean, variance, count))
    known = (n >= FEWEST_ANSWERS) & (spread > 0)
    half = np.where(
        known, stdtrit(np.maximum(n - 1, 1), 0.975) * np.sqrt(np.where(known, spread, 0) / np.maximum(n, 1)), np.nan
    )
    return centre - half, centre + half


def _counted(
    promoters: npt.ArrayLike, passives: npt.ArrayLike, detractors: npt.ArrayLike
) -> tuple[Numbers, Numbers, Numbers]:
    ups, evens, downs = (np.asarray(each, dtype=float) for each in (promoters, passives, detractors))
    return ups, downs, ups + evens + downs
