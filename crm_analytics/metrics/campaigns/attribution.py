"""Which contacts the conversions are credited to, by five rules side by side: none of them says what a contact caused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

#: Rules of division, by the prefix of their columns in the statement.
MODELS = {
    "first": "first touch",
    "last": "last touch",
    "linear": "linear",
    "decay": "time decay",
    "position": "position",
}
CREDITED = ("channel", "campaign")
CONTACTS = "contacts of campaigns (customer, campaign, date)"


@kept
def attribution(
    warehouse: Warehouse, audience: Audience, *, by: str = "channel", window: int = 30, half_life: int = 7
) -> pd.DataFrame:
    """Conversions and their revenue divided among the contacts of the days before, by five rules side by side.

    A conversion is a purchase with a contact in the `window` days before it (without orders: a contact that the file
    calls converted). First touch and last touch give all to one contact; linear gives the same to each; time decay
    halves with each `half_life` days before the purchase; position gives 40% to the first, 40% to the last and the rest
    to those between. Every rule divides the same total. Contacts of control groups, unsent ones, and those after the
    as-of date are no touches. Credit is no effect: what a campaign caused is in campaign_lift.

    Columns
    -------
    model : str             first touch, last touch, linear, time decay or position
    channel : str           the channel credited (`by=campaign`: the campaign); "not known" where there is none
    conversions : float64   purchases credited, in parts
    revenue : float64       their net revenue, money
    share : float64         of the revenue that was divided; of the conversions where there is no revenue
    """
    found = warehouse.read(
        "metrics/attribution", audience, by=by, window=window, half_life=half_life, from_orders=warehouse.has_orders,
        controls=control_arms(warehouse, audience),
    )  # fmt: skip
    parts = [
        pd.DataFrame(
            {
                "model": model,
                "channel": found["part"],
                "conversions": found[f"{prefix}_conversions"].astype("float64"),
                "revenue": found[f"{prefix}_revenue"].astype("float64"),
            }
        )
        for prefix, model in MODELS.items()
    ]
    frame = pd.concat(parts, ignore_index=True).astype({"model": "str", "channel": "str"})
    value = "revenue" if frame["revenue"].sum() else "conversions"
    total = frame.groupby("model")[value].transform("sum").to_numpy(dtype=float)
    frame["share"] = np.divide(frame[value], total, out=np.full(len(frame), np.nan), where=total > 0)
    credit = f"Contacts of the {window} days before a conversion; time decay halves in {formats.days(half_life)}."
    return notes.noted(frame, credit, "Credit is no effect: customers who would have bought anyway count in full.")


def attribution_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """Where the rules agree and where they part. Reads `attribution`."""
    total = frame[frame["model"] == "linear"]
    if total["conversions"].sum() < notes.FEWEST_CUSTOMERS:
        return None
    spread = frame.groupby("channel")["share"].agg(["min", "max"])
    widest = (spread["max"] - spread["min"]).idxmax()
    best = total.loc[total["share"].idxmax()]
    revenue = total["revenue"].sum()
    worth = f" worth {formats.money(revenue, currency)}" if revenue else ""
    words = (
        f"{formats.count(total['conversions'].sum())} conversions{worth} followed a contact; divided evenly, "
        f"{best['channel']} gets {formats.share(best['share'])}"
    )
    if (spread["max"] - spread["min"]).max() < 0.005:
        return f"{words}. All rules agree: hardly anybody had several contacts before a purchase."
    low, high = spread.loc[widest]
    return f"{words}. The rules part most over {widest}: {formats.share(low)} to {formats.share(high)}."
