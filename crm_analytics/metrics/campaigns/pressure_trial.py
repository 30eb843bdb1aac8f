"""What contacts beyond the cap caused: campaigns with a control group, among customers who had had so many contacts."""

from __future__ import annotations

import math

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.pressure import contact_cap
from crm_analytics.metrics.campaigns.problems import from_attributes, split, split_alarm, spoilt
from crm_analytics.metrics.campaigns.sums import Costs, campaigns_of
from crm_analytics.models.lift import FEWEST_BUYERS, Z_95
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

_TYPES = {
    "campaigns": "int64", "treated_customers": "int64", "control_customers": "int64", "revenue_per_contact": "float64",
    "low_95": "float64", "high_95": "float64", "contacts_over": "int64", "revenue_caused": "float64", "caused_low_95": "float64",
    "caused_high_95": "float64",
}  # fmt: skip


def contact_cap_trial(warehouse: Warehouse, audience: Audience, *, window: int = 30) -> pd.DataFrame:
    """What a contact beyond the advised cap caused, by the draw: the revenue that the cap would have cost, not its bound.

    Of the campaigns with a control group and no problem, the customers who in the days of the window had had as many
    contacts as the cap allows: who of them was contacted once more was drawn. The difference in revenue of each campaign,
    weighted by its treated customers; null with fewer than 30 buyers on either side in sum. A campaign whose last contact
    is not the whole window ago is left out: those contacted last have had less time to buy. Empty where no cap is advised.

    Columns
    -------
    campaigns : int64               campaigns with such customers on both sides
    treated_customers : int64       such customers contacted once more
    control_customers : int64       such customers left alone
    revenue_per_contact : float64   difference in net revenue of the days of the window after, money; null likewise
    low_95 : float64                lower end of its 95% interval; null likewise
    high_95 : float64               upper end; null likewise
    contacts_over : int64           contacts made beyond the cap
    revenue_caused : float64        revenue_per_contact x contacts_over, money: as if each did as much; null likewise
    caused_low_95 : float64         lower end of its 95% interval; null likewise
    caused_high_95 : float64        upper end; null likewise
    """
    return warehouse.keep("contact_cap_trial", audience, lambda: _made(warehouse, audience, window), window=window)


def _made(warehouse: Warehouse, audience: Audience, window: int) -> pd.DataFrame:
    advised = contact_cap(warehouse, audience, window=window).iloc[0]
    if pd.isna(advised["cap"]) or not warehouse.has_orders:
        return pd.DataFrame(columns=list(_TYPES)).astype(_TYPES)
    told = from_attributes(warehouse, audience, None)
    sound = [
        each for each in campaigns_of(warehouse, audience, None, Costs())
        if each.control and not spoilt(each, told.get(each.campaign_id)) and not split_alarm(split(each))
    ]  # fmt: skip
    over_by = pd.Timestamp(audience.as_of) - pd.Timedelta(days=window)
    running = {each.campaign_id for each in sound if each.info["last_on"] > over_by}
    sound = [each for each in sound if each.campaign_id not in running]
    alone = {f"{each.campaign_id}={each.control.name}".lower() for each in sound if each.control}
    controls = control_arms(warehouse, audience, by_campaign=True) + "|".join([*sorted(alone), ""])
    rows = warehouse.read(
        "metrics/contact_cap_trial", audience, window=window, cap=int(advised["cap"]), controls=controls,
        campaigns="|".join(["", *(each.campaign_id for each in sound), ""]),
    )  # fmt: skip
    both = rows.groupby("campaign_id")["customers"].transform("size") == 2
    enough = rows.groupby("campaign_id")["customers"].transform("min") >= 2
    rows = rows[both & enough]
    sides = [rows[rows["control"] == side].set_index("campaign_id") for side in (False, True)]
    over = int(advised["contacts_over"])
    row = {
        "campaigns": len(sides[0]),
        "treated_customers": sides[0]["customers"].sum(),
        "control_customers": sides[1]["customers"].sum(),
        "contacts_over": over,
    }
    if min(side["buyers"].sum() for side in sides) >= FEWEST_BUYERS:
        middle, half = _pooled(*sides)
        for names, times in (
            (("revenue_per_contact", "low_95", "high_95"), 1),
            (("revenue_caused", "caused_low_95", "caused_high_95"), over),
        ):
            row |= dict(zip(names, (times * middle, times * (middle - half), times * (middle + half)), strict=True))
    return notes.noted(
        pd.DataFrame([row], columns=list(_TYPES)).astype(_TYPES),
        "Who was left alone was drawn, so the difference is caused; that all contacts beyond the cap did as much is assumed.",
        _left_out(len(running), window),
    )


def _left_out(running: int, window: int) -> str | None:
    if not running:
        return None
    campaigns = "1 campaign is" if running == 1 else f"{formats.count(running)} campaigns are"
    return f"{campaigns} left out: last sent less than {formats.days(window)} ago."


def _pooled(treated: pd.DataFrame, control: pd.DataFrame) -> tuple[float, float]:
    """The differences of the campaigns weighted by their treated customers (stratified), and half of the 95% interval."""
    weight = treated["customers"] / treated["customers"].sum()
    means = [side["revenue"] / side["customers"] for side in (treated, control)]
    variance = sum(
        (side["revenue_squares"] / side["customers"] - mean**2).clip(lower=0) / (side["customers"] - 1)
        for side, mean in zip((treated, control), means, strict=True)
    )
    return float((weight * (means[0] - means[1])).sum()), Z_95 * math.sqrt(float((weight**2 * variance).sum()))


def cap_trial_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """What the contacts beyond the cap brought by the draw. Reads `contact_cap_trial`."""
    if frame.empty:
        return None
    row = frame.iloc[0]
    of = f"{formats.count(row['treated_customers'])} contacted beyond it, {formats.count(row['control_customers'])} left alone by the draw"
    if pd.isna(row["revenue_caused"]):
        return (
            f"What it would really have cost cannot be told yet ({of}): it takes {FEWEST_BUYERS} buyers on either side."
        )
    found, low, high = (
        formats.money(row[name], currency) for name in ("revenue_caused", "caused_low_95", "caused_high_95")
    )
    trials = "1 campaign" if row["campaigns"] == 1 else f"{formats.count(row['campaigns'])} campaigns"
    return f"By the draw in {trials} ({of}) it would have cost {found} ({low} to {high})."
