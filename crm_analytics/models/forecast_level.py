"""Where a level will stand: the local-level model, a random walk seen through noise.

Durbin and Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed., chapter 2: equations 2.3 (model), 2.15
(filter, started diffusely) and 2.63 (concentrated diffuse likelihood); maximised over a grid of the signal-to-noise ratio.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_analytics.errors import NotEnoughData

#: Ratios of the variance of a step to that of the noise, 0 (a constant) to nearly a pure walk.
_RATIOS = np.r_[0.0, np.logspace(-4, 4, 65)]


@dataclass(frozen=True)
class LocalLevelModel:
    """Settings. `fewest`: observed periods."""

    fewest: int = 8

    def fit(self, values: np.ndarray) -> FittedLocalLevel:
        """Learn from values one period apart, oldest first. Errors: NotEnoughData."""
        y = np.asarray(values, dtype="float64")
        if len(y) < self.fewest or not np.isfinite(y).all():
            raise NotEnoughData("A projection of a level", self.fewest, int(np.isfinite(y).sum()), "observed periods")
        # with the noise's variance as the unit, all ratios at once; the first value starts the level
        level, spread = np.full(len(_RATIOS), y[0]), np.ones(len(_RATIOS))
        logs, squares = np.zeros(len(_RATIOS)), np.zeros(len(_RATIOS))
        for value in y[1:]:
            spread = spread + _RATIOS
            width = spread + 1
            error = value - level
            squares += error**2 / width
            logs += np.log(width)
            gain = spread / width
            level, spread = level + gain * error, spread * (1 - gain)
        noise = np.maximum(squares / (len(y) - 1), np.finfo(float).tiny)
        best = int(np.argmin((len(y) - 1) * np.log(noise) + logs))
        return FittedLocalLevel(
            float(level[best]),
            float(spread[best] * noise[best]),
            float(_RATIOS[best] * noise[best]),
            float(noise[best]),
        )


@dataclass(frozen=True)
class FittedLocalLevel:
    """level now and its variance; variances of a step of one period and of the noise of what is seen."""

    level: float
    level_variance: float
    step_variance: float
    noise_variance: float

    def ahead(self, periods: float) -> tuple[float, float]:
        """The value seen so many periods ahead, and the standard deviation of its error (equations 2.38, 2.39)."""
        return self.level, float(np.sqrt(self.level_variance + periods * self.step_variance + self.noise_variance))
