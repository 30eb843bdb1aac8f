"""The split, the family of p-values, the balance of arms, and the bootstrap over groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from crm_analytics.models.lift_bootstrap import RESAMPLES, grouped, studentised_quantiles, too_skewed
from crm_analytics.models.lift_checks import adjusted, split_p_value, standardised_difference


def test_the_split_is_pearson_s_test() -> None:
    seen = [5120, 4880, 2030]
    planned = np.array([0.4, 0.4, 0.2]) * sum(seen)
    assert split_p_value(seen, [0.4, 0.4, 0.2]) == pytest.approx(stats.chisquare(seen, planned).pvalue)
    assert split_p_value([42_364, 42_170], [0.5, 0.5]) == pytest.approx(0.5047, abs=1e-4)
    assert split_p_value([5500, 4500], [0.5, 0.5]) < 1e-20


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg() -> None:
    p = list(np.random.default_rng(1).random(40) ** 3)
    assert adjusted(p) == pytest.approx(list(multipletests(p, method="fdr_bh")[1]))
    assert adjusted([0.01, None, 0.04, float("nan")]) == [0.02, None, 0.04, None]
    assert adjusted([]) == []


def test_standardised_difference_by_hand() -> None:
    assert standardised_difference(12.0, 16.0, 10.0, 4.0) == pytest.approx(2 / 10**0.5)
    assert np.isnan(standardised_difference([1.0], [0.0], [1.0], [0.0]))[0]


def test_groups_keep_sums_exactly_and_skewness_nearly() -> None:
    generator = np.random.default_rng(2)
    y = np.where(generator.random(5000) < 0.3, np.exp(generator.normal(3, 1, 5000)), 0.0)
    y[:20] = -5.0
    groups = grouped(y)
    assert groups.customers.sum() == 5000
    assert groups.total.sum() == pytest.approx(y.sum())
    assert groups.squares.sum() == pytest.approx((y * y).sum())
    assert len(groups.customers) < 120
    assert groups.skewness == pytest.approx(stats.skew(y), rel=0.02)
    assert too_skewed(groups)
    assert not too_skewed(grouped(generator.normal(50, 5, 2000)))
    assert grouped([3.0, 3.0]).skewness == 0


def test_the_bootstrap_over_groups_is_that_over_customers() -> None:
    generator = np.random.default_rng(3)
    y = np.where(generator.random(900) < 0.3, np.exp(generator.normal(3, 1, 900)), 0.0)
    z = np.where(generator.random(300) < 0.3, np.exp(generator.normal(3, 1, 300)), 0.0)
    found = studentised_quantiles(grouped(y), grouped(z))
    assert len(found.values) == RESAMPLES
    ts = []
    for _ in range(4000):
        one, other = generator.choice(y, 900), generator.choice(z, 300)
        error = np.sqrt(one.var() / 900 + other.var() / 300)
        ts.append((one.mean() - other.mean() - y.mean() + z.mean()) / error)
    low, high = np.quantile(ts, [0.025, 0.975])
    assert (found.low, found.high) == (pytest.approx(low, abs=0.25), pytest.approx(high, abs=0.25))
    assert found.p_value(0.0) > 0.8
    assert found.p_value(50.0) == pytest.approx(2 / (RESAMPLES + 1))
