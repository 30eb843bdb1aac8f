"""What campaigns caused: treated arms against the control group, outcome by outcome, and what that was worth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.problems import (
    from_attributes,
    split,
    split_alarm,
    spoilt,
    warnings,
    without_control,
)
from crm_analytics.metrics.campaigns.sums import (
    OUTCOME_DAYS,
    Campaign,
    Costs,
    TargetedArm,
    campaigns_of,
    listed,
)
from crm_analytics.metrics.campaigns.verdict import OUTCOMES, direction, verdict
from crm_analytics.models.lift import Lift, compare_means, compare_rates
from crm_analytics.models.lift_checks import adjusted
from crm_analytics.query.warehouse import Audience, Warehouse

_RATES = ("responded", "converted")
#: Column -> type, in the order of the frame.
_COLUMNS = {
    "campaign_id": "str", "arm": "str", "control_arm": "str", "outcome": "str", "treated_customers": "int64",
    "control_customers": "int64", "treated_mean": "float64", "control_mean": "float64", "difference": "float64", "low_95": "float64",
    "high_95": "float64", "interval": "str", "relative": "float64", "relative_low_95": "float64", "relative_high_95": "float64",
    "p_value": "float64", "adjusted_p_value": "float64", "cuped_difference": "float64", "cuped_low_95": "float64",
    "cuped_high_95": "float64", "variance_saved_share": "float64", "anytime_low_95": "float64", "anytime_high_95": "float64",
    "incremental": "float64", "incremental_low_95": "float64", "incremental_high_95": "float64", "incremental_profit": "float64",
    "profit_low_95": "float64", "profit_high_95": "float64", "raw_profit_difference": "float64", "split_p_value": "float64",
    "detectable_difference": "float64", "customers_needed": "float64", "control_contacted": "int64", "control_elsewhere": "float64",
    "running": "bool", "verdict": "str",
}  # fmt: skip


def campaign_lift(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    value_per_conversion: float | None = None,
    contact_cost: float | None = None,
    control: str | None = None,
    window: int = OUTCOME_DAYS,
) -> pd.DataFrame:
    """What each treated arm caused against the control group, for five outcomes; without `campaign` for every campaign.

    Every targeted customer counts where he was drawn, contacted or not; orders count from the wave's day through day `window`,
    unless the file carries outcomes. Means and differences are per customer: shares for responded and converted, money
    for the others. A problem of the data is named in the verdict, and no effect is given in its place. Profit is margin
    (or conversions at their value) less the contact cost of the treated; fixed costs are not in it.

    Columns
    -------
    campaign_id : str                    the campaign
    arm : str                            treated arm, named as in the file
    control_arm : str                    the arm it is compared with; null without a control group
    outcome : str                        responded, converted, revenue, margin or profit
    treated_customers : int64            customers drawn for the arm
    control_customers : int64            customers drawn for the control group; 0 without one
    treated_mean : float64               mean of the outcome; null where it is not in the data
    control_mean : float64               the same of the control group
    difference : float64                 treated_mean less control_mean; null without a control group or with a problem
    low_95 : float64                     lower end of its 95% interval; money: null with fewer than 30 buyers in an arm
    high_95 : float64                    upper end; null likewise
    interval : str                       how it was made: Newcombe, Welch, or Welch and bootstrap (skewed money), none
    relative : float64                   difference over control_mean; null where that is not clearly above 0
    relative_low_95 : float64            lower end of its 95% interval (Fieller); null likewise
    relative_high_95 : float64           upper end; null likewise
    p_value : float64                    of no difference, two-sided; null without an interval
    adjusted_p_value : float64           over all arms of the campaign on the outcome (Benjamini and Hochberg)
    cuped_difference : float64           adjusted for spend in the days before; null below 100 customers in an arm
    cuped_low_95 : float64               lower end of its 95% interval, never wider than the plain one
    cuped_high_95 : float64              upper end
    variance_saved_share : float64       share of the variance that the adjustment takes off
    anytime_low_95 : float64             lower end of the interval that stays valid however often one looks
    anytime_high_95 : float64            upper end; null while the arms hold too little
    incremental : float64                difference x treated customers: customers or money
    incremental_low_95 : float64         lower end
    incremental_high_95 : float64        upper end
    incremental_profit : float64         of the arm, the same in all its rows, money; null without costs
    profit_low_95 : float64              lower end; null likewise, and with fewer than 30 buyers in an arm
    profit_high_95 : float64             upper end; null likewise
    raw_profit_difference : float64      totals of the arm less those of the control group, sizes forgotten: no effect
    split_p_value : float64              of the arms' sizes against the plan; below 0.001 an alarm; null without a plan
    detectable_difference : float64      the difference that arms of this size show with 80% power
    customers_needed : float64           more customers for the observed difference with 80% power; 0 where it is clear
    control_contacted : int64            members of the control group who were contacted all the same
    control_elsewhere : float64          those whom other campaigns contacted in the window; null unless one campaign is asked
    running : bool                       whether orders may still come in that count
    verdict : str                        what it did and whether it paid, in words
    """
    costs = Costs(value_per_conversion, contact_cost, control, window)

    def make() -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        told = from_attributes(warehouse, audience, campaign)
        campaigns = campaigns_of(warehouse, audience, campaign, costs)
        for found in campaigns:
            elsewhere = contacted_elsewhere(warehouse, audience, found) if campaign else None
            rows += lift_rows(found, told.get(found.campaign_id), elsewhere)
        frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
        return notes.noted(frame, *warnings(warehouse, audience, campaigns), *_raw(frame, warehouse.currency))

    return warehouse.keep("campaign_lift", audience, make, campaign=campaign, costs=costs)


def lift_rows(found: Campaign, told: str | None, elsewhere: float | None) -> list[dict[str, Any]]:
    """The rows of a campaign: every treated arm (every arm, where there is no control group) with every outcome."""
    no_control, problem, split_p = without_control(found), spoilt(found, told), split(found)
    lifts = {arm.name: {} if no_control or problem else compared(found, arm) for arm in found.treated}
    family = {
        outcome: dict(zip(lifts, adjusted([_p(each.get(outcome)) for each in lifts.values()]), strict=True))
        for outcome in OUTCOMES
    }
    rows = []
    for arm in found.treated:
        mine = lifts[arm.name]
        alarm = problem or no_control or split_alarm(split_p)
        money = direction(mine["profit"], found.running) if "profit" in mine else None
        shared = {
            "campaign_id": found.campaign_id, "arm": arm.name, "control_arm": found.control.name if found.control else None,
            "treated_customers": arm.customers, "control_customers": found.control_customers,
            "split_p_value": split_p, "control_contacted": found.control_contacted, "control_elsewhere": elsewhere,
            "running": found.running, "raw_profit_difference": None if problem else _raw_difference(found, arm),
            **_profit(mine.get("profit"), arm.customers),
        }  # fmt: skip
        for outcome in OUTCOMES:
            lift, p = mine.get(outcome), family[outcome].get(arm.name)
            row = shared | {
                "outcome": outcome,
                "adjusted_p_value": p,
                **_means(found, arm, outcome, lift),
                **_figures(lift, arm.customers),
            }
            effect = direction(lift, found.running, p)
            row["verdict"] = _verdict(found, arm, outcome, lift, effect, money, alarm)
            rows.append(row)
    return rows


def compared(found: Campaign, arm: TargetedArm) -> dict[str, Lift]:
    """Outcome -> lift of an arm against the control group, for the outcomes that are known."""
    lifts: dict[str, Lift] = {}
    if found.control is None or min(arm.customers, found.control.customers) < 2:
        return lifts
    for outcome in OUTCOMES[:-1]:
        treated, control = arm.outcome(outcome), found.control.outcome(outcome)
        if treated is not None and control is not None:
            lifts[outcome] = (compare_rates if outcome in _RATES else compare_means)(treated, control)
    if (basis := profit_basis(found, arm)) and basis[0] in lifts:
        lifts["profit"] = lifts[basis[0]].scaled(basis[1], basis[2])
    return lifts


def profit_basis(found: Campaign, arm: TargetedArm) -> tuple[str, float, float] | None:
    """What profit is made of: outcome, value of one unit of it, contact cost per customer; None where costs are not known."""
    cost = found.contact_cost(arm)
    if cost is None or not arm.customers:
        return None
    if found.value_per_conversion is not None:
        return "converted", found.value_per_conversion, cost / arm.customers
    return ("margin", 1.0, cost / arm.customers) if arm.knows("margin") else None


def contacted_elsewhere(warehouse: Warehouse, audience: Audience, found: Campaign) -> float | None:
    """Members of the control group whom other campaigns contacted within the window; None for an undated campaign."""
    info = listed(warehouse, audience, found.campaign_id).iloc[0]
    if found.control is None or pd.isna(info["first_on"]):
        return None
    frame = warehouse.read(
        "metrics/campaign_overlap", audience, campaign=found.campaign_id, arm=found.control.name.lower(),
        first_on=info["first_on"].date(), outcome_days=found.costs.window,
        last_on=min(info["last_on"].date() + timedelta(days=found.costs.window), audience.as_of),
    )  # fmt: skip
    return float(frame["customers"].iloc[0])


def _p(lift: Lift | None) -> float | None:
    return lift.p_value if lift else None


def _means(found: Campaign, arm: TargetedArm, outcome: str, lift: Lift | None) -> dict[str, Any]:
    if outcome != "profit":
        means = [each.sums[outcome] / each.customers if each else None for each in (arm, found.control)]
    else:
        basis = profit_basis(found, arm)
        known = basis is not None and lift is not None
        means = [basis[1] * lift.treated.mean - basis[2], basis[1] * lift.control.mean] if known else [None, None]  # type: ignore[index, union-attr]
    return {"treated_mean": means[0], "control_mean": means[1]}


def _figures(lift: Lift | None, customers: int) -> dict[str, Any]:
    if lift is None:
        return {}
    bounds = {"incremental": lift.difference, "incremental_low_95": lift.low, "incremental_high_95": lift.high}
    return {
        "difference": lift.difference, "low_95": lift.low, "high_95": lift.high,
        "interval": lift.method if lift.low is not None else "none",
        "relative": lift.relative, "relative_low_95": lift.relative_low, "relative_high_95": lift.relative_high, "p_value": lift.p_value,
        "cuped_difference": lift.cuped_difference, "cuped_low_95": lift.cuped_low, "cuped_high_95": lift.cuped_high,
        "variance_saved_share": lift.variance_saved, "anytime_low_95": lift.anytime_low, "anytime_high_95": lift.anytime_high,
        "detectable_difference": lift.detectable, "customers_needed": lift.customers_needed,
        **{name: None if bound is None else bound * customers for name, bound in bounds.items()},
    }  # fmt: skip


def _profit(lift: Lift | None, customers: int) -> dict[str, Any]:
    bounds = (None, None, None) if lift is None else (lift.difference, lift.low, lift.high)
    names = ("incremental_profit", "profit_low_95", "profit_high_95")
    return {name: None if bound is None else bound * customers for name, bound in zip(names, bounds, strict=True)}


def _raw_difference(found: Campaign, arm: TargetedArm) -> float | None:
    basis = profit_basis(found, arm)
    if basis is None or found.control is None or not arm.knows(basis[0]):
        return None
    return basis[1] * (arm.sums[basis[0]] - found.control.sums[basis[0]]) - basis[2] * arm.customers


def _verdict(
    found: Campaign,
    arm: TargetedArm,
    outcome: str,
    lift: Lift | None,
    effect: int,
    money: int | None,
    alarm: str | None,
) -> str:
    if alarm:
        return f"cannot tell: {alarm}"
    if lift is None:
        return (
            _MISSING.get(outcome, "cannot tell: it is not in the data")
            if min(arm.customers, found.control_customers) > 1
            else _SMALL
        )
    if outcome == "responded" and not lift.control.total and not found.control_contacted:
        return "no effect can be read: who was not contacted cannot respond"
    return verdict(outcome, effect, lift.customers_needed, money)


_SMALL = "cannot tell: an arm has fewer than two customers"
_MISSING = {
    "margin": "cannot tell: the cost of the goods is not known",
    "profit": "cannot tell: costs are not known (give value_per_conversion and contact_cost, or load them)",
}


def _raw(frame: pd.DataFrame, currency: str | None) -> list[str]:
    rows = frame[(frame["outcome"] == "profit") & frame["raw_profit_difference"].notna() & frame["difference"].notna()]
    if len(rows) != 1:
        return []
    raw = f"{rows.iloc[0]['raw_profit_difference']:,.2f}" + (f" {currency}" if currency else "")
    return [f"The raw difference of totals is {raw}: it forgets that the arms differ in size and is no effect."]
