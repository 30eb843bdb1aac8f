"""From revenue to profit, and credit taken against credit due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.lift import compared
from crm_analytics.metrics.campaigns.problems import from_attributes, spoilt
from crm_analytics.metrics.campaigns.sums import OUTCOME_DAYS, Campaign, Costs, TargetedArm, campaigns_of
from crm_analytics.models.lift import Lift
from crm_analytics.models.lift_credit import over_credit
from crm_analytics.query.warehouse import Audience, Warehouse

STEPS = ("revenue", "cost of goods", "margin", "contact cost", "fixed cost", "profit")
NOT_KNOWN = "not known"
_BRIDGE = {"campaign_id": "str", "step": "str", "attributed": "float64", "incremental": "float64"}
_CREDIT = {
    "channel": "str", "campaigns": "int64", "attributed_revenue": "float64", "incremental_revenue": "float64",
    "over_credit_factor": "float64", "low_95": "float64", "high_95": "float64",
}  # fmt: skip


def campaign_bridge(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    value_per_conversion: float | None = None,
    contact_cost: float | None = None,
    window: int = OUTCOME_DAYS,
) -> pd.DataFrame:
    """From revenue to profit, as attributed and as caused; without `campaign` for every campaign.

    Attributed is all that the treated customers bought in the window, whoever would have bought anyway too. Where a
    conversion has a value, that value stands for margin. Costs are the same in both.

    Columns
    -------
    campaign_id : str        the campaign
    step : str               revenue, cost of goods, margin, contact cost, fixed cost, profit; costs are negative
    attributed : float64     money; null where it is not known
    incremental : float64    what the campaign caused, money; null without a control group or with a problem
    """
    costs = Costs(value_per_conversion, contact_cost, window=window)

    def make() -> pd.DataFrame:
        told = from_attributes(warehouse, audience, campaign)
        rows = []
        for found in campaigns_of(warehouse, audience, campaign, costs):
            lifts = (
                []
                if spoilt(found, told.get(found.campaign_id))
                else [(arm, compared(found, arm)) for arm in found.treated]
            )
            rows += _bridge(found, lifts)
        return pd.DataFrame(rows, columns=list(_BRIDGE)).astype(_BRIDGE)

    return warehouse.keep("campaign_bridge", audience, make, campaign=campaign, costs=costs)


def _bridge(found: Campaign, lifts: list[tuple[TargetedArm, dict[str, Lift]]]) -> list[dict[str, Any]]:
    contact = [found.contact_cost(arm) for arm in found.treated]
    contact_cost = None if None in contact or not contact else -sum(contact)  # type: ignore[arg-type]

    def caused(outcome: str) -> Callable[[TargetedArm], float | None]:
        gained = {arm.name: mine[outcome].difference * arm.customers for arm, mine in lifts if outcome in mine}
        return lambda arm: gained.get(arm.name)

    def whole(of: Callable[[TargetedArm], float | None]) -> float | None:
        parts = [of(arm) for arm in found.treated]
        return None if not parts or None in parts else sum(parts)  # type: ignore[arg-type]

    columns = {}
    for column, of in (("attributed", _total), ("incremental", caused)):
        revenue = whole(of("revenue"))
        margin = whole(of("margin"))
        if found.value_per_conversion is not None:
            conversions = whole(of("converted"))
            margin = None if conversions is None else conversions * found.value_per_conversion
        goods = None if revenue is None or margin is None else margin - revenue
        known = margin is not None and contact_cost is not None
        profit = margin + contact_cost - found.fixed_cost if known else None  # type: ignore[operator]
        columns[column] = (revenue, goods, margin, contact_cost, 0.0 - found.fixed_cost, profit)
    return [
        {
            "campaign_id": found.campaign_id,
            "step": step,
            **{column: values[place] for column, values in columns.items()},
        }
        for place, step in enumerate(STEPS)
    ]


def _total(outcome: str) -> Callable[[TargetedArm], float | None]:
    return lambda arm: arm.sums[outcome] if arm.knows(outcome) else None


def campaign_credit(warehouse: Warehouse, audience: Audience, *, window: int = OUTCOME_DAYS) -> pd.DataFrame:
    """Revenue attributed to campaigns against what they caused, by channel: the over-credit factor.

    Over the campaigns with a control group and known revenue. A factor of 4 says that a report which credits a campaign
    with all that its recipients bought shows four times what it brought.

    Columns
    -------
    channel : str                     how the campaigns reached people
    campaigns : int64                 campaigns with a control group and revenue
    attributed_revenue : float64      all that their treated customers bought in the window, money
    incremental_revenue : float64     what they caused, money
    over_credit_factor : float64      attributed over incremental; null where nothing was added
    low_95 : float64                  lower end of its 95% interval (Fieller); null where the increment is not clearly above 0
    high_95 : float64                 upper end; null likewise
    """

    def make() -> pd.DataFrame:
        told = from_attributes(warehouse, audience, None)
        lifts: dict[str, list[list[Lift]]] = {}
        for found in campaigns_of(warehouse, audience, None, Costs(window=window)):
            if spoilt(found, told.get(found.campaign_id)):
                continue
            mine = [each["revenue"] for each in (compared(found, arm) for arm in found.treated) if "revenue" in each]
            if mine:
                channel = NOT_KNOWN if pd.isna(found.info["channel"]) else found.info["channel"]
                lifts.setdefault(channel, []).append(mine)
        rows = []
        for channel, campaigns in sorted(lifts.items()):
            credit = over_credit([lift for each in campaigns for lift in each])
            rows.append({
                "channel": channel, "campaigns": len(campaigns), "attributed_revenue": credit.attributed,
                "incremental_revenue": credit.incremental, "over_credit_factor": credit.factor, "low_95": credit.low,
                "high_95": credit.high,
            })  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(_CREDIT)).astype(_CREDIT)
        return notes.noted(
            frame, "A factor without an interval rests on too little." if frame["low_95"].isna().any() else None
        )

    return warehouse.keep("campaign_credit", audience, make, window=window)
