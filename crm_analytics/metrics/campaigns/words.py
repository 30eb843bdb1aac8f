"""The findings of the campaigns page in a sentence each; None where there is too little to say anything."""

from __future__ import annotations

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics.campaigns.funnel import NOT_KNOWN
from crm_analytics.metrics.notes import FEWEST_CUSTOMERS


def funnel_in_words(frame: pd.DataFrame, arm: str | None = None) -> str | None:
    """How far the customers got. Reads `campaign_funnel` of one campaign, or of an arm of it."""
    if frame.empty or frame["customers"].iloc[0] < FEWEST_CUSTOMERS:
        return None
    first, last = frame.iloc[0], frame.iloc[-1]
    targeted, got = formats.count(first["customers"]), formats.count(last["customers"])
    if len(frame) == 1:
        return f"{targeted} customers were targeted; what came of it is not in the data."
    sent = frame.loc[frame["step"] == "sent", "customers"]
    # targeted are all; the steps after it are of the arms that were not left alone, sent something or not
    whole = arm is not None or last["step"] == "sent" or (len(sent) and sent.iloc[0] == first["customers"])
    if len(sent) and last["step"] != "sent" and sent.iloc[0] < first["customers"]:
        aside = "" if whole else ", not counting a control group"
        return f"Of {targeted} targeted customers {formats.count(sent.iloc[0])} were sent something; {got} {last['step']}{aside}."
    if (
        not whole
    ):  # how many of the targeted the control group is stands with the arms: a rate of both would be of neither
        return f"{targeted} customers were targeted, those left alone as a control group among them; {got} of the others {last['step']}."
    return f"Of {targeted} targeted customers {got} ({formats.share(last['rate_of_targeted'])}) {last['step']}."


def channels_in_words(frame: pd.DataFrame) -> str | None:
    """What share of whom responded, else converted, over each channel. Reads `campaign_channels`."""
    for step, rate in (("responded", "response_rate"), ("converted", "conversion_rate")):
        known = frame[frame[rate].notna() & (frame["customers"] >= FEWEST_CUSTOMERS)]
        if len(known):
            parts = ", ".join(
                f"{formats.share(row[rate])} of {formats.count(row['customers'])} {_over(row['channel'])} ({row['arm']})"
                for row in known.sort_values("customers", ascending=False, kind="stable").head(4).to_dict("records")
            )
            return f"{step.capitalize()}: {parts}. Who is contacted over which channel was chosen."
    return None


def _over(channel: str) -> str:
    return "over a channel that is not known" if channel == NOT_KNOWN else f"over {channel}"


def bridge_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """What is left of what was attributed. Reads `campaign_bridge` of one campaign."""
    for step in ("profit", "margin", "revenue"):
        row = frame[frame["step"] == step]
        if len(row) and not pd.isna(row["attributed"].iloc[0]):
            attributed = formats.money(row["attributed"].iloc[0], currency)
            caused = row["incremental"].iloc[0]
            if pd.isna(caused):
                return f"A {step} of {attributed} is attributed to it; without a control group nobody knows what it caused."
            return f"A {step} of {attributed} is attributed to it; against the control group it caused {formats.money(caused, currency)}."
    return None


def segments_in_words(frame: pd.DataFrame) -> str | None:
    """In how many segments a difference stands after adjustment. Reads `campaign_segments`."""
    known = frame[frame["adjusted_p_value"].notna()]
    if known["treated_customers"].sum() < FEWEST_CUSTOMERS:
        return None
    clear = known[known["adjusted_p_value"] <= 0.05]
    if clear.empty:
        return f"In none of {len(known)} comparisons the difference can be told from chance, after adjustment for so many looks."
    names = ", ".join(clear.sort_values("adjusted_p_value")["segment"].astype(str).head(5))
    return f"In {len(clear)} of {len(known)} comparisons the difference stands after adjustment for so many looks: {names}."


def days_in_words(frame: pd.DataFrame) -> str | None:
    """What share of each arm had bought by the last day. Reads `campaign_days`."""
    if frame.empty or frame["customers"].sum() < FEWEST_CUSTOMERS:
        return None
    ends = frame.groupby("arm", sort=True).last()
    parts = ", ".join(f"{formats.share(row['cumulative_share'])} of {arm}" for arm, row in ends.iterrows())
    return f"By day {int(frame['day'].max())} after the contact {parts} had bought."


def balance_in_words(frame: pd.DataFrame) -> str | None:
    """Whether the arms were alike. Reads `campaign_balance`."""
    if frame.empty:
        return None
    apart = frame[frame["uneven"]]
    if apart.empty:
        return "Before the contact the arms were alike: no standardised difference above 0.1."
    names = ", ".join(
        f"{row['covariate']} of {row['arm']} ({row['standardised_difference']:+.2f})"
        for row in apart.to_dict("records")
    )
    return f"Before the contact the arms differed in {names}; with small arms that may be chance, and CUPED takes spend into account."


def credit_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """How much more is credited than was caused. Reads `campaign_credit`."""
    attributed, caused = frame["attributed_revenue"].sum(), frame["incremental_revenue"].sum()
    if frame.empty or caused <= 0:
        return None
    known = f"{formats.money(attributed, currency)} of revenue is attributed to campaigns with a control group"
    return f"{known}; they caused {formats.money(caused, currency)}, one part in {attributed / caused:.1f}."
