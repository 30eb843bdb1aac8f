"""Forecasts against statsmodels, seasonal naive and held-out months, on simulated and on real series."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from crm_analytics.errors import BadValue, NotEnoughData
from crm_analytics.models import forecast as model
from crm_analytics.models.forecast import ForecastModel
from crm_analytics.models.forecast_level import LocalLevelModel
from tests.models.forecast_series import AHEAD, MOVING, collection

#: hw_mul (damped trend, multiplicative season) had the lowest mean error of six methods of statsmodels: simple, damped and
#: Holt-Winters smoothing with level, additive or multiplicative season, and theta.
SLOW_SERIES, SMALL = 208, 13


def judged(seed: int, count: int) -> dict[str, np.ndarray]:
    """Scaled errors of forecast and seasonal naive, and shares inside the bands, by series."""
    found: dict[str, list[float]] = {name: [] for name in ("own", "naive", "in_80", "in_95", "moving")}
    for name, past, later in collection(seed, count):
        bands = ForecastModel().fit(past, AHEAD).bands()
        scale = np.mean(np.abs(past[12:] - past[:-12]))
        found["own"].append(float(np.mean(np.abs(later - bands["forecast"])) / scale))
        found["naive"].append(float(np.mean(np.abs(later - past[-12:-6])) / scale))
        for percent in (80, 95):
            inside = (later >= bands[f"low_{percent}"]) & (later <= bands[f"high_{percent}"])
            found[f"in_{percent}"].append(float(inside.mean()))
        found["moving"].append(name in MOVING)
    return {name: np.array(values) for name, values in found.items()}


def test_forecasts_beat_seasonal_naive() -> None:
    found = judged(4, SMALL)
    moving = found["moving"].astype(bool)
    assert found["own"][moving].mean() <= 0.9 * found["naive"][moving].mean()
    assert found["own"].mean() <= 0.9 * found["naive"].mean()
    assert 0.7 <= found["in_80"].mean() <= 0.92
    assert found["in_95"].mean() >= 0.88


@pytest.mark.slow
def test_forecasts_of_many_series() -> None:
    """What is asked of the forecast, on series that it was not tuned on."""
    found = judged(3, SLOW_SERIES)
    moving = found["moving"].astype(bool)
    rival = np.array([damped_holt_winters(past, later) for _, past, later in collection(3, SLOW_SERIES)])
    assert found["own"].mean() <= 1.05 * np.nanmean(rival)
    assert found["own"][moving].mean() <= 0.9 * found["naive"][moving].mean()
    assert (found["own"] > 1.25 * found["naive"]).mean() <= 0.1
    assert 0.75 <= found["in_80"].mean() <= 0.88
    assert 0.9 <= found["in_95"].mean() <= 0.98


def damped_holt_winters(past: np.ndarray, later: np.ndarray) -> float:
    """Scaled error of the single statsmodels method with the lowest mean error."""
    import warnings

    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    season = "mul" if past.min() > 0 else "add"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = ExponentialSmoothing(past, trend="add", damped_trend=True, seasonal=season, seasonal_periods=12).fit()
        ahead = fitted.forecast(AHEAD)
    return float(np.mean(np.abs(later - ahead)) / np.mean(np.abs(past[12:] - past[:-12])))


def test_the_recursion_is_that_of_statsmodels() -> None:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    x = np.array([10.0, 12, 11, 13, 15, 14, 16, 18, 17, 19, 21, 20, 22, 24, 23, 25])
    alpha, beta, phi = 0.3, 0.06, 0.9
    own = model._smoothed(x, 3, np.array([[alpha], [beta], [phi]]))
    known = ExponentialSmoothing(
        x, trend="add", damped_trend=True, initialization_method="known", initial_level=x[:12].mean(), initial_trend=0.0
    )
    theirs = known.fit(smoothing_level=alpha, smoothing_trend=beta / alpha, damping_trend=phi, optimized=False)
    assert own == pytest.approx(theirs.forecast(3), rel=1e-6)


def test_a_season_that_repeats_exactly_is_forecast_exactly() -> None:
    year = np.array([5.0, 3, 4, 6, 8, 9, 7, 6, 5, 8, 12, 20])
    fitted = ForecastModel().fit(np.tile(year, 4), 12)
    assert fitted.bands()["forecast"] == pytest.approx(year, rel=1e-6)
    assert np.isnan(fitted.mase)  # no month ever changed: there is nothing to scale by


def test_nothing_is_sold_below_nothing() -> None:
    falling = np.maximum(np.linspace(100, -20, 36), 0)
    bands = ForecastModel().fit(falling, 12).bands()
    assert min(values.min() for values in bands.values()) >= 0


def test_bands_lie_around_the_forecast_and_in_each_other() -> None:
    rng = np.random.default_rng(1)
    bands = ForecastModel().fit(100 + rng.normal(0, 10, 40), 12).bands()
    order = ["low_95", "low_80", "forecast", "high_80", "high_95"]
    assert all((bands[low] <= bands[high]).all() for low, high in pairwise(order))


def test_the_error_of_a_sum_grows_with_its_months() -> None:
    rng = np.random.default_rng(2)
    fitted = ForecastModel().fit(100 + rng.normal(0, 10, 48), 24)
    totals = [fitted.total(months) for months in (1, 6, 12, 24)]
    assert [total for total, _ in totals] == pytest.approx([fitted.point[:m].sum() for m in (1, 6, 12, 24)])
    assert all(error > 0 for _, error in totals)
    assert totals[3][1] > totals[0][1]
    with pytest.raises(BadValue, match="months"):
        fitted.total(25)


def test_too_short_and_broken_histories_are_refused() -> None:
    with pytest.raises(NotEnoughData, match="24 complete months; there are 23"):
        ForecastModel().fit(np.arange(23.0))
    with pytest.raises(BadValue):
        ForecastModel().fit(np.r_[np.arange(30.0), np.nan])


def test_the_local_level_model_is_that_of_statsmodels() -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    rng = np.random.default_rng(3)
    y = 50 + np.cumsum(rng.normal(0, 1, 40)) + rng.normal(0, 1, 40)
    found = LocalLevelModel().fit(y)
    theirs = UnobservedComponents(y, "llevel").smooth([found.noise_variance, found.step_variance])
    ahead = theirs.get_forecast(3)
    level, error = found.ahead(3)
    assert level == pytest.approx(ahead.predicted_mean[-1], rel=1e-4)
    assert error == pytest.approx(np.sqrt(ahead.var_pred_mean[-1]), rel=1e-3)
    fitted = UnobservedComponents(y, "llevel").fit(disp=False)
    own = UnobservedComponents(y, "llevel").loglike([found.noise_variance, found.step_variance])
    assert own == pytest.approx(fitted.llf, abs=0.1)  # the grid is fine enough


def test_a_level_needs_eight_periods() -> None:
    with pytest.raises(NotEnoughData, match="at least 8 observed periods; there are 7"):
        LocalLevelModel().fit(np.arange(7.0))
    constant = LocalLevelModel().fit(np.full(12, 3.0))
    assert constant.ahead(5)[0] == 3.0
    assert constant.ahead(5)[1] < 1e-6
