"""An objective measured: its baseline, its figure of the day, and where it will stand on its due date."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics.programme import measures
from crm_analytics.metrics.programme.states import FORECAST, LOCAL_LEVEL, RESULT, SAMPLING, SCHEDULE, Standing
from crm_analytics.metrics.sales.forecast import LATEST_BEGINNING
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE, Rule
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.programmes import PlanRow

DAYS_OF_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Plan:
    """An objective of a programme with its rule; `rule` None: no segment is called so."""

    objective: PlanRow
    starts_on: date
    ends_on: date
    rule: Rule | None

    @property
    def metric(self) -> str:
        """The figure it is about."""
        return self.objective.values["metric"]

    @property
    def is_flow(self) -> bool:
        """As the plan says, else as the figure is."""
        return (self.objective.values["kind"] or ("flow" if measures.is_flow(self.metric) else "level")) == "flow"

    @property
    def due_on(self) -> date:
        """The day by which it is to be reached."""
        return self.objective.values["due_on"]

    @property
    def lacks(self) -> str | None:
        """Why it cannot be measured, whatever the data."""
        if not measures.known(self.metric):
            return f"there is no figure named {self.metric}"
        if self.is_flow != measures.is_flow(self.metric):
            return f"{self.metric} is a {'flow' if measures.is_flow(self.metric) else 'level'}"
        return f"no segment is called {self.objective.values['segment']}" if self.rule is None else None


# --- baseline -------------------------------------------------------------------------------------------------------


def baseline_span(plan: Plan) -> tuple[date, date]:
    """The days that a baseline is of: of a flow the days of the plan a year before, of a level the plan's first day."""
    if plan.is_flow:
        return months_before(plan.starts_on, 12), months_before(plan.due_on, 12)
    return plan.starts_on, plan.starts_on


def baseline_of(warehouse: Warehouse, plan: Plan) -> float:
    """The baseline on the data held today; nan where the history does not reach back or has not come so far."""
    first, last = baseline_span(plan)
    latest = warehouse.latest()
    if plan.lacks or last > latest or plan.rule is None:
        return math.nan
    if not plan.is_flow:
        return measures.level_at(warehouse, plan.metric, plan.rule, first)[0]
    days = measures.daily(warehouse, plan.metric, plan.rule, latest)
    return _summed(days, first, last)


def basis_of(warehouse: Warehouse, plan: Plan) -> str:
    """What the baseline stands on, in words that change when that data does."""
    until = baseline_span(plan)[1]
    if plan.metric in measures.SURVEYS:
        counts = measures.SURVEYS[plan.metric](warehouse, warehouse.audience(EVERYONE), by="month")
        return f"{int(counts.loc[counts['group'] <= f'{until:%Y-%m}', 'answers'].sum()):,} answers"
    found = warehouse.read("metrics/programme_basis", warehouse.audience(EVERYONE), until=until).iloc[0]
    return f"{int(found['orders']):,} orders of {float(found['revenue']):,.2f}"


def _summed(days: pd.Series, first: date, last: date) -> float:
    """The sum of a span of days; nan where the history begins later or ends before."""
    if days.empty or days.index[0] > pd.Timestamp(first) or days.index[-1] < pd.Timestamp(last):
        return math.nan
    return float(days[pd.Timestamp(first) : pd.Timestamp(last)].sum().round(4))


# --- standing -------------------------------------------------------------------------------------------------------


def standing(warehouse: Warehouse, plan: Plan, baseline: float, as_of: date) -> Standing:
    """Everything that is known of an objective as of a day."""
    values = plan.objective.values
    target = values["target"]
    if values["target_kind"] == "change":
        target = baseline * (1 + target)
    until = min(as_of, plan.due_on)
    elapsed = 0.0 if as_of < plan.starts_on else _elapsed(plan.starts_on, plan.due_on, until, plan.is_flow)
    known = Standing(
        plan.starts_on, plan.due_on, as_of, plan.is_flow, values["direction"], baseline, target, values["tolerance"],
        math.nan, elapsed,
    )  # fmt: skip
    if plan.lacks or plan.rule is None or as_of < plan.starts_on:
        return known
    return (_flow if plan.is_flow else _level)(warehouse, plan, plan.rule, known, until)


def _elapsed(first: date, due: date, until: date, whole_days: bool) -> float:
    """By the calendar. A flow gathers on the first day too, a level starts from there."""
    days, gone = (due - first).days + whole_days, (until - first).days + whole_days
    return min(max(gone / days, 0.0), 1.0) if days > 0 else 1.0


def _flow(warehouse: Warehouse, plan: Plan, rule: Rule, known: Standing, until: date) -> Standing:
    days = measures.daily(warehouse, plan.metric, rule, known.as_of)
    if days.empty or days.index[0] > pd.Timestamp(until):
        return known
    actual = float(days[pd.Timestamp(plan.starts_on) : pd.Timestamp(until)].sum().round(4))
    first, last = baseline_span(plan)
    year_before = days[pd.Timestamp(first) : pd.Timestamp(last)].sum()
    elapsed = known.elapsed
    if days.index[0] <= pd.Timestamp(first) and days.index[-1] >= pd.Timestamp(last) and year_before > 0:
        elapsed = float(days[pd.Timestamp(first) : pd.Timestamp(months_before(until, 12))].sum() / year_before)
    known = replace(known, actual=actual, elapsed=elapsed)
    if known.over:
        return replace(known, projected=actual, judged_by=RESULT)
    try:
        rest, error = _rest(days, known.as_of, plan.due_on)
    except NotEnoughData:
        return replace(known, judged_by=SCHEDULE)
    return replace(known, projected=actual + rest, error=error, judged_by=FORECAST)


def _rest(days: pd.Series, as_of: date, due_on: date) -> tuple[float, float]:
    """What the days after the as-of date will bring up to the due date, and the standard error. Errors: NotEnoughData."""
    from crm_analytics.models.forecast import ForecastModel

    months = days.groupby(days.index.to_period("M")).sum()
    if days.index[0].day > LATEST_BEGINNING:
        months = months.iloc[1:]
    if as_of.day < calendar.monthrange(as_of.year, as_of.month)[1]:
        months = months.iloc[:-1]
    if months.empty:
        raise NotEnoughData("A forecast", ForecastModel().fewest_months, 0, "complete months")
    ahead = pd.period_range(months.index[-1] + 1, pd.Period(due_on, "M"), freq="M")
    fitted = ForecastModel().fit(months.to_numpy(), len(ahead))
    part = np.array([_days_between(month, as_of, due_on) / month.days_in_month for month in ahead])
    whole, error = fitted.total(len(ahead))
    rest = float(fitted.point @ part)
    return rest, error * (rest / whole if whole > 0 else 1.0)


def _days_between(month: pd.Period, after: date, to: date) -> int:
    first = max(month.start_time.date(), after + timedelta(days=1))
    last = min(month.end_time.date(), to)
    return max((last - first).days + 1, 0)


def _level(warehouse: Warehouse, plan: Plan, rule: Rule, known: Standing, until: date) -> Standing:
    from crm_analytics.models.forecast_level import LocalLevelModel

    actual, error = measures.level_at(warehouse, plan.metric, rule, until)
    known = replace(known, actual=actual)
    if known.over:
        return replace(known, projected=actual, judged_by=RESULT)
    if not math.isnan(error):
        return replace(known, projected=actual, error=error, judged_by=SAMPLING)
    series = measures.followed(warehouse, plan.metric, rule, known.as_of)
    try:
        fitted = LocalLevelModel().fit(series.to_numpy())
    except NotEnoughData:
        return replace(known, judged_by=SCHEDULE)
    projected, error = fitted.ahead((plan.due_on - known.as_of).days / DAYS_OF_A_MONTH)
    return replace(known, projected=projected, error=error, judged_by=LOCAL_LEVEL)
