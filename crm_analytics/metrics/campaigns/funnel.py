"""How far the customers of a campaign got, what came back, and when they bought."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.sums import (
    ALL,
    OUTCOME_DAYS,
    Campaign,
    Costs,
    campaigns_of,
    in_one_spelling,
    listed,
    sums,
)
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

#: Steps of the funnel in their natural order; only those that a file knows are counted.
STEPS = ("targeted", "sent", "delivered", "opened", "clicked", "responded", "converted")

NOT_KNOWN = "not known"
_FUNNEL = {
    "campaign_id": "str",
    "step": "str",
    "customers": "int64",
    "rate_of_previous": "float64",
    "rate_of_targeted": "float64",
}
_CHANNELS = {"campaign_id": "str", "channel": "str", "arm": "str", "customers": "int64", **dict.fromkeys(STEPS[1:], "float64"),
             "response_rate": "float64", "conversion_rate": "float64"}  # fmt: skip
_RETURNS = {"campaign_id": "str", "channel": "str", "cause": "str", "customers": "int64", "share": "float64"}
_DAYS = {"campaign_id": "str", "arm": "str", "day": "int64", "customers": "int64", "cumulative_share": "float64"}


@kept
def campaign_funnel(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    arm: str | None = None,
    channel: str | None = None,
    window: int = OUTCOME_DAYS,
) -> pd.DataFrame:
    """How many customers of a campaign got how far; without `campaign` for every campaign.

    Every customer counts once, however often contacted. Targeted are all who were drawn, the control group too; the steps
    after it are of the treated arms, or of `arm`. Steps that the file does not know are left out. A step with more customers
    than the one before (more opens than deliveries) has no rate, and a note names it.

    Columns
    -------
    campaign_id : str              the campaign
    step : str                     targeted, sent, delivered, opened, clicked, responded, converted
    customers : int64              customers who got so far
    rate_of_previous : float64     of those of the step before; null for the first, and where it would be above 1
    rate_of_targeted : float64     of all targeted; null where it would be above 1
    """
    rows: list[dict[str, Any]] = []
    said: list[str] = []
    for found in campaigns_of(warehouse, audience, campaign, Costs(window=window), channel):
        counts = _counts(found, arm)
        before, targeted = None, counts.get("targeted")
        for step, customers in counts.items():
            rates = {"rate_of_previous": _rate(customers, before), "rate_of_targeted": _rate(customers, targeted)}
            if before is not None and customers > before:
                why = "not all who buy respond" if step in STEPS[5:] else "a problem of the data"
                more = f"{formats.count(customers)} {step}, more than the {formats.count(before)} of the step before"
                said.append(f"Campaign {found.campaign_id}: {more}, {why}: no rate is shown.")
            rows.append({"campaign_id": found.campaign_id, "step": step, "customers": customers, **rates})
            before = customers
    frame = pd.DataFrame(rows, columns=list(_FUNNEL)).astype(_FUNNEL)
    return notes.noted(frame, *said)


def _counts(found: Campaign, arm: str | None) -> dict[str, int]:
    """Step -> customers, for the steps that are known."""
    arms = [each for each in found.arms if each.name.lower() == arm.lower()] if arm else found.treated
    if arm and not arms:
        return {}
    counts = {"targeted": sum(each.customers for each in arms) if arm else found.targeted}
    for step in STEPS[1:]:
        known = [each for each in arms if (each.sums[f"knows_{step}"] if step in STEPS[1:5] else each.knows(step))]
        if step == "sent" and known:  # an arm in which nobody opened it was sent it, too
            counts[step] = int(sum(each.sums["went_out"] for each in arms))
        elif known:
            counts[step] = int(sum(each.sums[step] for each in known))
    return counts


def _rate(part: int, whole: int | None) -> float | None:
    return None if not whole or part > whole else part / whole


@kept
def campaign_channels(warehouse: Warehouse, audience: Audience, *, campaign: str | None = None) -> pd.DataFrame:
    """How far the customers of a campaign got, by channel and arm; without `campaign` of the latest one.

    A customer contacted over two channels counts in both: the rows do not add up to the campaign. Which channel somebody
    was contacted over was chosen, so that the channels' rates do not tell which is better; an arm against the control
    group of the same channel does.

    Columns
    -------
    campaign_id : str           the campaign
    channel : str               how they were contacted, or would have been; "not known" where the file does not say
    arm : str                   arm, the control group too; "all" where the file names none
    customers : int64           customers drawn for that arm over that channel
    sent : float64              of them those to whom something was sent; null where the file does not say
    delivered : float64         reached; null likewise
    opened : float64            who opened; null likewise
    clicked : float64           who followed a link; null likewise
    responded : float64         who responded, or called back over that channel; null likewise
    converted : float64         who converted, as the file says of a contact of that channel; null likewise
    response_rate : float64     responded / customers; null likewise
    conversion_rate : float64   converted / customers; null likewise
    """
    known = listed(warehouse, audience, campaign)
    known = known[known["contacts"] > 0]
    if known.empty:
        return pd.DataFrame(columns=list(_CHANNELS)).astype(_CHANNELS)
    name = known.iloc[-1]["campaign_id"]
    controls = control_arms(warehouse, audience)
    frame = warehouse.read("metrics/campaign_channels", audience, campaign=name, controls=controls)
    frame = in_one_spelling(frame.assign(campaign_id=name))
    frame = frame.fillna({"channel": NOT_KNOWN, "arm": ALL})
    frame = (
        frame.groupby(["campaign_id", "channel", "arm"], sort=True)[["customers", *STEPS[1:]]]
        .sum(min_count=1)
        .reset_index()
    )
    frame["response_rate"], frame["conversion_rate"] = (frame[step] / frame["customers"] for step in STEPS[5:])
    return frame[list(_CHANNELS)].astype(_CHANNELS)


@kept
def campaign_returns(warehouse: Warehouse, audience: Audience, *, campaign: str | None = None) -> pd.DataFrame:
    """Contacts that came back, by channel and cause.

    Columns
    -------
    campaign_id : str     the campaign
    channel : str         how they were sent; null where the file does not say
    cause : str           why they came back; "not stated" where the file does not say
    customers : int64     customers not reached for that cause
    share : float64       of all customers of the campaign whose contact came back
    """
    frame = warehouse.read("metrics/campaign_returns", audience, campaign=campaign)
    frame["share"] = frame["customers"] / frame.groupby("campaign_id")["customers"].transform("sum")
    return frame.astype(_RETURNS)


@kept
def campaign_days(
    warehouse: Warehouse, audience: Audience, *, campaign: str | None = None, window: int = OUTCOME_DAYS
) -> pd.DataFrame:
    """How the response came in: customers by the days from contact to first purchase; without `campaign` of the latest one.

    From orders alone: a file's own outcomes have no day. Of a running campaign the days still to come are left out, and
    customers without a clear arm, as in every comparison.

    Columns
    -------
    campaign_id : str               the campaign
    arm : str                       arm, the control group too
    day : int64                     days since the contact, from 0 to `window`
    customers : int64               customers whose first purchase since the contact was on that day
    cumulative_share : float64      of the arm, those who had bought by then
    """
    known = listed(warehouse, audience, campaign)
    dated = known[known["first_on"].notna()]
    if dated.empty or not warehouse.has_orders:
        return pd.DataFrame(columns=list(_DAYS)).astype(_DAYS)
    last = dated.sort_values("first_on", kind="stable").iloc[-1]
    first_on = last["first_on"].date()
    frame = sums(warehouse, audience, last["campaign_id"], window=window, of_days=True)
    frame = frame[~frame["in_several_arms"].astype(bool)].astype({"arm": object, "day": "float64"})
    if frame["arm"].isna().all():
        frame["arm"] = ALL
    reached = min(window, (audience.as_of - first_on).days)
    days = pd.Index(range(reached + 1), name="day")
    parts = []
    for arm, rows in frame.groupby("arm", sort=True):
        by_day = rows.groupby(rows["day"].fillna(-1))["customers"].sum()
        bought = by_day.reindex(days, fill_value=0)
        part = (
            bought.rename("customers").reset_index().assign(cumulative_share=bought.cumsum().to_numpy() / by_day.sum())
        )
        parts.append(part.assign(campaign_id=last["campaign_id"], arm=arm))
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_DAYS))
    return whole[list(_DAYS)].astype(_DAYS)
