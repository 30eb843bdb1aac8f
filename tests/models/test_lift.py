"""Lift against statsmodels, scipy, published values and definitions written out a second way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from crm_analytics.models.lift import Arm, Lift, anytime_half_width, compare_means, compare_rates, rate_arm, wilson
from crm_analytics.models.lift_bootstrap import grouped


def money_arm(y: np.ndarray, x: np.ndarray | None = None) -> Arm:
    x = np.zeros(len(y)) if x is None else x
    sums = (y.sum(), (y * y).sum(), int((y > 0).sum()), x.sum(), (x * x).sum(), (x * y).sum())
    return Arm(len(y), *map(float, sums[:2]), sums[2], *map(float, sums[3:]), grouped(y))


def spending(generator: np.random.Generator, customers: int, share: float, sigma: float = 0.8) -> np.ndarray:
    amounts = np.exp(generator.normal(3.5, sigma, customers)).round(2)
    return np.where(generator.random(customers) < share, amounts, 0.0)


# --- rates ----------------------------------------------------------------------------------------------------------


def test_newcombe_s_own_example() -> None:
    """Newcombe (1998), Table II, example (a), method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    found = compare_rates(rate_arm(70, 56), rate_arm(80, 48))
    assert found.difference == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_the_promotion_of_the_starbucks_file() -> None:
    found = compare_rates(rate_arm(42_364, 721), rate_arm(42_170, 319))
    assert found.difference == pytest.approx(0.00945455, abs=5e-9)
    assert (round(found.low, 5), round(found.high, 5)) == (0.00798, 0.01095)
    profit = found.scaled(10, 0.15)
    assert round(profit.difference * 42_364, 2) == -2349.28
    assert profit.high * 42_364 < 0
    assert found.customers_needed == 0


@pytest.mark.parametrize(
    ("k", "n", "l", "m"), [(30, 400, 20, 390), (5, 50, 1, 600), (0, 40, 12, 300), (60, 60, 51, 70)]
)
def test_rates_against_statsmodels_and_scipy(k: int, n: int, l: int, m: int) -> None:  # noqa: E741
    found = compare_rates(rate_arm(n, k), rate_arm(m, l))
    assert (found.low, found.high) == pytest.approx(confint_proportions_2indep(k, n, l, m, method="newcomb"), abs=1e-12)
    pooled = (k + l) / (n + m)
    if min(n, m) * min(pooled, 1 - pooled) >= 5:
        assert found.p_value == pytest.approx(proportions_ztest([k, l], [n, m])[1])
    else:
        assert found.p_value == pytest.approx(stats.fisher_exact([[k, n - k], [l, m - l]]).pvalue)


def test_nobody_or_everybody_buys() -> None:
    none = compare_rates(rate_arm(50, 0), rate_arm(40, 0))
    assert none.low < 0 < none.high
    assert none.p_value == 1
    assert (none.relative, none.anytime_low, none.detectable, none.customers_needed) == (None, None, None, None)
    assert compare_rates(rate_arm(50, 50), rate_arm(40, 40)).p_value == 1


# --- means ----------------------------------------------------------------------------------------------------------


def test_welch_against_scipy_where_the_amounts_are_even() -> None:
    generator = np.random.default_rng(1)
    y, z = generator.normal(50, 8, 400), generator.normal(48, 14, 150)
    found, expected = compare_means(money_arm(y), money_arm(z)), stats.ttest_ind(y, z, equal_var=False)
    assert found.method == "Welch"
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
    assert found.p_value == pytest.approx(expected.pvalue)


def test_skewed_amounts_never_get_a_narrower_interval_than_welch() -> None:
    generator = np.random.default_rng(2)
    y, z = spending(generator, 4000, 0.2, 1.1), spending(generator, 600, 0.2, 1.1)
    found, welch = compare_means(money_arm(y), money_arm(z)), stats.ttest_ind(y, z, equal_var=False)
    assert found.method == "Welch and bootstrap"
    low, high = welch.confidence_interval()
    assert found.low <= low + 1e-9
    assert found.high >= high - 1e-9
    assert found.p_value >= welch.pvalue
    again = compare_means(money_arm(y), money_arm(z))
    assert (again.low, again.high, again.p_value) == (found.low, found.high, found.p_value)  # seeded


def test_no_money_interval_with_fewer_than_30_buyers_in_an_arm() -> None:
    generator = np.random.default_rng(3)
    y, z = np.zeros(500), np.zeros(200)
    y[:60], z[:29] = generator.normal(40, 5, 60), generator.normal(40, 5, 29)
    found = compare_means(money_arm(y), money_arm(z))
    assert (found.low, found.high, found.p_value, found.cuped_low, found.anytime_low) == (None,) * 5
    assert found.difference == pytest.approx(y.mean() - z.mean())
    assert found.customers_needed >= math.ceil(700 * (30 / 29 - 1))
    z[29] = 40.0
    assert compare_means(money_arm(y), money_arm(z)).low is not None


# --- relative, CUPED, always valid ------------------------------------------------------------------------------------


def test_fieller_s_bounds_solve_his_equation() -> None:
    generator = np.random.default_rng(4)
    y, z = generator.normal(50, 8, 90), generator.normal(48, 14, 60)
    found = compare_means(money_arm(y), money_arm(z))
    freedom = stats.ttest_ind(y, z, equal_var=False).df
    for bound in (found.relative_low, found.relative_high):
        ratio = bound + 1
        left = (y.mean() - ratio * z.mean()) ** 2
        right = stats.t.ppf(0.975, freedom) ** 2 * (y.var(ddof=1) / 90 + ratio**2 * z.var(ddof=1) / 60)
        assert left == pytest.approx(right)
    assert found.relative == pytest.approx(y.mean() / z.mean() - 1)
    assert compare_rates(rate_arm(500, 20), rate_arm(100, 1)).relative is None


def test_cuped_minimises_the_variance_and_says_how_much_it_saved() -> None:
    generator = np.random.default_rng(5)
    x, v = generator.gamma(1, 30, 900), generator.gamma(1, 30, 300)
    y, z = 0.7 * x + generator.gamma(2, 10, 900), 0.7 * v + generator.gamma(2, 10, 300)
    found = compare_means(money_arm(y, x), money_arm(z, v))

    def variance(theta: float) -> float:
        return (y - theta * x).var(ddof=1) / 900 + (z - theta * v).var(ddof=1) / 300

    best = min(np.linspace(0.3, 1.1, 8001), key=variance)
    assert found.cuped_difference == pytest.approx((y - best * x).mean() - (z - best * v).mean(), abs=1e-3)
    assert found.variance_saved == pytest.approx(1 - variance(best) / variance(0), abs=1e-6)
    assert found.cuped_high - found.cuped_low < found.high - found.low


def test_cuped_widens_no_interval_and_is_not_shown_for_small_arms() -> None:
    generator = np.random.default_rng(6)
    for _ in range(40):
        sizes = generator.integers(100, 900, 2)
        y, z = (spending(generator, n, 0.5, generator.uniform(0.2, 1.2)) for n in sizes)
        arms = [money_arm(each, generator.gamma(1, 30, len(each)) + generator.normal() * each) for each in (y, z)]
        rates = [rate_arm(a.customers, a.buyers, a.x_total, a.x_squares, a.cross / 40) for a in arms]
        for found in (compare_means(*arms), compare_rates(*rates)):
            assert found.cuped_high - found.cuped_low <= found.high - found.low
    few = money_arm(y[:99], y[:99])
    assert compare_means(few, money_arm(z, z)).cuped_difference is None


def test_at_the_end_of_the_always_valid_interval_the_mixture_s_likelihood_ratio_is_20() -> None:
    variance, spread, tau = 0.3, 40.0, math.sqrt(0.04 * 40.0)
    end = anytime_half_width(variance, spread)
    effects = np.linspace(-12 * tau, 12 * tau, 200_001)
    weights = stats.norm.pdf(effects, 0, tau)
    ratios = stats.norm.pdf(end, effects, math.sqrt(variance)) / stats.norm.pdf(end, 0, math.sqrt(variance))
    assert np.trapezoid(weights * ratios, effects) == pytest.approx(20, rel=1e-6)


def test_the_always_valid_interval_is_wider_than_the_one_at_a_fixed_horizon() -> None:
    found = compare_rates(rate_arm(5000, 300), rate_arm(4000, 200))
    assert found.anytime_low < found.low < found.high < found.anytime_high


# --- power ------------------------------------------------------------------------------------------------------------


def test_the_customers_still_needed_bring_the_observed_difference_to_80_percent_power() -> None:
    found = compare_rates(rate_arm(1000, 60), rate_arm(1000, 50))
    grown = 1 + found.customers_needed / 2000
    pooled = 110 / 2000
    error = math.sqrt(pooled * (1 - pooled) * 2 / 1000 / grown)
    assert stats.norm.cdf(found.difference / error - stats.norm.ppf(0.975)) == pytest.approx(0.8, abs=1e-3)
    assert stats.norm.cdf(found.detectable / (error * math.sqrt(grown)) - stats.norm.ppf(0.975)) == pytest.approx(0.8)


def test_profit_of_a_lift_moves_every_bound() -> None:
    found = compare_rates(rate_arm(5000, 300), rate_arm(4000, 200))
    profit = found.scaled(20, 0.5)
    for name in ("difference", "low", "high", "anytime_low", "anytime_high"):
        assert getattr(profit, name) == pytest.approx(20 * getattr(found, name) - 0.5)
    assert profit.relative is None
    assert profit.p_value == pytest.approx(2 * stats.norm.sf(abs(profit.difference) / (20 * found.standard_error)))
    assert isinstance(profit, Lift)


def test_wilson_at_its_edges() -> None:
    assert wilson(rate_arm(10, 0)) == pytest.approx((0, 0.2775), abs=1e-4)
    assert wilson(rate_arm(10, 10)) == pytest.approx((0.7225, 1), abs=1e-4)
