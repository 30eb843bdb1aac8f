"""What the campaign behind an action proves about an objective, in the unit in which it can be proven."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import CrmError
from crm_analytics.metrics.campaigns.lift import campaign_lift
from crm_analytics.metrics.campaigns.sums import listed
from crm_analytics.query.rules import EVERYONE, Not, Rule, where
from crm_analytics.query.warehouse import Audience, Warehouse

#: Unit of what is proven in buyers where the objective is not counted in them.
CUSTOMERS = "customers"
_NEW, _RETURNING = "had not bought before", "had bought before"


@dataclass(frozen=True)
class Proof:
    """The outcome of a campaign that speaks of a figure, among whom, and whether it is that figure and can be taken off it."""

    outcome: str
    among: str | None = None
    same: bool = False

    @property
    def what(self) -> str:
        """In words."""
        if self.outcome != "converted":
            return self.outcome
        return f"additional buyers who {self.among}" if self.among else "additional buyers"


#: Figure of an objective -> what campaigns prove about it. A figure that is not here is moved by none as far as is known.
PROOFS = MappingProxyType(
    {
        "revenue": Proof("revenue", same=True),
        "buyers": Proof("converted", _NEW, same=True),
        "new_customers": Proof("converted", _NEW, same=True),
        "orders": Proof("converted"),
        "active": Proof("converted"),
        "repeat_buyers": Proof("converted", _RETURNING),
        "repurchase_rate": Proof("converted", _RETURNING),
        "repurchase_sales_share": Proof("converted", _RETURNING),
        "loyal_customers": Proof("converted", _RETURNING),
        "loyal_share": Proof("converted", _RETURNING),
    }
)
_NAMED = MappingProxyType({"nps": "the net promoter score", "csat": "satisfaction"})

#: What was looked up, by campaign and among whom: the frame of campaign_lift, or why there is none.
Lifts = dict[tuple[str, str | None], pd.DataFrame | str]
Effect = tuple[float, float, float, str]


def effect_unit(metric: str, unit: str) -> str | None:
    """The unit in which a campaign's effect on a figure of that unit is told; None where none is proven."""
    proof = PROOFS.get(metric)
    return None if proof is None else unit if proof.same else CUSTOMERS


def unmeasured(metric: str) -> str | None:
    """Why no campaign proves anything about a figure; None where it can."""
    if metric in PROOFS:
        return None
    if metric in _NAMED:
        return f"no campaign measures {_NAMED[metric]}: it is asked in surveys, not seen in orders"
    return f"no campaign measures {metric.replace('_', ' ')}"


def caused_by(
    warehouse: Warehouse,
    audience: Audience,
    metric: str,
    action: dict[str, Any],
    lifts: Lifts,
    segment: Rule | None = EVERYONE,
) -> Effect:
    """What an action caused of a figure, with its 95% interval (nan: not known), and how it is known or why not.

    segment: whose figure it is, None where nobody is called so. A campaign is measured among everyone it was drawn from: what
    it caused is no part of the figure of a segment, whose members of today the campaign itself may have chosen.
    """
    nothing = (math.nan, math.nan, math.nan)
    campaign = action["campaign_id"]
    if pd.isna(action["executed_on"]):
        return *nothing, "not executed"
    if not isinstance(campaign, str):
        return *nothing, "no linked campaign"
    if reason := unmeasured(metric):
        return *nothing, reason
    if segment != EVERYONE:
        return *nothing, "the campaign is measured among everyone, the objective is of a segment"
    proof = PROOFS[metric]
    if (campaign, proof.among) not in lifts:
        lifts[campaign, proof.among] = _lift(warehouse, audience, campaign, proof.among)
    found = lifts[campaign, proof.among]
    if isinstance(found, str):
        return *nothing, found
    arms = found[(found["outcome"] == proof.outcome) & found["control_arm"].notna()]
    if arms.empty or arms["difference"].isna().any():
        return *nothing, "no control group that it can be compared with"
    treated = arms["treated_customers"]
    effect = float((arms["difference"] * treated).sum())
    below = float(np.sqrt((((arms["difference"] - arms["low_95"]) * treated) ** 2).sum(skipna=False)))
    above = float(np.sqrt((((arms["high_95"] - arms["difference"]) * treated) ** 2).sum(skipna=False)))
    told = f"against a control group of {formats.count(arms['control_customers'].max())}"
    return effect, effect - below, effect + above, told if proof.outcome == "revenue" else f"{proof.what}, {told}"


def _lift(warehouse: Warehouse, audience: Audience, campaign: str, among: str | None) -> pd.DataFrame | str:
    """The lift of a campaign, among everyone or a part that was there before it, or why there is none."""
    everyone = warehouse.audience(EVERYONE, audience.as_of, audience.before)
    try:
        rule = EVERYONE
        if among is not None:
            begun = listed(warehouse, everyone, campaign)["first_on"].iloc[0]
            if pd.isna(begun):
                return f"the day of the campaign {campaign} is not known"
            # known before the campaign: the draw of its arms holds among them
            bought = where("first_order_on", "at_most", begun.date() - timedelta(days=1))
            rule = bought if among == _RETURNING else Not(bought)
        found = campaign_lift(warehouse, warehouse.audience(rule, audience.as_of, audience.before), campaign=campaign)
    except CrmError as error:
        return str(error)
    if found.empty:
        return (
            f"the campaign {campaign} was for nobody who {among}"
            if among
            else f"no contacts of the campaign {campaign} are loaded"
        )
    return found
