"""Where customers buy, and whether they stay with a channel."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.warehouse import Audience, Warehouse

UNKNOWN = "unknown"
ONE, SEVERAL = "one channel", "several channels"


@kept
def channels(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Channels of purchases: customers, revenue, and loyalty to the channel. Highest revenue first.

    A purchase day counts in each channel of that day. A customer's main channel has most of the purchase days, of equals
    the first by name. Empty where no order names a channel.

    Columns
    -------
    channel : str                     the channel; unknown where the order names none
    customers : int64                 customers with a purchase there
    purchase_days : int64             their purchase days there
    revenue : float64                 net revenue of identified customers there, money
    loyalty_share : float64           mean share of purchase days in it, of repeat buyers whose main channel it is; null without
    same_next_share : float64         of purchase days there with a later one, those whose next is there too; null without
    multichannel_customers : int64    of the customers, those who bought in another channel too
    main_of : int64                   repeat buyers whose main channel it is
    """
    frame = warehouse.read("metrics/channels", audience)
    if not (frame["channel"] != UNKNOWN).any():
        frame = frame.head(0)
    frame["loyalty_share"] = frame["main_shares"] / frame["main_of"].where(frame["main_of"] > 0)
    frame["same_next_share"] = frame["same_nexts"] / frame["nexts"].where(frame["nexts"] > 0)
    frame = frame.sort_values(["revenue", "channel"], ascending=[False, True], ignore_index=True)
    columns = [
        "channel",
        "customers",
        "purchase_days",
        "revenue",
        "loyalty_share",
        "same_next_share",
        "multichannel_customers",
        "main_of",
    ]
    whole = dict.fromkeys(("customers", "purchase_days", "multichannel_customers", "main_of"), "int64")
    shares = dict.fromkeys(("revenue", "loyalty_share", "same_next_share"), "float64")
    frame = frame[columns].astype({"channel": "str"} | whole | shares)
    none = None if len(frame) else "No order names a channel."
    return notes.noted(frame, none, notes.guests(warehouse, audience))


@kept
def channel_mix(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Buyers who keep to one channel beside those who use several. A difference is no effect: who buys often meets more channels.

    Columns
    -------
    group : str                             one channel or several channels
    customers : int64                       buyers whose orders name a channel
    revenue : float64                       their net revenue, money
    revenue_per_customer : float64          revenue / customers, money
    purchase_days_per_customer : float64    their purchase days / customers
    repeat_share : float64                  of the customers, those with a second purchase day
    lapsed_share : float64                  of the customers, lapsed by the as-of date
    """
    frame = warehouse.read("metrics/channel_mix", audience)
    group = np.where(frame["channels"] > 1, SEVERAL, ONE)
    sums = frame.groupby(pd.Series(group, frame.index, name="group"))[
        ["customers", "revenue", "purchase_days", "repeat_buyers", "lapsed"]
    ].sum()
    sums["revenue_per_customer"] = sums["revenue"] / sums["customers"]
    sums["purchase_days_per_customer"] = sums["purchase_days"] / sums["customers"]
    sums["repeat_share"] = sums["repeat_buyers"] / sums["customers"]
    sums["lapsed_share"] = sums["lapsed"] / sums["customers"]
    columns = [
        "group",
        "customers",
        "revenue",
        "revenue_per_customer",
        "purchase_days_per_customer",
        "repeat_share",
        "lapsed_share",
    ]
    numbers = dict.fromkeys(columns[2:], "float64") | {"group": "str", "customers": "int64"}
    return notes.noted(sums.reset_index()[columns].astype(numbers), notes.window(warehouse, audience))


def channels_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How loyal repeat buyers are to their channel. Reads `channels`."""
    repeat = int(frame["main_of"].sum())
    if repeat < notes.FEWEST_CUSTOMERS:
        return None
    loyalty = (frame["loyalty_share"] * frame["main_of"]).sum() / repeat
    best = frame.iloc[0]
    return (
        f"To {formats.day(as_of)}, {formats.count(repeat)} repeat buyers made {formats.share(loyalty)} of their purchase days in "
        f"their main channel; {best['channel']} brings most, {formats.share(best['revenue'] / frame['revenue'].sum())} of revenue."
    )


def channel_mix_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """What buyers of several channels bring beside those of one. Reads `channel_mix`."""
    rows = frame.set_index("group")
    if len(rows) < 2 or rows["customers"].min() < notes.FEWEST_CUSTOMERS:
        return None
    several, one = rows.loc[SEVERAL], rows.loc[ONE]
    return (
        f"{formats.count(several['customers'])} buyers use several channels and bring "
        f"{formats.money(several['revenue_per_customer'], currency)} each, {formats.count(one['customers'])} keep to one and bring "
        f"{formats.money(one['revenue_per_customer'], currency)}: a difference, not an effect."
    )
