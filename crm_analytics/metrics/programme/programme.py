"""Plan against result: objectives, actions, money, the market, and how far the ten steps of a programme are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.programme import measures
from crm_analytics.metrics.programme.outlook import Plan, standing
from crm_analytics.metrics.programme.plan import (
    Baseline,
    Types,
    baseline,
    entered_since,
    framed,
    kept_with_plans,
    loaded_since,
    moved_since,
    programmes_of,
    rows_of,
)
from crm_analytics.metrics.programme.plan import objectives_of as plans_of
from crm_analytics.metrics.programme.responses import Response, responses
from crm_analytics.metrics.programme.states import NOT_MEASURED, NOT_STARTED, Z_80, Z_95, Standing, action_state
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.programmes import PlanRow

_OBJECTIVES: Types = {
    "programme": "str", "objective": "str", "metric": "str", "segment": "str", "kind": "str", "unit": "str", "direction": "str",
    "owner": "str", "baseline": "float64", "baseline_frozen_at": "datetime64[us]", "target": "float64", "due_on": "datetime64[s]",
    "actual": "float64", "progress_share": "float64", "expected_to_date": "float64", "projected": "float64",
    "projected_low_80": "float64", "projected_high_80": "float64", "projected_low_95": "float64", "projected_high_95": "float64",
    "probability": "float64", "state": "str", "judged_by": "str", "lacks": "str",
}  # fmt: skip
_ACTIONS: Types = {
    "programme": "str", "action": "str", "kind": "str", "name": "str", "channel": "str", "owner": "str", "segment": "str",
    "scheduled_on": "datetime64[s]", "executed_on": "datetime64[s]", "state": "str", "days_late": "Int64", "reason": "str",
    "budget": "float64", "cost": "float64", "planned_reach": "Int64", "reached": "Int64", "expected_response": "float64",
    "response": "float64", "expected_revenue": "float64", "campaign_id": "str", "objectives": "str",
}  # fmt: skip


def objectives(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """Each objective of the plans: where it started, where it should be, where it is, and where it will stand.

    A flow (revenue, orders, units, new customers) is summed from the plan's first day; its baseline is the sum of the
    same days a year before, and what is expected to date follows last year's season (a straight line where the history
    does not reach back). A level is read at the day; its baseline is that of the plan's first day, the way straight.
    The state before the due date follows the probability that the target is reached: at least 80% on track, at least
    50% at risk, else off track. It comes from the forecast for flows, from a local-level model on at least 8 month ends
    for levels that can be followed back, from the sampling error for surveys (answers of 12 months); without it the
    state is by schedule: on track at the figure expected to date, at risk from half of the way to it. From the due date
    on an objective is met or missed by the figure of that day. A figure to hold is met within its tolerance.
    Every objective is of its own segment: the audience of the page does not narrow it.

    Columns
    -------
    programme : str                            the programme's id
    objective : str                            the objective's id
    metric : str                               the figure it is about
    segment : str                              whose figure
    kind : str                                 flow or level
    unit : str                                 money, share, days, points or count: of all figures below
    direction : str                            up, down or hold
    owner : str                                who answers for it; null where nobody is named
    baseline : float64                         at the start; null where it cannot be computed
    baseline_frozen_at : datetime64[us]        when it was frozen; null where it is given by the plan or not frozen yet
    target : float64                           the figure to reach; null where it is a change of an unknown baseline
    due_on : datetime64[s]                     the day by which
    actual : float64                           to the as-of date, or to the due date once that is over; null where it cannot be measured
    progress_share : float64                   of the way from baseline to target; null for a figure to hold or without a baseline
    expected_to_date : float64                 if the plan were exactly kept; null before its start
    projected : float64                        at the due date; null without a projection
    projected_low_80 : float64                 lower end of the 80% band; null likewise, and once it is over
    projected_high_80 : float64                upper end
    projected_low_95 : float64                 lower end of the 95% band
    projected_high_95 : float64                upper end
    probability : float64                      that the target is reached; null without a projection, and once it is over
    state : str                                not started, not measured, on track, at risk, off track, met or missed
    judged_by : str                            forecast, local level, sampling interval, schedule, or result; null without a state
    lacks : str                                why it is not measured; null where it is
    """

    def make() -> pd.DataFrame:
        rows, said = [], [] if _only_whole(audience) else [_OWN_SEGMENT]
        for each in programmes_of(warehouse, audience, programme):
            plans = plans_of(warehouse, audience, each)
            started = [(plan, baseline(warehouse, audience, plan)) for plan in plans]
            rows += [_objective(warehouse, audience, plan, found) for plan, found in started]
            said += [moved_since(plan, found) for plan, found in started]
            said.append(_unfrozen(plans, started))
            said.append(entered_since(warehouse, audience, each) if plans else None)
        said.append(loaded_since(warehouse, audience) if rows else None)
        return notes.noted(framed(rows, _OBJECTIVES), *said)

    return kept_with_plans(warehouse, "objectives", audience, make, programme=programme)


_OWN_SEGMENT = "Objectives are of their own segments: the audience chosen does not narrow them."


def _only_whole(audience: Audience) -> bool:
    return audience.rule == EVERYONE


def _unfrozen(plans: list[Plan], started: list[tuple[Plan, Baseline]]) -> str | None:
    open_ones = [plan.objective.row_id for plan, found in started if not (found.given or found.frozen_at)]
    if not open_ones:
        return None
    return f"Not frozen yet: the baseline of {', '.join(open_ones)} moves with the data until the plan's baselines are frozen."


def _objective(warehouse: Warehouse, audience: Audience, plan: Plan, found: Baseline) -> dict[str, object]:
    known = standing(warehouse, plan, found.value, audience.as_of)
    values = plan.objective.values
    row = {
        "programme": plan.objective.programme_id, "objective": plan.objective.row_id, "metric": plan.metric,
        "segment": values["segment"], "kind": "flow" if plan.is_flow else "level", "unit": measures.unit_of(plan.metric),
        "direction": values["direction"], "owner": values["owner"], "baseline": found.value,
        "baseline_frozen_at": found.frozen_at, "target": known.target, "due_on": plan.due_on, "actual": known.actual,
        "progress_share": known.progress, "expected_to_date": known.expected if known.as_of >= plan.starts_on else math.nan,
        "projected": known.projected, "probability": math.nan if known.over else known.probability, "state": known.state,
        "judged_by": None if known.state in (NOT_STARTED, NOT_MEASURED) else known.judged_by, "lacks": _lacks(plan, known),
    }  # fmt: skip
    for percent, z in ((80, Z_80), (95, Z_95)):
        for side, sign in (("low", -1), ("high", 1)):
            row[f"projected_{side}_{percent}"] = known.projected + sign * z * known.error
    return row


def _lacks(plan: Plan, known: Standing) -> str | None:
    if plan.lacks:
        return plan.lacks
    if known.state != NOT_MEASURED:
        return None
    return "the baseline is not known" if math.isnan(known.target) else "there is no data for this figure yet"


# --- actions --------------------------------------------------------------------------------------------------------


def actions(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """Each action of the plans: when it was to be done, what became of it, and what it cost.

    planned: its date has not passed. done: executed on or before its date. late: executed after it, or up to 30 days
    over it and not executed. missed: given up, or more than 30 days over. What happened after the as-of date is not
    known on it. A state set by hand holds against the computed one, with its reason. What its campaign caused beside what
    was expected of it: action_results.

    Columns
    -------
    programme : str                    the programme's id
    action : str                       the action's id
    kind : str                         individual, regular, special event, internal training or external dissemination
    name : str                         what is done; null where the plan does not say
    channel : str                      over which channel; null likewise
    owner : str                        who answers for it; null likewise
    segment : str                      whom it reaches; null likewise
    scheduled_on : datetime64[s]       the day it is to be done
    executed_on : datetime64[s]        the day it was done; null where it was not by the as-of date
    state : str                        planned, done, late or missed
    days_late : Int64                  days over its date; null where it is done in time or still planned
    reason : str                       why it is late or missed, or set by hand; null where nobody has said
    budget : float64                   what it may cost, money; null where the plan does not say
    cost : float64                     what it did cost, money; null where it is not executed or not known
    planned_reach : Int64              customers it was to reach; null where the plan does not say
    reached : Int64                    customers reached: as entered, else as its campaign's contacts say; null likewise
    expected_response : float64        share expected to respond; null where the plan does not say
    response : float64                 share of its campaign's treated customers reached who responded; null without contacts
    expected_revenue : float64         revenue it is to cause, money; null where the plan does not say
    campaign_id : str                  the campaign it is measured by; null without one
    objectives : str                   the objectives it is meant for; null: those of the whole programme
    """

    def make() -> pd.DataFrame:
        rows, said = [], []
        for each in programmes_of(warehouse, audience, programme):
            found = rows_of(warehouse, audience, "actions", each)
            answered = responses(warehouse, audience, (row.values["campaign_id"] for row in found))
            rows += [_action(row, audience.as_of, answered) for row in found]
            said.append(entered_since(warehouse, audience, each) if found else None)
        return notes.noted(framed(rows, _ACTIONS), *said)

    return kept_with_plans(warehouse, "actions", audience, make, programme=programme)


def _action(row: PlanRow, as_of: date, answered: Mapping[str, Response]) -> dict[str, object]:
    values = row.values
    found = answered.get(values["campaign_id"])
    scheduled, executed = values["scheduled_on"], values["executed_on"]
    known = executed is not None and executed <= as_of
    state = action_state(scheduled, executed, as_of, values["status"], values["state_by_hand"])
    over = (executed if known else as_of) - scheduled
    return {
        "programme": row.programme_id, "action": row.row_id, **{name: values[name] for name in _SAID},
        "scheduled_on": scheduled, "executed_on": executed if known else None, "state": state,
        "days_late": over.days if state in ("late", "missed") and over.days > 0 else None,
        "cost": values["actual_cost"] if known else None, "response": found.share if known and found else None,
        "reached": (values["customers_reached"] or (found.reached if found else None)) if known else None,
    }  # fmt: skip


_SAID = (
    "kind", "name", "channel", "owner", "segment", "reason", "budget", "planned_reach", "expected_response", "expected_revenue",
    "campaign_id", "objectives",
)  # fmt: skip

# --- in words -------------------------------------------------------------------------------------------------------


def written(value: float, unit: str, currency: str | None = None) -> str:
    """A figure of an objective with its unit."""
    match unit:
        case "money":
            return formats.money(value, currency)
        case "share":
            return formats.share(value)
        case "days":
            return formats.NONE if pd.isna(value) else f"{value:,.1f} days"
        case "points":
            return formats.NONE if pd.isna(value) else f"{value:,.1f}".replace("-", formats.MINUS)
    if pd.notna(value) and 0 < abs(value) < 1:  # of a figure that is not known, a share perhaps: 0.8 is not 1
        return f"{value:.2g}".replace("-", formats.MINUS)
    return formats.count(value)


def objectives_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How many objectives stand how. Reads `objectives`."""
    if frame.empty:
        return None
    order = ("met", "on track", "at risk", "off track", "missed", "not started", "not measured")
    return states_in_words(frame, as_of, "objective", order)


def actions_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How many actions were done in time. Reads `actions`."""
    if frame.empty:
        return None
    due = frame[frame["scheduled_on"] <= pd.Timestamp(as_of)]
    in_time = (
        f" {formats.share((due['state'] == 'done').mean(), 0)} of the {len(due)} due were done in time."
        if len(due)
        else ""
    )
    return states_in_words(frame, as_of, "action", ("done", "late", "missed", "planned")) + in_time


def states_in_words(frame: pd.DataFrame, as_of: date, what: str, order: Sequence[str]) -> str:
    """How many of these rows are in each state: “As of 31 March 2024, of 3 actions: 2 done, 1 late.”"""
    counts = frame["state"].value_counts()
    parts = ", ".join(f"{counts[state]} {state}" for state in order if state in counts)
    return f"As of {formats.day(as_of)}, of {len(frame)} {what}{'s' * (len(frame) > 1)}: {parts}."
