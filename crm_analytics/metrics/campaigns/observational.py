"""Campaigns without a control group: contacted customers beside others who were like them. An observation, no proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.sums import OUTCOME_DAYS, Costs, campaigns_of, listed
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.matching import Effect, FittedMatching, MatchingModel
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

OUTCOMES = ("converted", "revenue")
FEATURES = (
    "purchase_days",
    "recency_days",
    "known_days",
    "spent_year",
    "contacts_90_days",
    "revenue_before",
    "converted_before",
)
_TYPES = {
    "campaign_id": "str", "outcome": "str", "contacted_customers": "int64", "matched_customers": "int64", "comparable": "float64",
    "contacted_mean": "float64", "comparable_mean": "float64", "naive_difference": "float64", "difference": "float64",
    "low_95": "float64", "high_95": "float64", "placebo_difference": "float64", "placebo_low_95": "float64",
    "placebo_high_95": "float64", "verdict": "str",
}  # fmt: skip
_BALANCE = {"campaign_id": "str", "feature": "str", "before": "float64", "after": "float64"}
#: Two outcomes are looked at: a placebo speaks against the comparison where it is clear at 99%, in halves of a 95% interval.
_CLEARLY = 2.576 / 1.96
_NONE = "No campaign with a day of contact whose outcome window has passed is loaded."


@kept
def observational(warehouse: Warehouse, audience: Audience, *, campaign: str | None = None) -> pd.DataFrame:
    """A campaign without a control group: contacted customers against others alike before it, observational.

    Customers are matched by their propensity to be contacted, from what was known the day before the first contact
    (models.matching); then the change from the 31 days before to the window of 31 days from that day is compared
    (difference in differences). The placebo does the same one window earlier, when nothing had happened: an effect there
    means that the two sides differed anyway. Refused without overlap. Without `campaign` the latest one; empty without any.

    Columns
    -------
    campaign_id : str               the campaign
    outcome : str                   converted (share with a purchase in the window) or revenue (per customer, money)
    contacted_customers : int64     contacted buyers known before the contact
    matched_customers : int64       of them those with somebody comparable: the effect is theirs
    comparable : float64            how many equally weighted others the comparison is worth
    contacted_mean : float64        what the matched contacted did in the window
    comparable_mean : float64       what those like them did
    naive_difference : float64      all contacted less all others: not to be used, it shows the selection
    difference : float64            difference in differences of the matched
    low_95 : float64                lower end of its 95% interval
    high_95 : float64               upper end
    placebo_difference : float64    the same before the campaign, where there can be none; null where it was refused
    placebo_low_95 : float64        lower end of its 95% interval; null likewise
    placebo_high_95 : float64       upper end; null likewise
    verdict : str                   what can be said, always called observational
    """
    name, day = _campaign(warehouse, audience, campaign)
    if day is None:
        return notes.noted(_empty(_TYPES), _NONE)
    try:
        real = _side(warehouse, audience, name, day)
    except NotEnoughData as error:
        if campaign is not None:
            raise
        return notes.noted(_empty(_TYPES), f"Campaign {name}: {error}")
    placebo, refused = _placebo(warehouse, audience, name, day)
    rows = []
    for outcome in OUTCOMES:
        effect = real.effect(outcome)
        before = placebo.effect(outcome) if placebo else None
        rows.append(
            {
                "campaign_id": name,
                "outcome": outcome,
                "contacted_customers": int(real.fitted.contacted.sum()),
                "matched_customers": effect.customers,
                "comparable": effect.comparable,
                "contacted_mean": effect.contacted_mean,
                "comparable_mean": effect.comparable_mean,
                "naive_difference": real.naive(outcome),
                "difference": effect.difference,
                "low_95": effect.low_95,
                "high_95": effect.high_95,
                "placebo_difference": before.difference if before else np.nan,
                "placebo_low_95": before.low_95 if before else np.nan,
                "placebo_high_95": before.high_95 if before else np.nan,
                "verdict": _verdict(outcome, effect, before),
            }
        )
    frame = pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)
    trial = any(found.control for found in campaigns_of(warehouse, audience, name, Costs()))
    left_out = int(real.fitted.contacted.sum()) - int(real.fitted.matched.sum())
    return notes.noted(
        frame,
        "Observational: who was contacted was chosen, and by what may be in no file. Only a control group proves an effect.",
        "This campaign has a control group: what the trial says (campaign_lift) goes before." if trial else None,
        f"{formats.count(left_out)} contacted customers have nobody comparable and are left out." if left_out else None,
        refused,
    )


@kept
def observational_balance(warehouse: Warehouse, audience: Audience, *, campaign: str | None = None) -> pd.DataFrame:
    """How far contacted customers and others were apart before a campaign, before and after matching.

    Columns
    -------
    campaign_id : str   the campaign
    feature : str       what was known of customers before the contact
    before : float64    standardised mean difference of contacted less others; beyond 0.1 they are not alike
    after : float64     the same after matching
    """
    name, day = _campaign(warehouse, audience, campaign)
    if day is None:
        return notes.noted(_empty(_BALANCE), _NONE)
    try:
        balance = _side(warehouse, audience, name, day).fitted.balance.assign(campaign_id=name)
    except NotEnoughData as error:
        if campaign is not None:
            raise
        return notes.noted(_empty(_BALANCE), f"Campaign {name}: {error}")
    return notes.noted(balance[list(_BALANCE)].astype(_BALANCE))


def observational_in_words(frame: pd.DataFrame) -> str | None:
    """The verdict on conversions, or on revenue where it is clearer. Reads `observational`."""
    if frame.empty:
        return None
    row = frame.iloc[0]
    matched, contacted = formats.count(row["matched_customers"]), formats.count(row["contacted_customers"])
    return f"{row['verdict']} {matched} of {contacted} contacted customers have somebody comparable."


@dataclass(frozen=True)
class _Side:
    """A matching and the customers it is of."""

    people: pd.DataFrame
    fitted: FittedMatching

    def effect(self, outcome: str) -> Effect:
        before, after = (self.people[f"{outcome}_{when}"].to_numpy(dtype=float) for when in ("before", "after"))
        return self.fitted.effect(before, after)

    def naive(self, outcome: str) -> float:
        after, mine = self.people[f"{outcome}_after"].to_numpy(dtype=float), self.fitted.contacted
        return float(after[mine].mean() - after[~mine].mean())


def _campaign(warehouse: Warehouse, audience: Audience, campaign: str | None) -> tuple[str, date | None]:
    """The campaign asked for, else the latest whose window has passed, and the first day of its contacts."""
    known = listed(warehouse, audience, campaign)
    known = known[known["first_on"].notna() & (known["contacts"] > 0)] if len(known) else known
    last = pd.Timestamp(audience.as_of - timedelta(days=OUTCOME_DAYS))
    past = known[known["first_on"] <= last] if len(known) else known
    if len(past):
        row = past.sort_values(["first_on", "campaign_id"]).iloc[-1]
        return str(row["campaign_id"]), row["first_on"].date()
    if campaign is not None and known.empty:
        raise NotEnoughData("Comparing without a control group", 1, 0, "dated contacts of the campaign")
    if campaign is not None:
        passed = (audience.as_of - known["first_on"].iloc[0].date()).days
        raise NotEnoughData(
            "Comparing without a control group (days since the first contact)", OUTCOME_DAYS, max(passed, 0), "days"
        )
    return "", None


def _side(warehouse: Warehouse, audience: Audience, campaign: str, day: date) -> _Side:
    people = warehouse.read(
        "metrics/observational", audience, campaign=campaign, from_on=day, window=OUTCOME_DAYS, controls=control_arms(warehouse, audience)
    )  # fmt: skip
    return _Side(people, MatchingModel().fit(people[list(FEATURES)], people["contacted"].to_numpy() == 1))


def _placebo(warehouse: Warehouse, audience: Audience, campaign: str, day: date) -> tuple[_Side | None, str | None]:
    try:
        return _side(warehouse, audience, campaign, day - timedelta(days=OUTCOME_DAYS + 1)), None
    except NotEnoughData as error:
        return None, f"No placebo period: {error}"


def _verdict(outcome: str, effect: Effect, placebo: Effect | None) -> str:
    if placebo is not None and abs(placebo.difference) > _CLEARLY * (placebo.high_95 - placebo.difference):
        return "Observational, and not to be told: the two sides differed in the same way before the campaign."
    unit = "points of the share that bought" if outcome == "converted" else "revenue per customer"
    low, high = _said(effect.low_95, outcome), _said(effect.high_95, outcome)
    between = f"{_said(effect.difference, outcome)} {unit} (95% interval {low} to {high})"
    if effect.low_95 <= 0 <= effect.high_95:
        return f"Observational: no difference to comparable customers can be told, {between}."
    return f"Observational: {'more' if effect.difference > 0 else 'less'} than comparable customers, {between}."


def _said(value: float, outcome: str) -> str:
    text = f"{value * 100:+.2f}" if outcome == "converted" else f"{value:+,.2f}"
    return text.replace("-", formats.MINUS)


def _empty(types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
