"""Order values: published figures, invariance, and what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.fitting import NoFit
from crm_analytics.models.gamma_gamma import FittedGammaGamma, GammaGammaModel, Spend
from tests.metrics.conftest import data

MODEL = GammaGammaModel()


def simulated(seed: int, customers: int = 1000, p: float = 6.0, q: float = 4.0, v: float = 15.0) -> Spend:
    draw = np.random.default_rng(seed)
    x = 1 + draw.geometric(0.4, customers)
    return Spend.of(x, draw.gamma(p * x, 1 / draw.gamma(q, 1 / v, customers)) / x)


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return pd.read_csv(data("cdnow/cdnow_customers_summary_with_transactions.csv"))


def test_as_published(cdnow: pd.DataFrame) -> None:
    # Fader and Hardie 2013: p 6.25, q 3.74, v 15.44 on the 946 who came back
    repeat = cdnow[cdnow["x"] > 0]
    spend = Spend.of(repeat["x"], repeat["zbar"])
    fit = MODEL.fit(spend)
    assert spend.customers == 946
    assert (round(fit.p, 2), round(fit.q, 2)) == (6.25, 3.74)
    assert (fit.v, fit.log_likelihood) == pytest.approx((15.44, -4055.92), abs=0.01)
    first = fit.expected_value(cdnow["x"][:10], cdnow["zbar"][:10])
    assert first == pytest.approx([24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17], abs=0.1)


def test_the_likelihood_is_the_integral_over_a_customers_own_scale() -> None:
    p, q, v, x, z = 2.3, 3.1, 20.0, 4.0, 9.5

    def inside(scale: float) -> float:
        amounts = p * x * np.log(scale * x) + (p * x - 1) * np.log(z) - special.gammaln(p * x) - scale * x * z
        return np.exp(amounts + q * np.log(v) + (q - 1) * np.log(scale) - special.gammaln(q) - v * scale)

    found, _ = MODEL._score(np.log([p, q, v]), Spend.of([x], [z]))
    assert found == pytest.approx(np.log(integrate.quad(inside, 0, np.inf)[0]), rel=1e-8)


def test_currency_and_order_do_not_matter() -> None:
    spend = simulated(1)
    fit = MODEL.fit(spend)
    order = np.random.default_rng(0).permutation(len(spend.purchases))
    other = MODEL.fit(Spend.of(spend.purchases[order], spend.mean_amount[order] * 117.5))
    assert (other.p, other.q, other.v / 117.5) == pytest.approx((fit.p, fit.q, fit.v), rel=1e-6)
    assert other.log_likelihood + 1000 * np.log(117.5) == pytest.approx(fit.log_likelihood, rel=1e-9)
    off = np.log([fit.p / 6, fit.q / 4, fit.v / 15]) / np.sqrt(np.diag(fit.covariance))
    assert np.abs(off).max() < 2.5


def test_many_customers_are_climbed_on_a_part_of_them() -> None:
    spend = simulated(2, 9000)
    fit = MODEL.fit(spend)
    scaled = Spend(spend.purchases, spend.mean_amount / spend.scale, spend.weight)
    _, slope = MODEL._score(np.log([fit.p, fit.q, fit.v / spend.scale]), scaled)
    assert len(spend.coarse.weight) <= 3000
    assert np.abs(slope).max() < 1e-3


def test_who_did_not_come_back_is_expected_to_spend_what_the_base_does() -> None:
    fit = FittedGammaGamma(6.25, 3.74, 15.44, 0.0, np.eye(3))
    alone, often = fit.expected_value(np.array([0.0, 1000.0]), np.array([np.nan, 80.0]))
    assert (alone, often) == pytest.approx((6.25 * 15.44 / 2.74, 80.0), rel=0.01)


def test_who_pays_the_same_every_time_is_expected_to_go_on_so() -> None:
    """A business of subscriptions: p grows without end, and with it the weight of the customer's own mean."""
    x, z = np.tile(np.arange(1.0, 13), 50), np.repeat([9.99, 19.99, 49.0], 200)
    fit = MODEL.fit(Spend.of(x, z))
    assert np.isnan(np.diag(fit.covariance)).tolist() == [True, False, True]
    assert fit.expected_value(x, z) == pytest.approx(z, rel=1e-3)


def test_correlation_is_that_of_customers() -> None:
    spend = Spend.of([1, 2, 3], [5.0, 9.0, 4.0], [10, 1, 5])
    x, z = np.repeat([1, 2, 3], [10, 1, 5]), np.repeat([5.0, 9.0, 4.0], [10, 1, 5])
    assert spend.correlation == pytest.approx(np.corrcoef(x, z)[0, 1])
    assert np.isnan(Spend.of([1, 2], [5.0, 5.0]).correlation)


def test_what_cannot_be_fitted_is_said() -> None:
    with pytest.raises(NotEnoughData, match="at least 30 customers who came back; there are 2"):
        MODEL.fit(Spend.of([1, 2], [5.0, 6.0]))
    with pytest.raises(NoFit):
        MODEL.fit(Spend.of(np.full(200, 3.0), np.full(200, 10.0)))
