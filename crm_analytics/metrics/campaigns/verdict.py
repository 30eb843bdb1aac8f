"""A campaign's result in a few words, which never say more than the interval does."""

from __future__ import annotations

import pandas as pd

from crm_analytics import formats
from crm_analytics.models.lift import Lift

OUTCOMES = ("responded", "converted", "revenue", "margin", "profit")

#: Outcome -> what there is more of, and what there is less of.
_WORDS = {
    "responded": ("more responses", "fewer responses"),
    "converted": ("more buyers", "fewer buyers"),
    "revenue": ("more revenue", "less revenue"),
    "margin": ("more margin", "less margin"),
    "profit": ("more money", "less money"),
}


def direction(lift: Lift | None, running: bool, adjusted_p_value: float | None = None) -> int:
    """1: more, -1: less, 0: cannot be told. While a campaign runs, by the interval that looking early does not spoil."""
    if lift is None:
        return 0
    low, high = (lift.anytime_low, lift.anytime_high) if running else (lift.low, lift.high)
    if low is None or high is None or (adjusted_p_value is not None and adjusted_p_value > 0.05):
        return 0
    return 1 if low > 0 else -1 if high < 0 else 0


def verdict(outcome: str, effect: int, needed: int | None, money: int | None) -> str:
    """What an arm did to an outcome, and then whether it paid (`money` as a direction, None: nobody knows the costs)."""
    more, less = _WORDS[outcome]
    if outcome == "profit":
        return {1: more, -1: less, 0: _cannot_tell(needed)}[effect]
    pays = {1: ", more money", -1: ", less money", 0: "; whether it pays cannot be told yet", None: ""}[money]
    if effect:
        return (more if effect > 0 else less) + pays
    return _cannot_tell(needed) + ("; " + pays[2:] if money else "")


def _cannot_tell(needed: int | None) -> str:
    if not needed:
        return "cannot tell yet"
    return f"cannot tell yet, about {formats.count(rounded(needed))} more customers"


def rounded(count: int) -> int:
    """To two digits: it is an estimate. 643 -> 650, upwards."""
    step = 10 ** max(len(str(count)) - 2, 0)
    return -(-count // step) * step


def lift_in_words(frame: pd.DataFrame, name: str) -> str | None:
    """What one campaign did, with its interval; None without a control group. Reads `campaign_lift` of that campaign."""
    parts = []
    for arm, rows in frame.groupby("arm", sort=True):
        known = rows[rows["difference"].notna() & rows["outcome"].isin(["converted", "revenue"])]
        if known.empty:
            continue
        row = known.iloc[0]
        ends = ("anytime_low_95", "anytime_high_95") if row["running"] else ("low_95", "high_95")
        found = measured(row["difference"], row["outcome"])
        if not pd.isna(row[ends[0]]):
            found += (
                f" (95% interval {measured(row[ends[0]], row['outcome'])} to {measured(row[ends[1]], row['outcome'])})"
            )
        sizes = f"{formats.count(row['treated_customers'])} customers against {formats.count(row['control_customers'])}"
        parts.append(f"{arm}, {sizes}: {found}, {row['verdict']}")
    return f"{name}. {'; '.join(parts)}." if parts else None


def measured(value: float, outcome: str) -> str:
    """A difference per customer in its unit: "+0.95 points" or "+1.20"."""
    if pd.isna(value):
        return formats.NONE
    text = f"{value * 100:+.2f} points" if outcome in ("responded", "converted") else f"{value:+,.2f}"
    return text.replace("-", formats.MINUS)


def campaigns_in_words(frame: pd.DataFrame) -> str | None:
    """How many campaigns could show what they did. Reads `campaigns`."""
    if frame.empty:
        return None
    shown = frame[
        frame["verdict"].str.contains("more buyers|fewer buyers|more revenue|less revenue|more money|less money")
    ]
    controlled = int((frame["control"] > 0).sum())
    names = ", ".join(f"{row['name']} ({row['verdict']})" for row in shown.to_dict("records")[:3])
    told = f"of {len(shown)} it can be told: {names}" if len(shown) else "of none it can be told yet what it did"
    all_of_them = "1 campaign" if len(frame) == 1 else f"{len(frame)} campaigns"
    return f"{controlled} of {all_of_them} left a control group alone; {told}."
