"""The most typical of many: those nearest to the medoid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics.errors import NotEnoughData

FEWEST = 5
#: The medoid is looked for among so many drawn at random: its distances to all are a square of their number.
MOST_COMPARED = 2_000
_SEED = 1


def typical(frame: pd.DataFrame, most: int = 5) -> pd.Series:
    """Distance of the most typical rows to the medoid, the medoid first with 0; index kept. Columns are numbers without gaps.

    Each feature x becomes sign(x) log(1 + |x|), then mean 0 and variance 1. The medoid is the row with the least sum of
    Euclidean distances to the others (Kaufman, Rousseeuw 1990), of more than 2,000 rows among so many drawn at random.
    Errors: NotEnoughData.
    """
    if len(frame) < FEWEST:
        raise NotEnoughData("Typical customers", FEWEST, len(frame), "customers of whom every feature is known")
    values = frame.to_numpy(dtype=float)
    values = np.sign(values) * np.log1p(np.abs(values))
    spread = values.std(axis=0)
    points = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    drawn = np.sort(np.random.default_rng(_SEED).permutation(len(points))[:MOST_COMPARED])
    sample = points[drawn]
    # |a - b|^2 = |a|^2 + |b|^2 - 2ab: one product instead of a cube of differences
    squares = (sample**2).sum(axis=1)
    sums = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * sample @ sample.T, 0)).sum(axis=1)
    medoid = sample[np.argmin(sums)]
    far = pd.Series(np.sqrt(((points - medoid) ** 2).sum(axis=1)), index=frame.index, name="distance")
    return far.sort_values(kind="stable").head(most)
