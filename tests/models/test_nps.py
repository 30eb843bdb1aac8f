"""The intervals of NPS and of shares against exact enumeration and published numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from crm_analytics.models.nps import mean_interval, net_promoter_score, nps_interval, wilson


def test_the_score_is_the_difference_of_two_shares() -> None:
    assert net_promoter_score([2309, 1, 0], [972, 0, 0], [1719, 1, 0])[:2] == pytest.approx([11.80, 0.0])
    assert np.isnan(net_promoter_score(0, 0, 0))


def test_a_large_group_has_the_interval_of_the_trinomial() -> None:
    n, up, down = 5000, 2309 / 5000, 1719 / 5000
    half = 1.959964 * math.sqrt((up + down - (up - down) ** 2) / n) * 100
    low, high = nps_interval(2309, 972, 1719)
    assert (low, high) == (pytest.approx(11.8 - half, abs=0.02), pytest.approx(11.8 + half, abs=0.02))


def test_groups_of_one_mind_still_have_a_width_and_one_answer_has_none() -> None:
    low, high = nps_interval([20, 1, 0], [0, 0, 0], [0, 0, 0])
    assert low[0] < 95
    assert high[0] == 100
    assert np.isnan(low[1:]).all()
    assert np.isnan(high[1:]).all()


@pytest.mark.parametrize("n", [10, 20, 50])
@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.1, 0.3, 0.6), (0.3, 0.4, 0.3)])
def test_the_interval_covers_as_often_as_it_says(n: int, shares: tuple[float, float, float]) -> None:
    """Exact: every outcome of the trinomial, weighted by its probability."""
    counts = np.array([(u, n - u - d, d) for u in range(n + 1) for d in range(n + 1 - u)])
    logs = np.array([math.lgamma(k + 1) for k in range(n + 1)])
    weight = np.exp(logs[n] - logs[counts].sum(axis=1) + counts @ np.log(shares))
    low, high = nps_interval(*counts.T)
    truth = 100 * (shares[0] - shares[2])
    covered = weight[(low <= truth) & (truth <= high)].sum()
    assert weight.sum() == pytest.approx(1)
    assert 0.925 <= covered <= 0.995


def test_wilson_as_published() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    low, high = wilson([81, 15, 0, 1], [263, 148, 20, 29])
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)
    assert np.isnan(wilson(0, 0)).all()


def test_a_mean_has_the_interval_of_student() -> None:
    low, high = mean_interval([3.0, 4.0, 5.0], [2.5, 0.0, 1.0], [5, 9, 1])
    assert (low[0], high[0]) == (pytest.approx(1.0367, abs=1e-4), pytest.approx(4.9633, abs=1e-4))
    assert np.isnan(low[1:]).all(), "everybody alike, and one answer, say nothing about the spread"
