"""The medoid and its neighbours against every distance counted one by one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.typical import typical


def test_the_medoid_has_the_least_sum_of_distances() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.lognormal(2, 1, (40, 3)) * [1, 10, 100], columns=list("abc")).assign(same=7.0)
    plain = [[math.log1p(value) for value in row] for row in frame[["a", "b", "c"]].to_numpy()]
    middle = [sum(column) / 40 for column in zip(*plain, strict=True)]
    spread = [
        math.sqrt(sum((x - m) ** 2 for x in column) / 40)
        for column, m in zip(zip(*plain, strict=True), middle, strict=True)
    ]
    points = [[(x - m) / s for x, m, s in zip(row, middle, spread, strict=True)] for row in plain]
    sums = [sum(math.dist(one, other) for other in points) for one in points]
    medoid = sums.index(min(sums))
    nearest = sorted(range(40), key=lambda each: math.dist(points[each], points[medoid]))[:5]
    found = typical(frame)
    assert found.index[0] == medoid
    assert list(found.index) == nearest
    assert found.tolist() == pytest.approx([math.dist(points[each], points[medoid]) for each in nearest], abs=1e-9)


def test_equal_rows_have_no_distance_and_too_few_are_refused() -> None:
    assert typical(pd.DataFrame({"a": [-3.0] * 6})).tolist() == [0.0] * 5
    with pytest.raises(NotEnoughData):
        typical(pd.DataFrame({"a": [1.0] * 4}))
