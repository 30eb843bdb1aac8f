"""How a plan stands: the state of an action and of an objective, from dates and numbers alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

#: An action that is so many days over its date is no longer late, but missed.
MISSED_AFTER_DAYS = 30
#: Probability from which an objective is on track, and from which it is at risk.
ON_TRACK, AT_RISK = 0.8, 0.5

NOT_STARTED, NOT_MEASURED, MET, MISSED = "not started", "not measured", "met", "missed"
RESULT, FORECAST, LOCAL_LEVEL, SAMPLING, SCHEDULE = "result", "forecast", "local level", "sampling interval", "schedule"

Z_80, Z_95 = NormalDist().inv_cdf(0.9), NormalDist().inv_cdf(0.975)


def action_state(
    scheduled_on: date, executed_on: date | None, as_of: date, status: str | None = None, by_hand: str | None = None
) -> str:
    """planned, done, late or missed, as of a day.

    done: executed on or before its date. late: executed after it, or over its date and not executed yet. missed: given
    up (status missed) once its date has passed, or more than 30 days over it. planned: on its date or before, and not
    executed. What happened after the as-of date is not known on it. A state set by hand holds.
    """
    if by_hand:
        return by_hand
    if executed_on is not None and executed_on <= as_of:
        return "done" if executed_on <= scheduled_on else "late"
    if as_of <= scheduled_on:
        return "planned"
    given_up = status == "missed" or (as_of - scheduled_on).days > MISSED_AFTER_DAYS
    return "missed" if given_up else "late"


@dataclass(frozen=True)
class Standing:
    """What is known of an objective as of a day.

    actual: of a flow the sum since the start, else the level; after the due date that of the due date. elapsed: share
    of the plan's way that has been gone, by the calendar or by last year's season. projected and its standard error
    are nan where there is no projection; `judged_by` names what they come from.
    """

    starts_on: date
    due_on: date
    as_of: date
    is_flow: bool
    direction: str
    baseline: float
    target: float
    tolerance: float
    actual: float
    elapsed: float
    projected: float = math.nan
    error: float = math.nan
    judged_by: str = SCHEDULE

    @property
    def holds(self) -> bool:
        """Whether the figure is to be held, not moved."""
        return self.direction == "hold" or self.target == self.baseline

    @property
    def over(self) -> bool:
        """Whether the due date is reached: its own figures are in."""
        return self.as_of >= self.due_on

    @property
    def room(self) -> float:
        """How far off the target a figure to hold may be."""
        return self.tolerance * abs(self.target)

    @property
    def expected(self) -> float:
        """The figure of this day if the plan were exactly kept."""
        if self.is_flow:
            return self.target * self.elapsed
        return self.target if self.holds else self.baseline + (self.target - self.baseline) * self.elapsed

    @property
    def progress(self) -> float:
        """The share of the way from baseline to target; of a flow against the same part of the baseline. nan to hold."""
        if self.holds or math.isnan(self.baseline):
            return math.nan
        start = self.baseline * self.elapsed if self.is_flow else self.baseline
        return (self.actual - start) / (self.target - self.baseline)

    def reached(self, value: float) -> bool:
        """Whether a figure is what the objective asks for."""
        if self.holds:
            return abs(value - self.target) <= self.room + 1e-12 * abs(self.target)
        return value >= self.target if self.direction == "up" else value <= self.target

    @property
    def probability(self) -> float:
        """That the target is reached, of a normal distribution about the projection; nan without one."""
        if math.isnan(self.projected) or math.isnan(self.error):
            return math.nan
        if self.error <= 0:
            return float(self.reached(self.projected))
        law = NormalDist(self.projected, self.error)
        if self.holds:
            return law.cdf(self.target + self.room) - law.cdf(self.target - self.room)
        return 1 - law.cdf(self.target) if self.direction == "up" else law.cdf(self.target)

    @property
    def state(self) -> str:
        """not started, not measured, on track, at risk, off track; from the due date on met or missed."""
        if self.as_of < self.starts_on:
            return NOT_STARTED
        if math.isnan(self.actual) or math.isnan(self.target):
            return NOT_MEASURED
        if self.over:
            return MET if self.reached(self.actual) else MISSED
        if not math.isnan(self.probability):
            return _rated(self.probability, ON_TRACK, AT_RISK)
        if self.holds and not self.is_flow:
            return _rated(-abs(self.actual - self.target), -self.room, -2 * self.room)
        return self._by_schedule()

    def _by_schedule(self) -> str:
        """Against the figure expected to date: reached, at least half of the way to it, or less."""
        sign = -1 if self.direction == "down" else 1
        if math.isnan(self.baseline):
            begun = 0.0 if self.is_flow else math.nan
        else:
            begun = self.baseline * self.elapsed if self.is_flow else self.baseline
        half = self.expected if math.isnan(begun) else (begun + self.expected) / 2
        return _rated(sign * self.actual, sign * self.expected, sign * half)


def _rated(value: float, good: float, fair: float) -> str:
    if value >= good - 1e-12 * abs(good):
        return "on track"
    return "at risk" if value >= fair - 1e-12 * abs(fair) else "off track"
