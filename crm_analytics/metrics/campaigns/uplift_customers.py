"""Whom to contact today: customers by the uplift that a past campaign with a control group predicts for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadInput, CrmError, NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.sums import OUTCOME_DAYS
from crm_analytics.metrics.campaigns.uplift import depth_that_pays, members_of, trial_of
from crm_analytics.models.uplift import DECILES, UpliftModel
from crm_analytics.query import membership
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

#: What is known of everybody on any day, and does not grow by itself with the age of the base.
FEATURES = ("purchase_days", "recency_days", "spent", "spent_90_days")
_WORDS = ("days with a purchase", "days since the last", "spend", "spend of 90 days")
TENTHS = DECILES
#: Where more of the customers of today than this lie outside of what the trial has seen, nobody is scored.
MOST_OUTSIDE = 0.3
#: The range that the trial has seen leaves out this share at either end.
_TAIL = 0.005
_TYPES = {
    "customer_id": "str", "tenth": "Int64", "predicted_uplift": "float64", "measured_uplift": "float64", "low_95": "float64",
    "high_95": "float64", "profit_per_customer": "float64", "advised": "boolean",
}  # fmt: skip


def uplift_customers(
    warehouse: Warehouse,
    audience: Audience,
    *,
    campaign: str | None = None,
    value_per_conversion: float | None = None,
    contact_cost: float | None = None,
) -> pd.DataFrame:
    """The customers of the audience by the uplift that a past trial predicts for them today, the most moved first.

    Two models (models.uplift) learn from everybody in the trial by what was known the day before it: days with a purchase,
    days since the last, spend, spend of 90 days; the same of today gives the score. What it is worth is not the score but
    what the trial measured, out of fold, in the tenth of its customers with such scores. Empty where the trial's ranking is no
    better than chance; refused for an undated trial, below 100 conversions in either arm, and where more than 30% of the
    audience are like nobody in it. Who is like nobody in it has no score. Without `campaign` the latest one.

    Columns
    -------
    customer_id : str              the customer
    tenth : Int64                  tenth of the trial's customers with such scores, 1 the highest; null: like nobody in it
    predicted_uplift : float64     score: predicted conversion rate with the contact less that without; null likewise
    measured_uplift : float64      difference in conversion rate that the trial measured in that tenth; null likewise
    low_95 : float64               lower end of its 95% interval; null likewise
    high_95 : float64              upper end; null likewise
    profit_per_customer : float64  measured_uplift x value - cost, money; null where either is not known
    advised : boolean              whether contacting this tenth belongs to the depth that pays most; null likewise
    """
    try:
        row = trial_of(warehouse, audience, campaign)
        if row is None:
            return _nothing("No campaign with contacts is loaded.")
        found = warehouse.keep(
            "uplift_customers", audience, lambda: _scored(warehouse, audience, row), campaign=row["campaign_id"]
        )
    except CrmError as error:
        if campaign is not None:
            raise
        return _nothing(str(error))
    if found.empty:
        return notes.noted(found[[]].reindex(columns=list(_TYPES)).astype(_TYPES), *found.attrs["notes"])
    value = float(found["mean_value"].iloc[0]) if value_per_conversion is None else value_per_conversion
    cost = row["cost_per_contact"] if contact_cost is None else contact_cost
    frame = found.assign(profit_per_customer=np.nan, advised=pd.array([pd.NA] * len(found), dtype="boolean"))
    if pd.notna(cost) and not np.isnan(value):
        frame["profit_per_customer"] = frame["measured_uplift"] * value - float(cost)
        by_tenth = frame.groupby("tenth")["profit_per_customer"].agg(["first", "size"]).reindex(range(1, DECILES + 1))
        depth = depth_that_pays(by_tenth["first"].to_numpy(), by_tenth["size"].fillna(0).to_numpy())
        frame["advised"] = frame["tenth"] <= depth
    return notes.noted(frame[list(_TYPES)].astype(_TYPES), *found.attrs["notes"])


def _scored(warehouse: Warehouse, audience: Audience, row: pd.Series) -> pd.DataFrame:
    name = str(row["campaign_id"])
    if pd.isna(row["first_on"]) or not warehouse.has_orders:
        raise BadInput(
            "nothing is known of its customers on its day that is known of those of today.", file=f"campaign {name}",
            cure="Choose a campaign whose contacts have a day, with orders loaded before it.",
        )  # fmt: skip
    members = members_of(warehouse, warehouse.audience(as_of=audience.as_of), name, row["first_on"])
    today = warehouse.read(
        "metrics/uplift_members", audience, campaign=None, from_on=audience.as_of + timedelta(days=1), window=OUTCOME_DAYS,
        controls=control_arms(warehouse, audience),
    )  # fmt: skip
    known, now = (each[list(FEATURES)].astype("float64").reset_index(drop=True) for each in (members, today))
    used = [column for column in FEATURES if known[column].nunique() > 1]
    if now.empty:
        return _nothing("Nobody is in this audience.")
    if not used:
        raise NotEnoughData("Uplift (customers with a purchase before the campaign)", 1, 0)
    outside = _outside(known[used], now[used])
    if len(now) and outside.mean() > MOST_OUTSIDE:
        share = formats.share(float(outside.mean()), 0)
        raise BadInput(
            f"{share} of the audience are like nobody in it ({', '.join(_WORDS[FEATURES.index(each)] for each in used)}).",
            file=f"campaign {name}", cure="Choose a later campaign, or an audience like the one that was drawn.",
        )  # fmt: skip
    treated, converted = members["treated"].to_numpy() == 1, members["converted"].to_numpy(dtype=float) == 1
    fitted = UpliftModel().fit(known[used], treated, converted)
    coefficient, low, high = fitted.coefficient()
    learned = (
        f"Learned from campaign {_called(name, row['name'])}, first contact {formats.day(row['first_on'])}, "
        f"{formats.count(len(members))} customers"
    )
    if low <= 0:
        return _nothing(
            f"{learned}: its ranking is no better than chance (Qini coefficient {coefficient:.4f}, 95% interval {low:.4f} to {high:.4f}), "
            "so nobody is ranked by it."
        )
    score = UpliftModel().scorer(known[used], treated, converted).predict(now[used].to_numpy(dtype=float))
    bounds = np.quantile(fitted.score, np.arange(1, DECILES) / DECILES)
    place = DECILES - 1 - np.searchsorted(bounds, score, side="right")
    rate, least, most = (each[place] for each in fitted.uplift)
    frame = pd.DataFrame({"customer_id": today["customer_id"], "tenth": pd.array(place + 1, dtype="Int64"), "predicted_uplift": score,
                          "measured_uplift": rate, "low_95": least, "high_95": most})  # fmt: skip
    frame.loc[outside, frame.columns[1:]] = pd.NA
    frame["mean_value"] = members.loc[members["converted"] == 1, "bought_for"].mean()
    frame = frame.sort_values(["predicted_uplift", "customer_id"], ascending=[False, True], na_position="last")
    return notes.noted(
        frame.reset_index(drop=True),
        f"{learned}: what holds for another message or another season nobody knows.",
        f"{formats.count(int(outside.sum()))} customers are like nobody in it and have no score."
        if outside.any()
        else None,
        "Consent and contact caps are seen to where the list is exported.",
    )


def _called(campaign: str, name: str) -> str:
    return campaign if campaign == name else f"{campaign} ({name})"


def _outside(trial: pd.DataFrame, today: pd.DataFrame) -> np.ndarray:
    """Customers with a figure beyond what the trial has seen, or unknown where there it was known of everybody."""
    beyond = np.zeros(len(today), dtype=bool)
    for column in trial.columns:
        low, high = trial[column].quantile([_TAIL, 1 - _TAIL])
        beyond |= ((today[column] < low) | (today[column] > high)).to_numpy()
        if trial[column].isna().mean() < _TAIL:
            beyond |= today[column].isna().to_numpy()
    return beyond


def save(warehouse: Warehouse, audience: Audience, name: str, who: str, tenths: int, **knobs: Any) -> int:
    """Keep the customers of the best tenths as a fixed list, a saved segment like any other; how many. Errors: BadValue."""
    frame = uplift_customers(warehouse, audience, **knobs)
    members = frame.loc[(frame["tenth"] <= tenths).fillna(False), "customer_id"].tolist()
    about = f"The best {tenths} tenths by predicted uplift. {frame.attrs['notes'][0]}"
    membership.save_list(warehouse, name, members, audience.as_of, who, description=about)
    return len(members)


def tenths_advised(frame: pd.DataFrame) -> int:
    """How many of the best tenths to contact; 0 where none pays or nothing is advised. Reads `uplift_customers`."""
    last = frame.loc[frame["advised"].fillna(False), "tenth"].max()
    return 0 if pd.isna(last) else int(last)


def uplift_customers_in_words(frame: pd.DataFrame) -> str | None:
    """How many are ranked, and whom to contact. Reads `uplift_customers`."""
    scored = frame[frame["tenth"].notna()]
    if len(scored) < notes.FEWEST_CUSTOMERS:
        return None
    best = scored[scored["tenth"] == scored["tenth"].min()]
    begun = (
        f"{formats.count(len(scored))} of {formats.count(len(frame))} customers are ranked; of the {formats.count(len(best))} at the top "
        f"the contact moved {best['measured_uplift'].iloc[0] * 100:+.1f} points ({best['low_95'].iloc[0] * 100:+.1f} to "
        f"{best['high_95'].iloc[0] * 100:+.1f}) in the trial."
    ).replace("-", formats.MINUS)
    if scored["advised"].isna().all():
        return f"{begun} With the value of a conversion and the cost of a contact it says how deep to go."
    advised = int(scored["advised"].sum())
    return (
        f"{begun} Contacting pays for {formats.count(advised)} of them."
        if advised
        else f"{begun} Contacting pays for none of them."
    )


def _nothing(why: str) -> pd.DataFrame:
    return notes.noted(pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()}), why)
