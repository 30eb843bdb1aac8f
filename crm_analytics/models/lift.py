"""What a campaign caused: a treated arm against its control, from sums over the customers of each arm alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from crm_analytics.models.lift_bootstrap import Amounts, studentised_quantiles, too_skewed

Z_95 = 1.959963984540054
Z_80 = 0.8416212335729143
#: Below so many buyers in an arm a money interval would rest on a handful of baskets.
FEWEST_BUYERS = 30
#: Below so many expected successes in an arm the normal approximation of a rate is not used.
FEWEST_EXPECTED = 5
#: CUPED estimates one more figure from the arms: below so many customers in one it is not shown.
FEWEST_FOR_CUPED = 100
#: Mixing width of the always-valid interval in standard deviations of the outcome: Cohen's (1988) small effect. It is
#: fixed before there is any data, as the mixture must be.
MIXTURE = 0.2


@dataclass(frozen=True)
class Arm:
    """Sums over all customers of an arm: of an outcome y and of a covariate x known before the contact.

    buyers: customers with y above 0. amounts: how y is spread, for money (None for a rate).
    """

    customers: int
    total: float
    squares: float
    buyers: int
    x_total: float = 0.0
    x_squares: float = 0.0
    cross: float = 0.0
    amounts: Amounts | None = None

    @property
    def mean(self) -> float:
        """Mean of y per customer."""
        return self.total / self.customers

    @property
    def variance(self) -> float:
        """Sample variance of y."""
        return self._spread(self.squares, self.total, self.total)

    @property
    def x_mean(self) -> float:
        """Mean of x per customer."""
        return self.x_total / self.customers

    @property
    def x_variance(self) -> float:
        """Sample variance of x."""
        return self._spread(self.x_squares, self.x_total, self.x_total)

    @property
    def covariance(self) -> float:
        """Sample covariance of x and y."""
        n = self.customers
        return (self.cross - self.x_total * self.total / n) / (n - 1) if n > 1 else 0.0

    def _spread(self, squares: float, one: float, other: float) -> float:
        n = self.customers
        return max((squares - one * other / n) / (n - 1), 0.0) if n > 1 else 0.0


def rate_arm(customers: int, successes: int, x_total: float = 0.0, x_squares: float = 0.0, cross: float = 0.0) -> Arm:
    """An arm whose outcome is yes or no; `cross` is the sum of x over the successes."""
    return Arm(customers, successes, successes, successes, x_total, x_squares, cross)


@dataclass(frozen=True)
class Lift:
    """A treated arm against its control on one outcome; every interval is of 95%; None is "cannot be told".

    Of `difference` (treated mean less control mean, per customer) `low` to `high` is the interval at a fixed horizon,
    `anytime_low` to `anytime_high` the one that stays valid however often one looks. `method` names the first.
    `relative` is the difference over the control mean. `variance_saved` is the share that CUPED takes off.
    `detectable` is the difference that these arms would show with 80% power, `customers_needed` how many more
    customers (both arms, same split) the observed difference takes for that; 0 where it is told apart from 0 already.
    """

    treated: Arm
    control: Arm
    difference: float
    low: float | None
    high: float | None
    method: str
    p_value: float | None
    standard_error: float | None
    anytime_low: float | None = None
    anytime_high: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    cuped_difference: float | None = None
    cuped_low: float | None = None
    cuped_high: float | None = None
    variance_saved: float | None = None
    detectable: float | None = None
    customers_needed: int | None = None

    def scaled(self, value: float, cost: float) -> Lift:
        """The lift of value x outcome - cost per treated customer: profit from conversions, or from margin.

        Its p-value is that of a profit of 0 (normal), and it has no relative. Profit is money: with fewer than 30 buyers in
        an arm it has no interval.
        """

        def moved(bound: float | None) -> float | None:
            return None if bound is None or too_few else value * bound - cost

        too_few = min(self.treated.buyers, self.control.buyers) < FEWEST_BUYERS
        error = None if self.standard_error is None or too_few else abs(value) * self.standard_error
        found = replace(
            self, difference=value * self.difference - cost, low=moved(self.low), high=moved(self.high),
            p_value=_two_sided((value * self.difference - cost) / error) if error else None, standard_error=error,
            anytime_low=moved(self.anytime_low), anytime_high=moved(self.anytime_high), relative=None, relative_low=None,
            relative_high=None, cuped_low=moved(self.cuped_low), cuped_high=moved(self.cuped_high),
            cuped_difference=None if self.cuped_difference is None else value * self.cuped_difference - cost,
            detectable=None,
        )  # fmt: skip
        return (
            _with_power(found, error**2)
            if error
            else replace(found, customers_needed=_more(found, [_to_buyers(found)]))
        )


def compare_rates(treated: Arm, control: Arm) -> Lift:
    """The difference of two conversion rates.

    Interval: Newcombe (1998), "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17, method 10 (hybrid of two Wilson score intervals). p-value: the pooled z test; with fewer than 5
    expected successes or failures in an arm Fisher's exact test.
    """
    p, q = treated.mean, control.mean
    (low_p, high_p), (low_q, high_q) = wilson(treated), wilson(control)
    difference = p - q
    low = difference - math.hypot(p - low_p, high_q - q)
    high = difference + math.hypot(high_p - p, q - low_q)
    pooled = (treated.total + control.total) / (treated.customers + control.customers)
    inverse = 1 / treated.customers + 1 / control.customers
    variance = pooled * (1 - pooled) * inverse
    enough = min(treated.customers, control.customers) * min(pooled, 1 - pooled) >= FEWEST_EXPECTED
    p_value = _two_sided(difference / math.sqrt(variance)) if enough else fisher(treated, control)
    each = (p * (1 - p) / treated.customers, q * (1 - q) / control.customers)
    found = Lift(treated, control, difference, low, high, "Newcombe", p_value, math.sqrt(sum(each)))
    found = _with_relative(found, each, Z_95)
    if enough:
        found = _with_anytime(found, max(variance, sum(each)), pooled * (1 - pooled))
    return _with_power(_with_cuped(found), variance)


def compare_means(treated: Arm, control: Arm) -> Lift:
    """The difference of two means per customer, of money: Welch's interval, made wider where the amounts are skewed.

    Where the customers are too few for their skewness (`lift_bootstrap.too_skewed`), an end of Welch's (1947) that lies inside
    that of a bootstrap-t interval (Efron and Tibshirani 1993, section 12.5) is moved halfway out to it, and the p-value likewise:
    in simulation Welch alone covers too little with strong skewness, the outer end of both too much with 30 buyers
    (tests/models/test_lift_coverage.py). With fewer than 30 buyers in an arm there is no interval and no p-value.
    """
    from scipy.special import stdtr, stdtrit

    each = (treated.variance / treated.customers, control.variance / control.customers)
    variance, difference = sum(each), treated.mean - control.mean
    if min(treated.buyers, control.buyers) < FEWEST_BUYERS or min(each) <= 0:
        return _with_power(Lift(treated, control, difference, None, None, "none", None, None), variance)
    error = math.sqrt(variance)
    freedom = variance**2 / (each[0] ** 2 / (treated.customers - 1) + each[1] ** 2 / (control.customers - 1))
    t = float(stdtrit(freedom, 0.975))
    p_value = 2 * float(stdtr(freedom, -abs(difference) / error))
    below, above, method = -t, t, "Welch"
    amounts = (treated.amounts, control.amounts)
    if amounts[0] is not None and amounts[1] is not None and any(too_skewed(one) for one in amounts if one):
        quantiles = studentised_quantiles(amounts[0], amounts[1])
        below, above = -t + min(quantiles.low + t, 0.0) / 2, t + max(quantiles.high - t, 0.0) / 2
        p_value, method = max(p_value, (p_value + quantiles.p_value(difference / error)) / 2), "Welch and bootstrap"
    found = Lift(
        treated, control, difference, difference - above * error, difference - below * error, method, p_value, error
    )
    found = _with_relative(found, each, t)
    n, m = treated.customers, control.customers
    spread = ((n - 1) * treated.variance + (m - 1) * control.variance) / (n + m - 2)
    found = _with_anytime(found, max(variance, spread * (1 / n + 1 / m)), spread)
    return _with_power(_with_cuped(found), variance)


def wilson(arm: Arm) -> tuple[float, float]:
    """Wilson's (1927) score interval of a rate, 95%."""
    n, z = arm.customers, Z_95
    centre = arm.total + z * z / 2
    half = z * math.sqrt(arm.total * (1 - arm.total / n) + z * z / 4)
    return max((centre - half) / (n + z * z), 0.0), min((centre + half) / (n + z * z), 1.0)


def fisher(treated: Arm, control: Arm) -> float:
    """Fisher's exact test, two-sided: all tables that are at most as likely as the one seen."""
    import numpy as np
    from scipy.special import gammaln

    n, m, successes = treated.customers, control.customers, int(treated.total + control.total)
    k = np.arange(max(0, successes - m), min(n, successes) + 1)

    def choose(of: int, taken: np.ndarray) -> np.ndarray:
        return gammaln(of + 1) - gammaln(taken + 1) - gammaln(of - taken + 1)

    logs = choose(n, k) + choose(m, successes - k) - choose(n + m, np.array(successes))
    seen = logs[k == int(treated.total)][0]
    return min(1.0, float(np.exp(logs[logs <= seen + 1e-7]).sum()))


def anytime_half_width(variance: float, spread: float) -> float:
    """Half of the always-valid 95% interval: the mixture sequential probability ratio test, turned into an interval.

    Johari, Koomen, Pekelis and Walsh (2022), "Always valid inference", Operations Research 70, eq. 8, with the variance of
    the difference for sigma^2 / n: V (V + tau^2) / tau^2 x (log((V + tau^2) / V) + 2 log(1 / 0.05)). tau is `MIXTURE`
    standard deviations of a customer's outcome (`spread` is its variance).
    """
    tau = MIXTURE**2 * spread
    return math.sqrt(variance * (1 + variance / tau) * (math.log1p(tau / variance) + 2 * math.log(20)))


def _with_anytime(found: Lift, variance: float, spread: float) -> Lift:
    # the variance under no effect is taken where it is larger: early looks see empty arms, whose own variance is 0
    half = anytime_half_width(variance, spread)
    return replace(found, anytime_low=found.difference - half, anytime_high=found.difference + half)


def _with_relative(found: Lift, each: tuple[float, float], quantile: float) -> Lift:
    """Fieller's (1954) interval of the ratio of two independent means, less 1; null where it would not be bounded."""
    control = found.control.mean
    if control <= 0 or (g := quantile**2 * each[1] / control**2) >= 1:
        return found
    ratio = found.treated.mean / control
    half = quantile / control * math.sqrt(max(each[0] * (1 - g) + ratio**2 * each[1], 0.0))
    low, high = ((ratio + side * half) / (1 - g) - 1 for side in (-1, 1))
    return replace(found, relative=ratio - 1, relative_low=low, relative_high=high)


def _with_cuped(found: Lift) -> Lift:
    """The difference adjusted for what the arms spent before (Deng, Xu, Kohavi and Walker 2013, section 3.2).

    theta = (cov_t/n_t + cov_c/n_c) / (var_t/n_t + var_c/n_c) minimises the variance of the difference. The interval is the
    raw one, moved and drawn in by the share of the standard error that is left: so it is never wider.
    """
    treated, control = found.treated, found.control
    sizes = (treated.customers, control.customers)
    known = treated.x_variance / sizes[0] + control.x_variance / sizes[1]
    if (
        min(sizes) < FEWEST_FOR_CUPED
        or known <= 0
        or found.low is None
        or found.high is None
        or not found.standard_error
    ):
        return found
    shared = treated.covariance / sizes[0] + control.covariance / sizes[1]
    saved = min(shared**2 / known / found.standard_error**2, 1.0)
    adjusted = found.difference - shared / known * (treated.x_mean - control.x_mean)
    left = math.sqrt(1 - saved)
    return replace(
        found, cuped_difference=adjusted, cuped_low=adjusted - left * (found.difference - found.low),
        cuped_high=adjusted + left * (found.high - found.difference), variance_saved=saved,
    )  # fmt: skip


def _with_power(found: Lift, variance: float) -> Lift:
    """What these arms can show, and how many more customers the observed difference takes, with 80% power."""
    factors = [] if found.low is not None else [_to_buyers(found)]
    if found.low is not None and found.high is not None and not found.low <= 0 <= found.high:
        factors = [1.0]
    elif found.difference != 0 and variance > 0:
        factors.append((Z_95 + Z_80) ** 2 * variance / found.difference**2)
    detectable = (Z_95 + Z_80) * math.sqrt(variance)
    return replace(found, detectable=detectable or None, customers_needed=_more(found, factors))


def _to_buyers(found: Lift) -> float:
    """By how much both arms must grow until the one with fewer buyers has enough for an interval."""
    return FEWEST_BUYERS / max(min(found.treated.buyers, found.control.buyers), 1)


def _more(found: Lift, factors: list[float]) -> int | None:
    customers = found.treated.customers + found.control.customers
    return math.ceil(customers * (max(*factors, 1.0) - 1)) if factors else None


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return 2 * float(ndtr(-abs(z)))
