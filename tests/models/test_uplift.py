"""Uplift: customers who are moved come first, nobody is found where nobody is moved, and too little is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.uplift import UpliftModel, qini_curve

QUICK = UpliftModel(folds=3, trees=30, learning_rate=0.15)


def trial(seed: int, moved: float, customers: int = 8_000):
    """Half are treated; the contact moves only those with a high first feature; the second drives the outcome anyway."""
    draw = np.random.default_rng(seed)
    features = pd.DataFrame(draw.normal(size=(customers, 3)), columns=["a", "b", "c"])
    treated = draw.random(customers) < 0.5
    chance = 0.08 + 0.05 * (features["b"] > 0) + moved * treated * (features["a"] > 0.5)
    return features, treated, draw.random(customers) < chance


def test_those_who_are_moved_come_first() -> None:
    features, treated, converted = trial(1, moved=0.15)
    fitted = QUICK.fit(features, treated, converted)
    uplift, low, high = fitted.uplift
    assert uplift[:3].mean() == pytest.approx(0.15, abs=0.05)
    assert abs(uplift[5:].mean()) < 0.03
    assert (low < high).all()
    value, least, most = fitted.coefficient()
    assert least > 0
    assert least < value < most
    top = fitted.decile == 1
    assert (features["a"][top] > 0.5).mean() > 0.8
    assert fitted.qini[-1] == pytest.approx(
        converted[treated].sum() - converted[~treated].sum() * treated.sum() / (~treated).sum()
    )


def test_where_nobody_is_moved_nobody_is_found() -> None:
    found = [QUICK.fit(*trial(seed, moved=0.0, customers=4000)).coefficient() for seed in range(20, 24)]
    assert sum(least > 0 for _, least, _ in found) <= 1
    assert sum(least <= 0 <= most for _, least, most in found) >= 3


def test_the_curve_by_hand() -> None:
    """Two deciles of weight: 10 of 100 treated and 2 of 50 control convert in the first, 5 of 100 and 5 of 50 in the second."""
    counts = np.zeros((10, 2, 2))
    counts[0] = [[48, 2], [90, 10]]
    counts[1] = [[45, 5], [95, 5]]
    curve = qini_curve(counts)
    assert curve[:2].tolist() == [10 - 2 * 2, 15 - 7 * 2]
    assert curve[9] == 1


def test_the_same_data_give_the_same_scores() -> None:
    features, treated, converted = trial(2, moved=0.1, customers=4000)
    assert (QUICK.fit(features, treated, converted).score == QUICK.fit(features, treated, converted).score).all()


def test_too_few_conversions_are_refused() -> None:
    features, treated, converted = trial(3, moved=0.1, customers=1000)
    with pytest.raises(NotEnoughData, match=r"Uplift \(conversions, (treated|control)\) needs at least 100"):
        QUICK.fit(features, treated, converted)
