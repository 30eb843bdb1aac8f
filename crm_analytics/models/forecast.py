"""Sales of the months to come: exponential smoothing in several forms, weighted by how well each has forecast so far.

Level and damped trend: Gardner and McKenzie (1985), Management Science 31(10), 1237-1246, equations 1 to 3, of which
simple smoothing is the case without a trend. Theta: Assimakopoulos and Nikolopoulos (2000), International Journal of
Forecasting 16(4), 521-530, in the form of Hyndman and Billah (2003), IJF 19(2), 287-290: simple smoothing with half of
the slope of the straight line. Each is fitted on the amounts and on their logarithms, less a season that is shrunk
towards none by its own noise. Weights fall with the error (Bates and Granger 1969, OR Quarterly 20(4), 451-468).

Bands are scaled by the errors of forecasts made at earlier months (rolling origin): the models' own bands are too
narrow, since they take the model for true (Chatfield 1993, JBES 11(2), 121-135).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from crm_analytics.errors import BadValue, NotEnoughData

YEAR = 12
NAIVE = "seasonal naive"
COMBINED = "combined exponential smoothing"

Method = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class ForecastModel:
    """Settings. `fewest_months`: of history. `origins`: most months at whose end a forecast is made to learn errors.

    `sharpness`: weights are proportional to the mean absolute error to the power of minus so much; `naive_weight`: what
    the seasonal naive forecast has at least, so that no forecast strays far from it. `z_80`, `z_95`: half widths of the
    bands in units of the rolling errors' root mean square, found on simulated series (as of a normal distribution they
    would be 1.28 and 1.96; errors have heavier tails, and are known from few origins).
    """

    fewest_months: int = 24
    origins: int = 18
    sharpness: float = 6.0
    naive_weight: float = 0.2
    z_80: float = 1.36
    z_95: float = 2.15

    def fit(self, amounts: np.ndarray, horizon: int = 6) -> FittedForecast:
        """Learn from monthly amounts, oldest first, without gaps. Errors: NotEnoughData, BadValue for what is no number."""
        y = np.asarray(amounts, dtype="float64")
        if not np.isfinite(y).all():
            raise BadValue("amounts", "a month without a number", "one number for each month")
        if len(y) < self.fewest_months:
            raise NotEnoughData("A forecast", self.fewest_months, len(y), "complete months")
        first = max(YEAR + 1, min(2 * YEAR, len(y) - YEAR), len(y) - self.origins)
        origins = np.arange(first, len(y))
        past = np.stack([_candidates(y[:origin], horizon) for origin in origins])
        truth = np.full((len(origins), horizon), np.nan)
        for row, origin in enumerate(origins):
            known = y[origin : origin + horizon]
            truth[row, : len(known)] = known
        return self._weighed(y, past, truth, _candidates(y, horizon))

    def _weighed(self, y: np.ndarray, past: np.ndarray, truth: np.ndarray, ahead: np.ndarray) -> FittedForecast:
        """past: origin x candidate x month ahead; what is said of an origin is learnt from the other origins."""
        missed = np.abs(truth[:, None, :] - past)
        others = [self._weights(np.delete(missed, row, axis=0)) for row in range(len(past))]
        combined = np.stack([weights @ each for weights, each in zip(others, past, strict=True)])
        errors, naive = truth - combined, truth - past[:, -1]
        if np.nanmean(np.abs(errors)) <= np.nanmean(np.abs(naive)):
            name, point = COMBINED, self._weights(missed) @ ahead
        else:
            name, point, combined, errors = NAIVE, ahead[-1], past[:, -1], naive
        scale = float(np.mean(np.abs(y[YEAR:] - y[:-YEAR])))
        return FittedForecast(self, name, y, point, combined, errors, naive, scale)

    def _weights(self, missed: np.ndarray) -> np.ndarray:
        """Of the candidates, from their absolute errors; the last candidate is seasonal naive."""
        error = np.nanmean(missed, axis=(0, 2))
        error = np.maximum(error, max(error.max(), 1.0) * 1e-9)  # one that never erred takes all
        share = (error / error.min()) ** -self.sharpness
        weights = share / share.sum() * (1 - self.naive_weight)
        weights[-1] += self.naive_weight
        return weights


@dataclass(frozen=True)
class FittedForecast:
    """What `ForecastModel` learnt. errors: origin x month ahead of the forecast shown, null where not yet known."""

    settings: ForecastModel
    name: str
    amounts: np.ndarray = field(repr=False)
    point: np.ndarray = field(repr=False)
    past: np.ndarray = field(repr=False)
    errors: np.ndarray = field(repr=False)
    naive_errors: np.ndarray = field(repr=False)
    scale: float

    @property
    def mase(self) -> float:
        """Mean absolute scaled error at the rolling origins (Hyndman, Koehler 2006, IJF 22(4), 679-688, season 12).

        Null where no month ever differed from that of the year before.
        """
        return float(np.nanmean(np.abs(self.errors)) / self.scale) if self.scale > 0 else np.nan

    @property
    def naive_mase(self) -> float:
        """The same of the seasonal naive forecast, at the same origins."""
        return float(np.nanmean(np.abs(self.naive_errors)) / self.scale) if self.scale > 0 else np.nan

    @property
    def coverage_95(self) -> float:
        """Share of the rolling origins' months inside the 95% band that the errors of the other origins give."""
        inside = []
        for row in range(len(self.errors)):
            half = self.settings.z_95 * self._spread(np.delete(self.errors, row, axis=0), self.past[row])
            inside.append(np.abs(self.errors[row]) <= half)
        known = ~np.isnan(self.errors)
        return float(np.stack(inside)[known].mean())

    def bands(self) -> dict[str, np.ndarray]:
        """Per month ahead: forecast, low_80, high_80, low_95, high_95. Nothing is below 0 unless a month ever was."""
        spread = self._spread(self.errors, self.point)
        return self._banded(self.point, spread)

    def total(self, months: int) -> tuple[float, float]:
        """The sum of the first months ahead, and the standard deviation of its error."""
        if not 1 <= months <= len(self.point):
            raise BadValue("months", months, f"1 to {len(self.point)}")
        sums = np.cumsum(self.errors, axis=1)
        deep = months
        while deep > 1 and (~np.isnan(sums[:, deep - 1])).sum() < _FEWEST_ERRORS:
            deep -= 1
        # a sum further ahead than ever checked: errors of neighbouring months are taken to go together
        spread = float(np.sqrt(np.nanmean(sums[:, deep - 1] ** 2))) * months / deep
        return float(self.point[:months].sum()), spread * self.settings.z_95 / 1.96

    def _banded(self, point: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
        least = 0.0 if self.amounts.min() >= 0 else -np.inf
        found = {"forecast": point}
        for percent, z in ((80, self.settings.z_80), (95, self.settings.z_95)):
            found[f"low_{percent}"] = np.maximum(point - z * spread, least)
            found[f"high_{percent}"] = point + z * spread
        return found

    def _spread(self, errors: np.ndarray, point: np.ndarray) -> np.ndarray:
        """Root mean square of the errors by month ahead, smoothed over its neighbours, never falling.

        Half of it moves with the forecast where all months are above 0: large months err more.
        """
        square = np.full(errors.shape[1], np.nan)
        for ahead in range(len(square)):
            near = errors[:, max(0, ahead - 1) : ahead + 2]
            if (~np.isnan(near)).sum() >= _FEWEST_ERRORS:
                square[ahead] = np.nanmean(near**2)
            elif ahead:  # further than ever checked: grows as of a random walk
                square[ahead] = square[ahead - 1] * (ahead + 1) / ahead
        spread = np.sqrt(np.maximum.accumulate(square))
        typical = float(np.mean(self.amounts[-YEAR:]))
        if self.amounts.min() <= 0 or typical <= 0:
            return spread
        return spread * (0.5 + 0.5 * np.maximum(point, 0) / typical)


_FEWEST_ERRORS = 3

# --- candidates -----------------------------------------------------------------------------------------------------

_ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 0.99)
_SLOPES = (0.0, 0.05, 0.15, 0.4)  # of alpha
_DAMPINGS = (0.8, 0.9, 0.97)
#: A forecast on logarithms goes at most so far above the largest month: exp(1.5) = 4.5 times.
_LEAP = 1.5


def _candidates(y: np.ndarray, horizon: int) -> np.ndarray:
    """Candidate x month ahead; the last is seasonal naive."""
    found = []
    for logs in (False, True):
        usable = logs and y.min() > 0
        x = np.log(y) if usable else y
        for seasonal in (True, False) if not logs else (True,):
            season = _season(x) if seasonal and len(x) >= 2 * YEAR else np.zeros(YEAR)
            plain = x - season[np.arange(len(x)) % YEAR]
            later = season[(len(x) + np.arange(horizon)) % YEAR]
            level = _smoothed(plain, horizon, _SIMPLE)
            forms = [level, _smoothed(plain, horizon, _DAMPED), level + _half_slope(plain, horizon)]
            for form in forms if seasonal else forms[:2]:
                ahead = form + later
                found.append(np.exp(np.minimum(ahead, x.max() + _LEAP)) if usable else ahead)
    found.append(y[len(y) - YEAR + np.arange(horizon) % YEAR])
    least = 0.0 if y.min() >= 0 else -np.inf
    return np.maximum(np.stack(found), least)


def _season(x: np.ndarray) -> np.ndarray:
    """What each month of the year adds, by a centred moving average, shrunk by the share of it that is noise."""
    weights = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    around = x[YEAR // 2 : len(x) - YEAR // 2] - np.convolve(x, weights, "valid")
    month = np.arange(YEAR // 2, len(x) - YEAR // 2) % YEAR
    seen = np.bincount(month, minlength=YEAR)
    season = np.bincount(month, around, YEAR) / np.maximum(seen, 1)
    season -= season.mean()
    noise = np.sum((around - season[month]) ** 2) / max(len(around) - YEAR, 1) * np.mean(1 / np.maximum(seen, 1))
    size = np.mean(season**2)
    return season * max(0.0, 1 - noise * (YEAR - 1) / YEAR / size) if size > 0 else season


def _grid(slopes: tuple[float, ...]) -> np.ndarray:
    """alpha, beta, phi: every combination once (without a slope there is nothing to dampen)."""
    rows = [(a, a * b, p) for a in _ALPHAS for b in slopes for p in (_DAMPINGS if b else _DAMPINGS[:1])]
    return np.array(rows).T


_SIMPLE, _DAMPED = _grid((0.0,)), _grid(_SLOPES)


def _smoothed(x: np.ndarray, horizon: int, grid: np.ndarray) -> np.ndarray:
    """Damped-trend smoothing, all parameters of the grid at once, the forecast of the best by squared one-step errors.

    A trend costs two parameters more (as in the Bayesian information criterion), so that noise is not taken for one.
    """
    alpha, beta, phi = grid
    rise = (x[YEAR : 2 * YEAR].mean() - x[:YEAR].mean()) / YEAR if len(x) >= 2 * YEAR else 0.0
    level = np.full(alpha.shape, x[:YEAR].mean() - rise * (YEAR + 1) / 2)
    trend = np.where(beta > 0, rise, 0.0)
    squares = np.zeros(alpha.shape)
    for step, value in enumerate(x):
        ahead = level + phi * trend
        error = value - ahead
        if step >= 2:
            squares += error**2
        level, trend = ahead + alpha * error, phi * trend + beta * error
    best = np.argmin(squares * np.exp(np.where(beta > 0, 2 * np.log(len(x)) / len(x), 0.0)))
    return level[best] + trend[best] * np.cumsum(phi[best] ** np.arange(1, horizon + 1))


def _half_slope(x: np.ndarray, horizon: int) -> np.ndarray:
    time = np.arange(len(x)) - (len(x) - 1) / 2
    return 0.5 * float(time @ x / (time @ time)) * np.arange(1, horizon + 1)
