"""What the campaigns of a programme's actions brought: whom they reached and who responded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crm_analytics.metrics.campaigns.sums import (
    ALL,
    Campaign,
    Costs,
    TargetedArm,
    in_one_spelling,
    listed,
    stated,
)
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.campaign_plans import Entered

_COUNTS = ("customers", "knows_sent", "sent", "knows_delivered", "delivered", "responded")


@dataclass(frozen=True)
class Response:
    """Of a campaign's treated customers: how many it reached, and how many responded (nan: the file does not say)."""

    reached: int
    responded: float

    @property
    def share(self) -> float:
        """Responded of those reached; nan where it is not known or nobody was reached."""
        return self.responded / self.reached if self.reached else math.nan


def responses(warehouse: Warehouse, audience: Audience, campaigns: Iterable[str | None]) -> Mapping[str, Response]:
    """Campaign -> who responded among everyone, as of the day; campaigns without contacts by then are not in it.

    The control group is told apart as on the page Campaigns. Reached are all who were to be contacted but those of whom
    the file says that nothing was delivered.
    """
    everyone = warehouse.audience(EVERYONE, audience.as_of, audience.before)
    # one campaign at a time: several programmes share what was read of one
    read = {each: _contacted(warehouse, everyone, each) for each in sorted({each for each in campaigns if each})}
    found = {campaign: rows for campaign, rows in read.items() if len(rows)}
    if not found:
        return {}
    known = listed(warehouse, everyone).set_index("campaign_id", drop=False)
    by_hand = stated(warehouse)
    return {
        campaign: _response(known.loc[campaign].to_dict(), rows, by_hand.get(campaign, Entered()), audience)
        for campaign, rows in found.items()
    }


def _contacted(warehouse: Warehouse, everyone: Audience, campaign: str) -> pd.DataFrame:
    rows = warehouse.read("metrics/programme_responses", everyone, campaign=campaign)
    return rows if rows.empty else in_one_spelling(rows)


def _response(info: Mapping[str, Any], rows: pd.DataFrame, by_hand: Entered, audience: Audience) -> Response:
    clear = rows[~rows["in_several_arms"]]
    if clear["arm"].isna().all():  # everybody is in the one that the campaign is
        clear = clear.assign(arm=ALL)
    sums = clear.dropna(subset=["arm"]).groupby("arm", sort=True)[list(_COUNTS)].sum().astype("float64")
    arms = tuple(TargetedArm(str(name), row.to_dict(), pd.DataFrame()) for name, row in sums.iterrows())
    named = bool(rows["named_arms"].sum() > 0)
    found = Campaign(info["campaign_id"], info, arms, 0, 0, False, audience.as_of, Costs(), by_hand, named)
    total = {name: sum(arm.sums[name] for arm in found.treated) for name in _COUNTS}
    reached = total["customers"] - (total["knows_delivered"] - total["delivered"])
    # who responds was reached, whatever the file says of the delivery
    return Response(
        int(max(reached, total["responded"])), total["responded"] if rows["knows_responded"].any() else math.nan
    )
