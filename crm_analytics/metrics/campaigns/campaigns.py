"""Campaigns at a glance: what they cost, whom they reached, and how the response came in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.lift import compared, profit_basis
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
from crm_analytics.metrics.campaigns.verdict import direction, verdict
from crm_analytics.query.warehouse import Audience, Warehouse

INCREMENTAL = "incremental"
RESPONSE = "response, not incremental"
_LIST = {
    "campaign_id": "str", "name": "str", "channel": "str", "starts_on": "datetime64[s]", "targeted": "int64", "control": "int64",
    "delivered": "float64", "responded": "float64", "converted": "float64", "revenue": "float64", "cost": "float64", "roi": "float64",
    "roi_kind": "str", "incremental_revenue": "float64", "incremental_profit": "float64", "profit_low_95": "float64",
    "profit_high_95": "float64", "running": "bool", "verdict": "str",
}  # fmt: skip


def campaigns(
    warehouse: Warehouse,
    audience: Audience,
    *,
    value_per_conversion: float | None = None,
    contact_cost: float | None = None,
    window: int = OUTCOME_DAYS,
) -> pd.DataFrame:
    """Every campaign with its cost, what came of it, and its return: incremental where there is a control group.

    Counts are customers of the treated arms, once each, `targeted` and `control` apart. Revenue is theirs in the outcome
    window, or as the file says: who bought anyway is in it. ROI = (margin caused - cost) / cost with a control group,
    else (margin of those who bought - cost) / cost, which flatters and is labelled so.

    Columns
    -------
    campaign_id : str               the campaign
    name : str                      its name
    channel : str                   how it reached people; "several" for more than one; null where unknown
    starts_on : datetime64[s]       first contact, else the planned day; null for an undated file
    targeted : int64                customers drawn for it, control group included
    control : int64                 of them left alone; 0 without a control group
    delivered : float64             treated customers reached; null where the file does not say
    responded : float64             treated customers who responded; null likewise
    converted : float64             treated customers who bought, or did what it was for; null likewise
    revenue : float64               of the treated customers, money; null where it is not known
    cost : float64                  contacts and fixed cost, money; null where nobody says
    roi : float64                   return on that cost; null without cost or margin
    roi_kind : str                  incremental, or "response, not incremental"
    incremental_revenue : float64   caused, money; null without a control group, with a problem, or without revenue
    incremental_profit : float64    margin caused less contact cost, fixed cost not in it, money; null likewise
    profit_low_95 : float64         lower end of its 95% interval; several arms: null
    profit_high_95 : float64        upper end; null likewise
    running : bool                  whether orders may still come in that count
    verdict : str                   what it did, in words
    """
    costs = Costs(value_per_conversion, contact_cost, window=window)

    def make() -> pd.DataFrame:
        told = from_attributes(warehouse, audience, None)
        found = campaigns_of(warehouse, audience, None, costs)
        rows = [_listed(each, told.get(each.campaign_id)) for each in found]
        with_contacts = {each.campaign_id for each in found}
        rows += [
            _planned(row)
            for row in listed(warehouse, audience).to_dict("records")
            if row["campaign_id"] not in with_contacts
        ]
        frame = pd.DataFrame(rows, columns=list(_LIST)).astype(_LIST)
        return notes.noted(frame, *warnings(warehouse, audience, found))

    return warehouse.keep("campaigns", audience, make, costs=costs)


def _listed(found: Campaign, told: str | None) -> dict[str, Any]:
    treated = found.treated
    contact_cost = [found.contact_cost(arm) for arm in treated]
    cost = None if None in contact_cost else sum(contact_cost) + found.fixed_cost  # type: ignore[arg-type]
    row = {
        "campaign_id": found.campaign_id, "name": found.info["name"], "channel": found.info["channel"],
        "starts_on": found.info["first_on"] if pd.notna(found.info["first_on"]) else found.info["starts_on"],
        "targeted": found.targeted, "control": found.control_customers, "cost": cost, "running": found.running,
        "delivered": _total(treated, "delivered", "knows_delivered"),
        **{name: _total(treated, name) for name in ("responded", "converted", "revenue")},
    }  # fmt: skip
    alarm = spoilt(found, told) or without_control(found) or split_alarm(split(found))
    if found.control is None or spoilt(found, told):
        gained = _response_margin(found)
        kind = {"roi": _return(gained, cost), "roi_kind": RESPONSE}
        return row | kind | {"verdict": f"cannot tell: {alarm}"}
    lifts = [compared(found, arm) for arm in treated]
    gains = [_incremental(found, arm, each) for arm, each in zip(treated, lifts, strict=True)]
    gained = None if None in gains else sum(gains)  # type: ignore[arg-type]
    alone = lifts[0].get("profit") if len(treated) == 1 else None
    bounds = (None, None) if alone is None else (alone.low, alone.high)
    return row | {
        "roi": _return(gained, cost), "roi_kind": INCREMENTAL,
        "incremental_revenue": _sum([each["revenue"].difference * arm.customers if "revenue" in each else None
                                     for arm, each in zip(treated, lifts, strict=True)]),
        "incremental_profit": _sum([each["profit"].difference * arm.customers if "profit" in each else None
                                    for arm, each in zip(treated, lifts, strict=True)]),
        **{name: None if bound is None else bound * treated[0].customers
           for name, bound in zip(("profit_low_95", "profit_high_95"), bounds, strict=True)},
        "verdict": f"cannot tell: {alarm}" if alarm else _in_words(found, lifts),
    }  # fmt: skip


def _in_words(found: Campaign, lifts: list[dict[str, Any]]) -> str:
    """The verdict on buyers (else responses, else revenue) of the arm, or of each arm by its name."""
    parts = []
    for arm, mine in zip(found.treated, lifts, strict=True):
        outcome = next((each for each in ("converted", "revenue", "responded") if each in mine), None)
        if outcome is None:
            parts.append((arm.name, "cannot tell: no outcome is known"))
            continue
        money = direction(mine["profit"], found.running) if "profit" in mine else None
        words = verdict(outcome, direction(mine[outcome], found.running), mine[outcome].customers_needed, money)
        parts.append((arm.name, words))
    return parts[0][1] if len(parts) == 1 else "; ".join(f"{name}: {words}" for name, words in parts)


def _incremental(found: Campaign, arm: TargetedArm, lifts: dict[str, Any]) -> float | None:
    """Margin that an arm caused: before any cost of contacting."""
    basis = profit_basis(found, arm)
    return None if basis is None or basis[0] not in lifts else lifts[basis[0]].difference * basis[1] * arm.customers


def _response_margin(found: Campaign) -> float | None:
    bases = [profit_basis(found, arm) for arm in found.treated]
    return _sum(
        [arm.sums[basis[0]] * basis[1] if basis else None for arm, basis in zip(found.treated, bases, strict=True)]
    )


def _sum(parts: list[float | None]) -> float | None:
    return None if not parts or None in parts else float(sum(parts))  # type: ignore[arg-type]


def _return(gained: float | None, cost: float | None) -> float | None:
    return None if gained is None or not cost else (gained - cost) / cost


def _total(arms: tuple[TargetedArm, ...], name: str, known: str | None = None) -> float | None:
    parts = [arm.sums[name] if known is None or arm.sums[known] else np.nan for arm in arms]
    return None if not parts or np.isnan(parts).all() else float(np.nansum(parts))


def _planned(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("campaign_id", "name", "channel", "starts_on")},
        "targeted": 0, "control": 0, "running": False, "roi_kind": RESPONSE, "verdict": "cannot tell: no contact is loaded",
    }  # fmt: skip
