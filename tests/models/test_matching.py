"""Matching: a known effect under selection is found, none is made up, and without overlap there is no figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.matching import MatchingModel


def selected(seed: int, effect: float, customers: int = 4000, sharpness: float = 1.0):
    """Customers of whom the better ones are contacted more often; contacting adds `effect` to what they spend."""
    draw = np.random.default_rng(seed)
    worth = draw.normal(size=customers)
    frequency = draw.poisson(np.exp(0.8 + 0.6 * worth))
    spent = np.exp(3 + 0.5 * worth + 0.5 * draw.normal(size=customers))
    features = pd.DataFrame({"frequency": frequency, "spent": spent, "recency": draw.exponential(60, customers)})
    odds = sharpness * (np.log1p(frequency) - 1.0 + 0.6 * (np.log(spent) - 3))
    contacted = draw.random(customers) < 1 / (1 + np.exp(-odds))
    before = 10 + 6 * worth + draw.normal(scale=5, size=customers)
    after = 11 + 6 * worth + draw.normal(scale=5, size=customers) + effect * contacted
    return features, contacted, before, after


def test_the_effect_of_a_simulation_is_found_where_the_plain_difference_is_far_off() -> None:
    found, plain, covered = [], [], 0
    for seed in range(10):
        features, contacted, before, after = selected(seed, effect=2.0)
        effect = MatchingModel().fit(features, contacted).effect(before, after)
        found.append(effect.difference)
        plain.append(after[contacted].mean() - after[~contacted].mean())
        covered += effect.low_95 <= 2.0 <= effect.high_95
    assert np.mean(found) == pytest.approx(2.0, abs=0.2)
    assert np.mean(plain) > 4
    assert covered >= 8


def test_what_happened_before_the_contact_is_no_effect() -> None:
    features, contacted, before, _ = selected(3, effect=0.0)
    earlier = before + np.random.default_rng(9).normal(scale=5, size=len(before))
    effect = MatchingModel().fit(features, contacted).effect(earlier, before)
    assert effect.low_95 <= 0 <= effect.high_95


def test_matched_customers_are_alike() -> None:
    features, contacted, before, after = selected(1, effect=2.0)
    fitted = MatchingModel().fit(features, contacted)
    assert fitted.balance["before"].abs().max() > 0.5
    assert fitted.balance["after"].abs().max() < 0.1
    assert fitted.weight[~contacted].sum() == pytest.approx(fitted.matched.sum())
    assert not (fitted.matched & ~contacted).any()
    assert fitted.effect(before, after).comparable < (~contacted).sum()


def test_equal_customers_share_the_weight() -> None:
    """Six contacted, four not, all alike: each of the four stands in for one and a half."""
    features = pd.DataFrame({"spent": np.ones(10)})
    contacted = np.array([True] * 6 + [False] * 4)
    fitted = MatchingModel(fewest=2).fit(features, contacted)
    assert fitted.weight == pytest.approx([1.0] * 6 + [1.5] * 4)
    after = np.array([5.0] * 6 + [1.0, 2.0, 3.0, 4.0])
    assert fitted.effect(np.zeros(10), after).difference == pytest.approx(2.5)


def test_without_overlap_there_is_no_figure() -> None:
    features, _, _, _ = selected(5, effect=2.0)
    chosen = (features["spent"] > features["spent"].median()).to_numpy()
    with pytest.raises(NotEnoughData, match="somebody comparable"):
        MatchingModel().fit(features, chosen)


def test_too_few_are_refused() -> None:
    features, contacted, _, _ = selected(5, effect=2.0, customers=200)
    contacted = contacted & (np.arange(200) < 60)
    with pytest.raises(NotEnoughData, match="customers contacted"):
        MatchingModel().fit(features, contacted)
