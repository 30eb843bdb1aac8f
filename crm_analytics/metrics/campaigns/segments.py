"""Where a campaign worked: its arms within segments, whether they were alike before, and how much credit it took."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.lift import compared
from crm_analytics.metrics.campaigns.problems import from_attributes, spoilt, without_control
from crm_analytics.metrics.campaigns.sums import (
    OUTCOME_DAYS,
    Campaign,
    Costs,
    campaigns_of,
    from_rows,
    listed,
    stated,
    sums,
)
from crm_analytics.models.lift_checks import adjusted, standardised_difference
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.campaign_plans import Entered

#: Fields of customers that a campaign can be broken down by, as they were on the day before it.
FIELDS = (
    "segment",
    "status",
    "abc_class",
    "country",
    "region",
    "city",
    "channel",
    "gender",
    "owner",
    "contact_channel",
)
OUTCOMES = ("responded", "converted", "revenue", "margin")
#: More values than this are taken together: so many looks would find something anywhere.
MOST_SEGMENTS = 20
OTHER = "other"
_SEGMENTS = {
    "campaign_id": "str", "segment": "str", "arm": "str", "treated_customers": "int64", "control_customers": "int64",
    "treated_mean": "float64", "control_mean": "float64", "difference": "float64", "low_95": "float64", "high_95": "float64",
    "p_value": "float64", "adjusted_p_value": "float64", "customers_needed": "float64",
}  # fmt: skip
_BALANCE = {
    "campaign_id": "str", "arm": "str", "covariate": "str", "treated_mean": "float64", "control_mean": "float64",
    "standardised_difference": "float64", "uneven": "bool",
}  # fmt: skip


def campaign_segments(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    by: str = "segment",
    outcome: str = "converted",
    window: int = OUTCOME_DAYS,
) -> pd.DataFrame:
    """What each treated arm caused within each segment of a campaign; without `campaign` of the latest one.

    Segments are those of the day before the campaign, so that nothing it caused moves anybody between them. `by` is a
    field of customers or a further column of the contacts file. The 20 largest segments, the rest together as "other".
    p-values are adjusted over all arms and segments (Benjamini and Hochberg): only those are read.

    Columns
    -------
    campaign_id : str             the campaign
    segment : str                 value of the field; "not known" where there is none
    arm : str                     treated arm
    treated_customers : int64     customers of the segment drawn for the arm
    control_customers : int64     customers of the segment in the control group
    treated_mean : float64        mean of the outcome
    control_mean : float64        the same of the control group; null without any
    difference : float64          treated_mean less control_mean; null likewise
    low_95 : float64              lower end of its 95% interval; money: null with fewer than 30 buyers in an arm
    high_95 : float64             upper end; null likewise
    p_value : float64             of no difference, by itself
    adjusted_p_value : float64    over all rows
    customers_needed : float64    more customers for the observed difference with 80% power; 0 where it is clear
    """
    attributes = warehouse.attributes.get("contacts", {})
    if by not in FIELDS and by not in attributes:
        raise BadValue("by", by, f"one of {', '.join([*FIELDS, *attributes])}")

    def make() -> pd.DataFrame:
        known = _one(listed(warehouse, audience, campaign))
        if known is None:
            return pd.DataFrame(columns=list(_SEGMENTS)).astype(_SEGMENTS)
        first = known["first_on"]
        before = (
            audience
            if pd.isna(first) or by not in FIELDS
            else replace(audience, as_of=(first - timedelta(days=1)).date())
        )
        frame = sums(
            warehouse,
            before,
            known["campaign_id"],
            by if by in FIELDS else None,
            by if by not in FIELDS else None,
            audience.as_of,
            window,
        )
        by_hand = stated(warehouse).get(known["campaign_id"], Entered())
        found = from_rows(known, frame, audience.as_of, Costs(window=window), by_hand)
        told = spoilt(
            found, from_attributes(warehouse, audience, found.campaign_id).get(found.campaign_id)
        ) or without_control(found)
        rows = [] if told else _segments(found, frame, outcome)
        result = pd.DataFrame(rows, columns=list(_SEGMENTS)).astype(_SEGMENTS)
        when = (
            ""
            if pd.isna(first) or by not in FIELDS
            else f" Segments as of {formats.day(before.as_of)}, the day before."
        )
        return notes.noted(result, f"Campaign {found.campaign_id}: {told}." if told else None, when.strip() or None)

    return warehouse.keep("campaign_segments", audience, make, campaign=campaign, by=by, outcome=outcome, window=window)


def _segments(found: Campaign, frame: pd.DataFrame, outcome: str) -> list[dict[str, Any]]:
    named = frame["segment"].astype("object").where(frame["segment"].notna(), "not known").astype("str")
    sizes = frame.groupby(named)["customers"].sum().sort_values(ascending=False, kind="stable")
    if len(sizes) > MOST_SEGMENTS:
        named = named.where(named.isin(sizes.index[: MOST_SEGMENTS - 1]), OTHER)
    rows: list[dict[str, Any]] = []
    control = found.control.name if found.control else None
    for segment, part in frame.groupby(named, sort=True):
        inside = from_rows(found.info, part, found.as_of, replace(found.costs, control=control), found.entered)
        for arm in inside.treated:
            lift = compared(inside, arm).get(outcome)
            row = {
                "campaign_id": found.campaign_id, "segment": segment, "arm": arm.name, "treated_customers": arm.customers,
                "control_customers": inside.control_customers,
            }  # fmt: skip
            if lift is not None:
                row |= {
                    "treated_mean": lift.treated.mean, "control_mean": lift.control.mean, "difference": lift.difference,
                    "low_95": lift.low, "high_95": lift.high, "p_value": lift.p_value, "customers_needed": lift.customers_needed,
                }  # fmt: skip
            rows.append(row)
    for row, p in zip(rows, adjusted([row.get("p_value") for row in rows]), strict=True):
        row["adjusted_p_value"] = p
    return rows


def campaign_balance(warehouse: Warehouse, audience: Audience, *, campaign: str | None = None) -> pd.DataFrame:
    """Whether the arms were alike before: what they spent and whether they bought in as many days; for every campaign or one.

    A standardised difference above 0.1 in absolute value is marked: with small arms it may be chance.

    Columns
    -------
    campaign_id : str                     the campaign
    arm : str                             treated arm, against the control group
    covariate : str                       spend before (money per customer), bought before (share)
    treated_mean : float64                its mean in the arm
    control_mean : float64                its mean in the control group
    standardised_difference : float64     difference over the standard deviation; null where nothing varies
    uneven : bool                         above 0.1 in absolute value
    """

    def make() -> pd.DataFrame:
        rows = [
            row
            for found in campaigns_of(warehouse, audience, campaign, Costs())
            if found.from_orders
            for row in _balance(found)
        ]
        return pd.DataFrame(rows, columns=list(_BALANCE)).astype(_BALANCE)

    return warehouse.keep("campaign_balance", audience, make, campaign=campaign)


def _balance(found: Campaign) -> list[dict[str, Any]]:
    rows = []
    for arm in found.treated if found.control else ():
        pair = [each.sums for each in (arm, found.control)]
        sizes = [each.customers for each in (arm, found.control)]
        means = [
            [each[name] / n for each, n in zip(pair, sizes, strict=True)] for name in ("spent_before", "bought_before")
        ]
        variances = [
            [
                each["spent_before_squares"] / n - (each["spent_before"] / n) ** 2
                for each, n in zip(pair, sizes, strict=True)
            ],
            [share * (1 - share) for share in means[1]],
        ]
        for name, mean, variance in zip(("spend before", "bought before"), means, variances, strict=True):
            apart = float(standardised_difference(mean[0], variance[0], mean[1], variance[1]))
            rows.append({
                "campaign_id": found.campaign_id, "arm": arm.name, "covariate": name, "treated_mean": mean[0], "control_mean": mean[1],
                "standardised_difference": apart, "uneven": bool(np.abs(apart) > 0.1),
            })  # fmt: skip
    return rows


def _one(known: pd.DataFrame) -> dict[str, Any] | None:
    with_contacts = known[known["contacts"] > 0]
    if with_contacts.empty:
        return None
    return with_contacts.sort_values("first_on", kind="stable", na_position="first").iloc[-1].to_dict()
