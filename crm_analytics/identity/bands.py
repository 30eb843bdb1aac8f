"""Three bands of pairs: sure, to be reviewed, and no; set by the precision that the probabilities promise."""

from __future__ import annotations

from typing import Final

import numpy as np

SURE, REVIEW, NO = "sure", "review", "no"
BANDS: Final = (SURE, REVIEW, NO)

#: Share of pairs in the sure band that are promised to be right, and what each of them must reach by itself.
SURE_PRECISION = 0.9975
SURE_AT_LEAST = 0.95
#: A pair below this, in no group, is not worth a look.
LEAST_PROBABILITY = 0.1


def sure_from(probability: np.ndarray, precision: float = SURE_PRECISION) -> float:
    """The least probability of the sure band: the mean over all pairs from there up keeps the precision.

    Never below SURE_AT_LEAST; above 1 where not even the best pair keeps it.
    """
    best_first = np.sort(probability)[::-1]
    if not len(best_first):
        return SURE_AT_LEAST
    kept = np.cumsum(best_first) / np.arange(1, len(best_first) + 1) >= precision
    return max(float(best_first[kept][-1]), SURE_AT_LEAST) if kept.any() else 1.1


def banded(probability: np.ndarray, grouped: np.ndarray, precision: float = SURE_PRECISION) -> np.ndarray:
    """The band of each pair. `grouped`: both records are in one group; pairs outside are `no`."""
    limit = sure_from(probability[grouped], precision)
    return np.where(~grouped, NO, np.where(probability >= limit, SURE, REVIEW)).astype(object)
