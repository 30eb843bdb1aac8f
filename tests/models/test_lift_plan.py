"""Planning against statsmodels, and against itself turned round."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.power import NormalIndPower

from crm_analytics.models.lift_plan import (
    Past,
    customers_needed,
    detectable_effect,
    expected_profit,
    pooled_effect,
    power_of,
)

MONEY = Past(12.0, 900.0, 0.0, rate=False)
RATE = Past(0.05, 0.05 * 0.95, 0.0, rate=True)


@pytest.mark.parametrize("control_share", [0.1, 0.3, 0.5])
def test_sample_size_of_money_against_statsmodels(control_share: float) -> None:
    ratio = (1 - control_share) / control_share
    control = NormalIndPower().solve_power(2.0 / 30, power=0.8, alpha=0.05, ratio=ratio)
    assert customers_needed(MONEY, 2.0, control_share) == pytest.approx(control * (1 + ratio), rel=1e-3)
    assert customers_needed(MONEY, 0.0, control_share) is None


def test_sample_size_of_a_rate_by_its_formula() -> None:
    """The textbook's 5% against 6%, equal arms, without continuity correction: 8,155 in each."""
    assert customers_needed(RATE, 0.01, 0.5) / 2 == pytest.approx(8155, rel=1e-3)


@pytest.mark.parametrize("past", [MONEY, RATE, Past(12.0, 900.0, 0.6, rate=False)])
def test_what_can_be_detected_is_what_takes_so_many_customers(past: Past) -> None:
    effect = detectable_effect(past, 9000, 0.2)
    assert customers_needed(past, effect, 0.2) == pytest.approx(9000, abs=1)
    assert power_of(past, effect, 9000, 0.2) == pytest.approx(0.8, abs=1e-4)


def test_cuped_saves_the_square_of_the_correlation() -> None:
    with_it = customers_needed(Past(12.0, 900.0, 0.6, rate=False), 2.0, 0.5)
    assert with_it == pytest.approx(customers_needed(MONEY, 2.0, 0.5) * 0.64, rel=1e-3)


def test_nothing_can_be_detected_where_nothing_varies() -> None:
    assert detectable_effect(Past(0.0, 0.0, 0.0, rate=True), 1000, 0.2) is None
    assert detectable_effect(RATE, 1, 0.5) is None
    assert detectable_effect(RATE, 4, 0.5) is None  # no rate is above 1


def test_expected_profit_and_how_far_it_may_fall() -> None:
    found = expected_profit(RATE, 4000, 0.01, 0.004, value=30.0, contact_cost=0.2, fixed_cost=100.0)
    assert found.mean == pytest.approx(4000 * (0.3 - 0.2) - 100)
    draws = np.random.default_rng(1).normal(0.01, 0.004, 200_000)
    bought = np.random.default_rng(2).normal(0, math.sqrt(4000 * 0.0475), 200_000)
    profits = 30 * (4000 * draws + bought) - 800 - 100
    assert found.spread == pytest.approx(profits.std(), rel=0.01)
    assert found.loss_probability == pytest.approx((profits < 0).mean(), abs=0.01)
    assert (found.low_80, found.high_80) == pytest.approx(tuple(np.quantile(profits, [0.1, 0.9])), rel=0.05)
    certain = expected_profit(Past(0, 0, 0, rate=True), 10, 0.0, 0.0, value=1.0, contact_cost=1.0, fixed_cost=0.0)
    assert certain.loss_probability == 1


def test_earlier_campaigns_are_pooled_as_dersimonian_and_laird_do() -> None:
    effects, errors = [0.02, 0.05, 0.00, 0.08], [0.01, 0.02, 0.015, 0.02]
    expected = combine_effects(np.array(effects), np.square(errors), method_re="dl")
    found = pooled_effect(effects, errors)
    assert found.effect == pytest.approx(expected.mean_effect_re)
    assert found.spread == pytest.approx(math.sqrt(expected.tau2 + expected.var_eff_w_re))
    assert pooled_effect(effects[:2], errors[:2]) is None
    assert power_of(RATE, 0.01, 16_310, 0.5) == pytest.approx(0.8, abs=0.002)
    assert stats.norm.ppf(0.8) == pytest.approx(0.8416212335729143)
