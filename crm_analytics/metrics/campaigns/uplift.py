"""Whom to contact next time: customers ranked by what the contact changed, on a campaign with a control group."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadInput, CrmError, NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.problems import spoilt, tells_the_outcome
from crm_analytics.metrics.campaigns.sums import OUTCOME_DAYS, Campaign, Costs, campaigns_of, listed
from crm_analytics.metrics.segments.explore import KNOWN_AFTER
from crm_analytics.models.uplift import DECILES, UpliftModel
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

FEATURES = ("purchase_days", "recency_days", "known_days", "spent", "spent_90_days", "contacts", "responses")
#: A text column with more values than this is a name or a comment, and no feature.
MOST_VALUES = 30
_DECILES = {
    "campaign_id": "str", "decile": "int64", "treated_customers": "int64", "control_customers": "int64", "uplift": "float64",
    "low_95": "float64", "high_95": "float64", "qini": "float64", "qini_low_95": "float64", "qini_high_95": "float64",
    "random_qini": "float64", "profit_per_customer": "float64", "advised": "boolean",
}  # fmt: skip
_SUMMARY = {
    "campaign_id": "str", "treated_customers": "int64", "control_customers": "int64", "qini_coefficient": "float64",
    "low_95": "float64", "high_95": "float64", "value_per_conversion": "float64", "contact_cost": "float64",
    "advised_share": "float64", "verdict": "str",
}  # fmt: skip


def uplift(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    value_per_conversion: float | None = None,
    contact_cost: float | None = None,
) -> pd.DataFrame:
    """A campaign's customers by predicted uplift, in tenths, each scored by models that have not seen them.

    Two models of the conversion, treated and control (models.uplift), from what was known the day before the first
    contact and the further columns of the contacts file. Decile 1 has the highest predicted uplift. Advised: the tenths
    to which contacting pays most in sum, uplift x value - cost; the value is what a conversion brought on average and
    the cost that of the campaign, unless given. Refused with fewer than 100 conversions in either arm. Without
    `campaign` the latest one; empty where it has no control group or too little.

    Columns
    -------
    campaign_id : str              the campaign
    decile : int64                 1 is the tenth with the highest predicted uplift
    treated_customers : int64      treated customers in it
    control_customers : int64      control customers in it
    uplift : float64               conversion rate of the treated less that of the control group; null without either
    low_95 : float64               lower end of its 95% interval
    high_95 : float64              upper end
    qini : float64                 conversions caused when this and all higher tenths are contacted
    qini_low_95 : float64          lower end of its 95% interval, by bootstrap
    qini_high_95 : float64         upper end
    random_qini : float64          conversions caused when as many are drawn at random
    profit_per_customer : float64  uplift x value - cost, money; null where either is not known
    advised : boolean              whether contacting this tenth belongs to the depth that pays most; null likewise
    """
    found, worth = _judged(warehouse, audience, campaign, value_per_conversion, contact_cost)
    if found.empty:
        return notes.noted(_empty(_DECILES), *found.attrs["notes"])
    value, cost = worth
    frame = found.assign(profit_per_customer=found["uplift"] * value - cost)
    frame["advised"] = pd.array([pd.NA] * len(frame), dtype="boolean")
    if not np.isnan(value) and not np.isnan(cost):
        depth = depth_that_pays(frame["profit_per_customer"].to_numpy(), found["treated_customers"].to_numpy())
        frame["advised"] = pd.array(frame["decile"] <= depth, dtype="boolean")
    return notes.noted(frame[list(_DECILES)].astype(_DECILES), *found.attrs["notes"])


def uplift_summary(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    value_per_conversion: float | None = None,
    contact_cost: float | None = None,
) -> pd.DataFrame:
    """Whether the ranking by uplift is better than chance, and how deep to contact, in one row; empty as `uplift`.

    Columns
    -------
    campaign_id : str               the campaign
    treated_customers : int64       treated customers scored
    control_customers : int64       control customers scored
    qini_coefficient : float64      area between the Qini curve and the random line, per treated customer
    low_95 : float64                lower end of its 95% interval, by bootstrap
    high_95 : float64               upper end
    value_per_conversion : float64  what a conversion is worth, money; null where it is not known
    contact_cost : float64          what a contact costs, money; null where it is not known
    advised_share : float64         share of customers to contact; null where value or cost is not known
    verdict : str                   what to do, or that the ranking is no better than chance
    """
    found, (value, cost) = _judged(warehouse, audience, campaign, value_per_conversion, contact_cost)
    if found.empty:
        return notes.noted(_empty(_SUMMARY), *found.attrs["notes"])
    share = np.nan
    if not np.isnan(value) and not np.isnan(cost):
        share = (
            depth_that_pays((found["uplift"] * value - cost).to_numpy(), found["treated_customers"].to_numpy())
            / DECILES
        )
    first = found.iloc[0]
    row = {
        "campaign_id": first["campaign_id"],
        "treated_customers": found["treated_customers"].sum(),
        "control_customers": found["control_customers"].sum(),
        "qini_coefficient": first["coefficient"],
        "low_95": first["coefficient_low"],
        "high_95": first["coefficient_high"],
        "value_per_conversion": value,
        "contact_cost": cost,
        "advised_share": share,
        "verdict": _verdict(first["coefficient_low"], share),
    }
    return notes.noted(pd.DataFrame([row]).astype(_SUMMARY), *found.attrs["notes"])


def uplift_in_words(summary: pd.DataFrame, deciles: pd.DataFrame) -> str | None:
    """The verdict, and what the best tenth gains against the rest. Reads `uplift_summary` and `uplift`."""
    if summary.empty:
        return None
    row, best = summary.iloc[0], deciles.iloc[0]
    rest = deciles["uplift"].iloc[1:].mean()
    return (
        f"{row['verdict']} The best tenth gains {best['uplift'] * 100:+.1f} points, the others {rest * 100:+.1f} "
        f"({formats.count(row['treated_customers'])} treated, {formats.count(row['control_customers'])} control customers, "
        "each scored by models that have not seen them)."
    ).replace("-", formats.MINUS)


def _judged(
    warehouse: Warehouse, audience: Audience, campaign: str | None, value: float | None, cost: float | None
) -> tuple[pd.DataFrame, tuple[float, float]]:
    """The deciles with the coefficient, kept for the campaign; and value and cost in force (NaN where not known)."""
    row = trial_of(warehouse, audience, campaign)
    if row is None:
        return _nothing("No campaign with contacts is loaded."), (np.nan, np.nan)
    name = str(row["campaign_id"])

    def make() -> pd.DataFrame:
        return _made(warehouse, audience, name, row["first_on"])

    try:
        found = warehouse.keep("uplift_judged", audience, make, campaign=name)
    except CrmError as error:
        if campaign is not None:
            raise
        return _nothing(f"Campaign {name}: {error}"), (np.nan, np.nan)
    worth = found["mean_value"].iloc[0] if value is None else value
    paid = row["cost_per_contact"] if cost is None else cost
    return found, (float(worth), float(paid) if pd.notna(paid) else np.nan)


def _made(warehouse: Warehouse, audience: Audience, name: str, day: Any) -> pd.DataFrame:
    members = members_of(warehouse, audience, name, day)
    features, left_out = _features(members)
    if features.shape[1] == 0:
        raise BadInput(
            "nothing is known of its customers that tells them apart.", file=f"campaign {name}",
            cure="Load orders from before it, or contacts with further columns.",
        )  # fmt: skip
    treated = members["treated"].to_numpy() == 1
    fitted = UpliftModel().fit(features, treated, members["converted"].to_numpy(dtype=float) == 1)
    rate, low, high = fitted.uplift
    least, most = fitted.qini_interval
    coefficient, coefficient_low, coefficient_high = fitted.coefficient()
    n = fitted.counts.sum(axis=2)
    frame = pd.DataFrame(
        {
            "campaign_id": name, "decile": np.arange(1, DECILES + 1), "treated_customers": n[:, 1].astype("int64"),
            "control_customers": n[:, 0].astype("int64"), "uplift": rate, "low_95": low, "high_95": high, "qini": fitted.qini,
            "qini_low_95": least, "qini_high_95": most, "random_qini": fitted.qini[-1] * np.arange(1, DECILES + 1) / DECILES,
            "coefficient": coefficient, "coefficient_low": coefficient_low, "coefficient_high": coefficient_high,
            "mean_value": members.loc[members["converted"] == 1, "bought_for"].mean(),
        }
    )  # fmt: skip
    return notes.noted(
        frame,
        f"Scored from {', '.join(name.replace('_', ' ') for name in features.columns)}.",
        f"Left out, as known only after a contact: {', '.join(left_out)}." if left_out else None,
        "The value of a conversion is its mean revenue unless given: margin would be less.",
    )


def trial_of(warehouse: Warehouse, audience: Audience, campaign: str | None) -> pd.Series | None:
    """The campaign asked for, else the latest with contacts; None where there is none."""
    known = listed(warehouse, audience, campaign)
    known = known[known["contacts"] > 0] if len(known) else known
    if known.empty and campaign is not None:
        raise NotEnoughData("Uplift (contacts)", 1, 0, "contacts")
    return None if known.empty else known.iloc[-1]


def members_of(warehouse: Warehouse, audience: Audience, name: str, day: Any) -> pd.DataFrame:
    """The customers of a trial of whom the outcome is known, with their arm and what was known of them before."""
    control = _control(campaigns_of(warehouse, audience, name, Costs()), name)
    members = warehouse.read(
        "metrics/uplift_members", audience, campaign=name, from_on=day.date() if pd.notna(day) else None,
        window=OUTCOME_DAYS, controls=f"{control_arms(warehouse, audience, by_campaign=True)}{name}={control}|".lower(),
    )  # fmt: skip
    return members[members["converted"].notna()]


def _control(found: list[Campaign], name: str) -> str:
    """The arm left alone, or the reason why there is no uplift (an audience may have nobody of the campaign)."""
    if not found or found[0].control is None:
        raise NotEnoughData("Uplift (customers of a control group)", UpliftModel().fewest_converted, 0)
    if problem := spoilt(found[0]):
        raise BadInput(
            f"{problem}.", file=f"campaign {name}", cure="Mend the file: nothing can be learned from it as it is."
        )
    return found[0].control.name


def _features(members: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """What is known of customers before the contact, as numbers; names left out because they are known only after it."""
    known = members[list(FEATURES)].astype("float64").reset_index(drop=True)
    texts = members["attributes"].to_numpy(dtype=object)
    further = pd.DataFrame([json.loads(text) if isinstance(text, str) else {} for text in texts])
    left_out = []
    for name in further.columns:
        if KNOWN_AFTER & set(str(name).split("_")) or tells_the_outcome(str(name)):
            left_out.append(str(name))
            continue
        numbers = pd.to_numeric(further[name], errors="coerce")
        if numbers.notna().sum() >= 0.9 * further[name].notna().sum():
            known[str(name)] = numbers
        elif further[name].nunique() <= MOST_VALUES:
            known[str(name)] = pd.Series(pd.factorize(further[name], sort=True)[0], dtype="float64").replace(-1, np.nan)
    varying = [name for name in known.columns if known[name].nunique() > 1]
    return known[varying], left_out


def depth_that_pays(profit: np.ndarray, customers: np.ndarray) -> int:
    """How many tenths to contact so that the sum of profit is highest; 0 where contacting does not pay."""
    reached = np.concatenate([[0.0], np.cumsum(np.nan_to_num(profit) * customers)])
    return int(np.argmax(reached))


def _verdict(low: float, share: float) -> str:
    if low <= 0:
        return "The ranking is no better than chance: contact by another rule, or at random."
    if np.isnan(share):
        return "The ranking finds whom the contact moves; with the value of a conversion and the cost of a contact it says how deep."
    if share == 0:
        return "The ranking finds whom the contact moves, but contacting pays in no tenth."
    return f"Contact the best {share:.0%}: beyond, uplift x value is below the cost."


def _empty(types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def _nothing(why: str) -> pd.DataFrame:
    return notes.noted(_empty(_DECILES), why)
