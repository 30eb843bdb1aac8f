"""Simulated campaigns with known lift: do the intervals hold what they promise?

The small version keeps one cell of each kind; `-m slow` runs 2,000 campaigns in every cell.
"""

from __future__ import annotations

import numpy as np
import pytest

from crm_analytics.models.lift import (
    FEWEST_EXPECTED,
    Arm,
    Lift,
    anytime_half_width,
    compare_means,
    compare_rates,
    rate_arm,
)
from crm_analytics.models.lift_bootstrap import grouped

MEDIAN = 30.0


def campaign(
    generator: np.random.Generator, customers: int, control_share: float, rate: float, lift: float, sigma: float
) -> tuple[Lift, Lift, float, float]:
    """One simulated campaign: lift in rate and in revenue, and the true ones. Spend before it speaks for spend in it."""
    control = round(customers * control_share)
    arms = []
    for n, share in ((customers - control, rate * (1 + lift)), (control, rate)):
        leaning = generator.gamma(1.0, 1.0, n)
        bought = generator.random(n) < share
        y = np.where(bought, np.exp(generator.normal(np.log(MEDIAN), sigma, n)).round(2), 0.0)
        x = leaning * 20 + np.where(bought, y * generator.random(n), 0.0)
        sums = (float(x.sum()), float((x * x).sum()))
        money = Arm(n, float(y.sum()), float((y * y).sum()), int(bought.sum()), *sums, float((x * y).sum()), grouped(y))
        arms.append((rate_arm(n, int(bought.sum()), *sums, float(x[bought].sum())), money))
    (rate_t, money_t), (rate_c, money_c) = arms
    mean = MEDIAN * np.exp(sigma**2 / 2)
    return compare_rates(rate_t, rate_c), compare_means(money_t, money_c), rate * lift, rate * lift * mean


def covered(found: list[tuple[Lift, float]]) -> float:
    shown = [(lift, truth) for lift, truth in found if lift.low is not None]
    return float(np.mean([lift.low <= truth <= lift.high for lift, truth in shown]))


def alarms(found: list[Lift]) -> float:
    return float(np.mean([lift.p_value is not None and lift.p_value < 0.05 for lift in found]))


def daily_alarm(generator: np.random.Generator, customers: int, control_share: float, rate: float, days: int) -> bool:
    """Whether daily looks at a campaign without effect ever show one; customers join day by day, or buy day by day."""
    sizes = (customers - round(customers * control_share), round(customers * control_share))
    joins = generator.random() < 0.5
    seen = [np.linspace(n / days, n, days).astype(int) if joins else np.full(days, n) for n in sizes]
    bought = []
    for n, joined in zip(sizes, seen, strict=True):
        fresh = np.diff(joined, prepend=0) if joins else None
        if fresh is not None:
            bought.append(generator.binomial(fresh, rate).cumsum())
        else:
            bought.append(generator.multinomial(n, [rate / days] * days + [1 - rate])[:-1].cumsum())
    for n, m, k, j in zip(*seen, *bought, strict=True):
        if min(n, m) == 0:
            continue
        found = compare_rates(rate_arm(int(n), int(k)), rate_arm(int(m), int(j)))
        if found.anytime_low is not None and not found.anytime_low <= 0 <= found.anytime_high:
            return True
    return False


def check(
    runs: int, customers: int, control_share: float, rate: float, lift: float, sigma: float, slack: float
) -> None:
    generator = np.random.default_rng(customers + round(100 * control_share) + round(1000 * rate))
    found = [campaign(generator, customers, control_share, rate, lift, sigma) for _ in range(runs)]
    least = customers * min(control_share * rate, (1 - control_share) * rate)
    if least >= FEWEST_EXPECTED:
        assert 0.935 - slack <= covered([(each[0], each[2]) for each in found]) <= 0.99 + slack
    if least >= 30:
        low = 0.93 if least >= 100 else 0.90
        assert low - slack <= covered([(each[1], each[3]) for each in found]) <= 0.98 + slack
    assert all(each[1].low is None for each in found if min(each[1].treated.buyers, each[1].control.buyers) < 30)
    adjusted = [each[kind] for each in found for kind in (0, 1) if each[kind].cuped_low is not None]
    assert adjusted or customers * control_share < 100
    assert all(one.cuped_high - one.cuped_low <= one.high - one.low for one in adjusted)
    if lift == 0:
        assert alarms([each[0] for each in found]) <= 0.062 + slack
        assert alarms([each[1] for each in found]) <= 0.062 + slack


@pytest.mark.parametrize(("customers", "control_share", "rate", "lift"), [(1200, 0.3, 0.3, 0.0), (1500, 0.2, 0.4, 0.3)])
def test_coverage_of_a_few_campaigns(customers: int, control_share: float, rate: float, lift: float) -> None:
    check(70, customers, control_share, rate, lift, 0.8, slack=0.07)


def test_daily_looks_at_a_few_campaigns_without_effect() -> None:
    generator = np.random.default_rng(11)
    assert sum(daily_alarm(generator, 3000, 0.5, 0.1, 30) for _ in range(60)) <= 5


def test_an_effect_is_seen_by_daily_looks() -> None:
    assert anytime_half_width(2 * 0.1 * 0.9 / 20_000, 0.1 * 0.9) < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [0.6, 1.0])
@pytest.mark.parametrize("lift", [0.0, 0.2])
@pytest.mark.parametrize("control_share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize(("customers", "rate"), [(300, 0.25), (1000, 0.1), (3000, 0.12), (10_000, 0.1), (50_000, 0.02)])
def test_coverage(customers: int, rate: float, control_share: float, lift: float, sigma: float) -> None:
    check(2000, customers, control_share, rate, lift, sigma, slack=0.004)  # one standard error of 2,000 runs


@pytest.mark.slow
@pytest.mark.parametrize("control_share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize(("customers", "rate"), [(300, 0.2), (3000, 0.05), (50_000, 0.02)])
@pytest.mark.parametrize("days", [30, 90])
def test_daily_looks_without_effect(customers: int, rate: float, control_share: float, days: int) -> None:
    generator = np.random.default_rng(days + customers)
    assert sum(daily_alarm(generator, customers, control_share, rate, days) for _ in range(2000)) <= 0.055 * 2000
