"""From objective to proof: what the actions caused, what of the movement they do not explain, and where the gap lies."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.programme.outlook import Plan, baseline_span
from crm_analytics.metrics.programme.plan import Types, baseline, framed, kept_with_plans, objectives_of, programmes_of
from crm_analytics.metrics.programme.programme import actions, objectives, written
from crm_analytics.metrics.programme.proof import CUSTOMERS, Lifts, caused_by, effect_unit, unmeasured
from crm_analytics.metrics.sales.tree import logarithmic_mean
from crm_analytics.query.marts import months_before
from crm_analytics.query.warehouse import Audience, Warehouse

WANTED, GUESTS = "growth wanted to date", "guests"

_CHAIN: Types = {
    "programme": "str", "objective": "str", "part": "str", "action": "str", "campaign_id": "str", "state": "str",
    "effect": "float64", "effect_low_95": "float64", "effect_high_95": "float64", "effect_unit": "str", "evidence": "str",
}  # fmt: skip
_GAP: Types = {
    "programme": "str", "objective": "str", "lever": "str", "effect": "float64", "gap": "float64", "planned_actions": "str",
}  # fmt: skip


def programme_chain(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """Each objective with the actions meant for it, what each caused, their sum, and the rest of the movement.

    What an action caused is the lift of its campaign over its control group (campaign_lift, all treated arms). Of revenue
    it is revenue; of buyers and new customers the additional buyers among those who had not bought before the campaign;
    both are taken off the movement. Of orders, active, repeat and loyal customers a campaign proves only additional
    buyers of its own days (of the last two among those who had bought before): they are told in customers and not
    taken off. Surveys and all other figures no campaign measures, nor those of a segment: campaigns are measured among
    everyone. Actions that name no objective are meant for all. The movement is the figure less the baseline (of a flow the
    same part of it); what the sum of measured effects leaves is not explained: season, the market, or actions without a
    control group. Intervals add up as of independent campaigns; the effect of a campaign that several actions share is
    summed once.

    Columns
    -------
    programme : str       the programme's id
    objective : str       the objective's id
    part : str            action, all actions, movement, or not explained
    action : str          the action's id; null in the sums
    campaign_id : str     the campaign it is measured by; null without one
    state : str           of the action; null in the sums
    effect : float64      caused; null where nothing measures it
    effect_low_95 : float64      lower end of the 95% interval; null likewise, and where it has none
    effect_high_95 : float64     upper end
    effect_unit : str     money, share, days, points or count as the objective's, or customers: of the three; null where none is proven
    evidence : str        how it is known, or why it is not
    """

    def make() -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        lifts: Lifts = {}
        for each in programmes_of(warehouse, audience, programme):
            goals = objectives(warehouse, audience, programme=each.row_id)
            done = actions(warehouse, audience, programme=each.row_id)
            plans = {plan.objective.row_id: plan for plan in objectives_of(warehouse, audience, each)}
            for goal in goals.to_dict("records"):
                plan = plans[goal["objective"]]
                parts = [
                    _caused(warehouse, audience, goal, plan, action, lifts)
                    for action in done.to_dict("records")
                    if _meant(action, goal["objective"])
                ]
                rows += [*parts, *_sums(warehouse, audience, goal, plan, parts)]
        return notes.noted(framed(rows, _CHAIN))

    return kept_with_plans(warehouse, "programme_chain", audience, make, programme=programme)


def _meant(action: dict[str, object], objective: str) -> bool:
    """Whether an action is for an objective: by name, or because it names none."""
    named = action["objectives"]
    return not isinstance(named, str) or objective in [each.strip() for each in named.split(";")]


def _caused(
    warehouse: Warehouse, audience: Audience, goal: dict, plan: Plan, action: dict, lifts: Lifts
) -> dict[str, object]:
    effect, low, high, evidence = caused_by(warehouse, audience, goal["metric"], action, lifts, plan.rule)
    campaign = action["campaign_id"] if isinstance(action["campaign_id"], str) else None
    return {
        "programme": goal["programme"], "objective": goal["objective"], "part": "action", "action": action["action"],
        "campaign_id": campaign, "state": action["state"], "effect": effect, "effect_low_95": low, "effect_high_95": high,
        "effect_unit": effect_unit(goal["metric"], goal["unit"]), "evidence": evidence,
    }  # fmt: skip


def _sums(
    warehouse: Warehouse, audience: Audience, goal: dict, plan: Plan, parts: list[dict[str, object]]
) -> list[dict[str, object]]:
    """All actions together, the movement, and what of it they do not explain."""
    proven = pd.DataFrame([part for part in parts if not math.isnan(part["effect"])])  # type: ignore[arg-type]
    total = low = high = math.nan
    shared = ""
    if len(proven):
        once, shared = by_campaign(proven)
        total = float(once["effect"].sum())
        low = total - float(np.sqrt(((once["effect"] - once["effect_low_95"]) ** 2).sum(skipna=False)))
        high = total + float(np.sqrt(((once["effect_high_95"] - once["effect"]) ** 2).sum(skipna=False)))
    moved = _movement(warehouse, audience, goal, plan)
    unit = effect_unit(goal["metric"], goal["unit"])
    same = unit == goal["unit"]
    rest, rest_low, rest_high = (moved - each if same else math.nan for each in (total, high, low))
    proof = f"{len(proven)} of {len(parts)} actions have a measured effect{shared}"
    why = unmeasured(goal["metric"]) or ("nothing is measured" if same else _other(goal["metric"]))
    rests = why if math.isnan(rest) else "season, the market, actions without a control group"
    figures = [
        ("all actions", total, low, high, unit, unmeasured(goal["metric"]) or proof),
        ("movement", moved, math.nan, math.nan, goal["unit"],
         "the figure less the baseline" + (" to the same date" if goal["kind"] == "flow" else "")),
        ("not explained", rest, rest_low, rest_high, goal["unit"], rests),
    ]  # fmt: skip
    names = ("part", "effect", "effect_low_95", "effect_high_95", "effect_unit", "evidence")
    head = {name: goal[name] for name in ("programme", "objective")}
    return [head | dict(zip(names, each, strict=True)) for each in figures]


def _other(metric: str) -> str:
    return f"what they add to {metric.replace('_', ' ')} no control group tells"


def by_campaign(proven: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Of the actions with a measured effect one per campaign: what may be summed; and that some share one, if so."""
    once = proven.drop_duplicates("campaign_id")
    campaigns = f"{len(once)} campaign{'s' * (len(once) != 1)}"
    return once, f" (of {campaigns}, each counted once)" if len(once) < len(proven) else ""


def _movement(warehouse: Warehouse, audience: Audience, goal: dict, plan: Plan) -> float:
    started = baseline(warehouse, audience, plan).value
    if goal["kind"] == "level" or math.isnan(started):
        return goal["actual"] - started
    # the part of the baseline that belongs to the days so far, as the objective reckons it
    return goal["actual"] - started * (goal["expected_to_date"] / goal["target"] if goal["target"] else math.nan)


# --- the gap --------------------------------------------------------------------------------------------------------


def programme_gap(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """The gap of each revenue objective to what was expected to date, divided among what revenue is made of.

    Against the same days a year before: what growth was wanted, and what customers, purchases per customer, value per
    order, returns and guests brought instead (LMDI-I as in sales_tree). All parts add up to the gap.

    Columns
    -------
    programme : str          the programme's id
    objective : str          the objective's id
    lever : str              the growth wanted to date, or what revenue is made of
    effect : float64         what it adds to the gap, money; null where the history does not reach back
    gap : float64            actual - expected to date, money, the same in all rows of an objective
    planned_actions : str    actions still to come that are said to work on the lever; null without any
    """

    def make() -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        for each in programmes_of(warehouse, audience, programme):
            goals = objectives(warehouse, audience, programme=each.row_id).set_index("objective")
            planned = _planned(warehouse, audience, each)
            for plan in objectives_of(warehouse, audience, each):
                goal = goals.loc[plan.objective.row_id]
                if (
                    plan.metric == "revenue"
                    and plan.rule is not None
                    and not pd.isna(goal["actual"] - goal["expected_to_date"])
                ):
                    rows += _gap(warehouse, audience, plan, goal, planned)
        return notes.noted(framed(rows, _GAP))

    return kept_with_plans(warehouse, "programme_gap", audience, make, programme=programme)


def _planned(warehouse: Warehouse, audience: Audience, programme: object) -> dict[str, list[str]]:
    """Lever -> actions that are not executed and not missed."""
    from crm_analytics.metrics.programme.plan import rows_of

    open_ones: dict[str, list[str]] = {}
    states = actions(warehouse, audience, programme=programme.row_id).set_index("action")  # type: ignore[attr-defined]
    for row in rows_of(warehouse, audience, "actions", programme):  # type: ignore[arg-type]
        still = pd.isna(states.loc[row.row_id, "executed_on"]) and states.loc[row.row_id, "state"] != "missed"
        if row.values["lever"] and still:
            open_ones.setdefault(row.values["lever"], []).append(row.row_id)
    return open_ones


def _gap(
    warehouse: Warehouse, audience: Audience, plan: Plan, goal: pd.Series, planned: dict[str, list[str]]
) -> list[dict[str, object]]:
    until = min(audience.as_of, plan.due_on)
    span = {
        "after_from": plan.starts_on, "after_to": until, "before_from": baseline_span(plan)[0], "before_to": months_before(until, 12),
    }  # fmt: skip
    read = warehouse.read("metrics/sales_tree", warehouse.audience(plan.rule, audience.as_of), **span)
    found = {bool(row["is_after"]): row for row in read.to_dict("records")}
    gap = float(goal["actual"] - goal["expected_to_date"])
    effects = _levers(found.get(False), found.get(True))
    before = float(found[False]["revenue"]) if False in found else math.nan
    parts = {WANTED: before - float(goal["expected_to_date"]), **effects}
    return [
        {"programme": goal["programme"], "objective": plan.objective.row_id, "lever": lever, "effect": effect, "gap": gap,
         "planned_actions": ", ".join(planned.get(lever, [])) or None}
        for lever, effect in parts.items()
    ]  # fmt: skip


def _levers(then: dict | None, now: dict | None) -> dict[str, float]:
    """What each lever changed from one period to the other (LMDI-I); nothing where nobody bought in one of them."""
    names = ("customers", "purchases per customer", "value per order", "returns", GUESTS)
    if then is None or now is None or not min(then["customers"], now["customers"]) > 0:
        return dict.fromkeys(names, math.nan)
    mean = logarithmic_mean(float(now["bought"]), float(then["bought"]))
    values = [
        (row["customers"], row["orders"] / row["customers"], float(row["bought"]) / row["orders"])
        for row in (then, now)
    ]
    factors = [mean * math.log(after / before) for before, after in zip(*values, strict=True)]
    added = [float(now[name]) - float(then[name]) for name in ("returned", "guests")]
    return dict(zip(names, [*factors, *added], strict=True))


# --- in words -------------------------------------------------------------------------------------------------------


def chain_in_words(frame: pd.DataFrame, objective: str, currency: str | None, as_of: date) -> str | None:
    """What of an objective's movement is measured. Reads `programme_chain`."""
    parts = frame[frame["objective"] == objective].set_index("part")
    if parts.empty or pd.isna(parts.loc["movement", "effect"]):
        return None

    def said(value: float, unit: str) -> str:
        # a share moves by points: "0.9%" of it would be another thing
        words = (
            f"{100 * value:+.1f} points"
            if unit == "share"
            else ("+" if value > 0 else "") + written(value, unit, currency)
        )
        return words.replace("-", formats.MINUS)

    moved, caused, rest = (parts.loc[name] for name in ("movement", "all actions", "not explained"))
    began = f"As of {formats.day(as_of)} {objective} has moved by {said(moved['effect'], moved['effect_unit'])}"
    if pd.isna(caused["effect"]):
        return f"{began}; {caused['evidence']}."
    unit = caused["effect_unit"]
    band = "" if pd.isna(caused["effect_low_95"]) else (
        f"95%: {said(caused['effect_low_95'], unit)} to {said(caused['effect_high_95'], unit)}; "
    )  # fmt: skip
    proof = f"({band}{caused['evidence']})"
    if unit == CUSTOMERS:
        brought = f"In the days after them the actions brought {said(caused['effect'], unit)} additional buyers {proof}"
        return f"{began}. {brought}; {rest['evidence']}."
    return f"{began}; the actions caused {said(caused['effect'], unit)} of it {proof}, {said(rest['effect'], unit)} is not explained."


def gap_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """The gap as the sum of its largest parts. Reads `programme_gap` of one objective."""
    known = frame.dropna(subset=["effect"])
    if known.empty:
        return None
    gap = known["gap"].iloc[0]
    moved = known[known["effect"] != 0].sort_values("effect", key=abs, ascending=False, kind="stable")
    parts = ", ".join(f"{_signed(row.effect, currency)} {row.lever}" for row in moved.itertuples())
    return f"{_signed(gap, currency)} against the plan to date = {parts}."


def _signed(value: float, currency: str | None) -> str:
    return ("+" if value > 0 else "") + formats.money(value, currency)
