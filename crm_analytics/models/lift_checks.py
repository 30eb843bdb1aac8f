"""Whether a comparison may be trusted: the split, the balance of the arms, and many looks at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

#: Below this p-value of the split the arms were not drawn as planned, and no effect is claimed.
SPLIT_ALARM = 0.001


def split_p_value(customers: Sequence[int], shares: Sequence[float]) -> float:
    """Pearson's chi-square test of the arms' sizes against the planned shares (sample ratio mismatch).

    Fabijan et al. (2019), "Diagnosing sample ratio mismatch in online controlled experiments". Shares sum to 1.
    """
    from scipy.special import chdtrc

    seen, planned = np.asarray(customers, dtype=float), np.asarray(shares, dtype=float) * sum(customers)
    return float(chdtrc(len(seen) - 1, ((seen - planned) ** 2 / planned).sum()))


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg (1995): p-values adjusted for the false discovery rate; what is None stays None."""
    places = [place for place, p in enumerate(p_values) if p is not None and not math.isnan(p)]
    result: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank, place in zip(
        range(len(places), 0, -1), sorted(places, key=lambda at: p_values[at], reverse=True), strict=True
    ):  # type: ignore[arg-type, return-value]
        smallest = min(smallest, p_values[place] * len(places) / rank)  # type: ignore[operator]
        result[place] = smallest
    return result


def standardised_difference(
    mean_t: npt.ArrayLike, variance_t: npt.ArrayLike, mean_c: npt.ArrayLike, variance_c: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Difference of means over the root of the mean variance; above 0.1 in absolute value the arms differ.

    Austin (2009), "Balance diagnostics", Statistics in Medicine 28, section 4.1. Null where nothing varies.
    """
    one, other, first, second = (np.asarray(each, dtype=float) for each in (mean_t, mean_c, variance_t, variance_c))
    spread = np.sqrt((first + second) / 2)
    return np.divide(one - other, spread, out=np.full(spread.shape, np.nan), where=spread > 0)
