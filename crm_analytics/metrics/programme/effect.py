"""What a programme did: members against comparable others, and everyone against those held out of it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.programme.plan import Types, framed, kept_with_plans, programmes_of
from crm_analytics.metrics.programme.states import Z_95
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import programmes_holdout as holdout

OBSERVATIONAL = "observational: members chose to join, and what made them join may be what differs"

_MEMBERS: Types = {
    "programme": "str", "outcome": "str", "members": "int64", "matched_members": "int64", "others": "int64",
    "member_mean": "float64", "other_mean": "float64", "difference": "float64",
    "difference_low_95": "float64", "difference_high_95": "float64",
    "evidence": "str",
}  # fmt: skip
_HOLDOUT: Types = {
    "programme": "str", "quarter": "datetime64[s]", "treated_customers": "int64", "control_customers": "int64",
    "treated_mean": "float64", "control_mean": "float64", "difference": "float64",
    "difference_low_95": "float64", "difference_high_95": "float64",
    "incremental_revenue": "float64",
}  # fmt: skip


def programme_members(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """Revenue of the members on the plan's first day against others who were alike by then. Observational, no proof.

    Exactly matched on coarse strata of the year before (Iacus, King, Porro 2012, Political Analysis 20(1), 1-24):
    purchase days x quarters since the last purchase x fifths of revenue. Members without anybody alike are left out
    and counted. The difference is the mean over strata of members, its interval from the variances within strata.
    `gain` is the change against the span of equal length before the plan (difference in differences), which takes off
    what already differed. Empty without memberships; null below 30 matched members or others.

    Columns
    -------
    programme : str            the programme's id
    outcome : str              revenue since the plan's first day, or gain
    members : int64            members on that day who had bought
    matched_members : int64    of them those with comparable others
    others : int64             those others
    member_mean : float64      per matched member, money; null where there are too few
    other_mean : float64       per comparable other, weighted as the members, money; null likewise
    difference : float64       member_mean - other_mean, money; null likewise
    difference_low_95 : float64           lower end of its 95% interval
    difference_high_95 : float64          upper end
    evidence : str             what kind of evidence it is
    """

    def make() -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        everyone = warehouse.audience(EVERYONE, audience.as_of)
        for each in programmes_of(warehouse, audience, programme):
            start = each.values["valid_from"]
            if "memberships" not in warehouse.loaded or start > audience.as_of:
                continue
            equal = start - (audience.as_of - start) - pd.Timedelta(days=1).to_pytimedelta()
            knobs = {"starts_on": start, "year_before": months_before(start, 12), "equal_before": equal}
            strata = warehouse.read("metrics/programme_members", everyone, **knobs)
            rows += [_matched(each.row_id, outcome, strata) for outcome in ("revenue", "gain")]
        return notes.noted(framed(rows, _MEMBERS))

    return kept_with_plans(warehouse, "programme_members", audience, make, programme=programme)


def _matched(programme: str, outcome: str, strata: pd.DataFrame) -> dict[str, object]:
    sums, squares = ("revenue", "squares") if outcome == "revenue" else ("gain", "gain_squares")
    keys = ["days", "recency", "fifth"]
    sides = [strata[strata["is_member"] == side].set_index(keys)[["customers", sums, squares]] for side in (1, 0)]
    both = sides[0].join(sides[1], how="inner", lsuffix="_m", rsuffix="_o")
    both = both[both["customers_o"] >= 2].astype("float64")
    matched, others = float(both["customers_m"].sum()), float(both["customers_o"].sum())
    row = {
        "programme": programme, "outcome": outcome, "members": int(sides[0]["customers"].sum()), "matched_members": int(matched),
        "others": int(others), "evidence": OBSERVATIONAL,
    }  # fmt: skip
    if min(matched, others) < notes.FEWEST_CUSTOMERS:
        return row
    weight = both["customers_m"] / matched
    means = {side: both[f"{sums}_{side}"] / both[f"customers_{side}"] for side in "mo"}
    member, other = (float((weight * means[side]).sum()) for side in "mo")
    within = {side: _within(both, side, sums, squares) for side in "mo"}
    error = float(np.sqrt((weight**2 * (within["m"] + within["o"])).sum()))
    difference = member - other
    return row | {
        "member_mean": member, "other_mean": other, "difference": difference, "difference_low_95": difference - Z_95 * error,
        "difference_high_95": difference + Z_95 * error,
    }  # fmt: skip


def _within(both: pd.DataFrame, side: str, sums: str, squares: str) -> pd.Series:
    """Variance of a stratum's mean; a stratum of one takes the variance of all strata together."""
    n, total, square = both[f"customers_{side}"], both[f"{sums}_{side}"], both[f"{squares}_{side}"]
    apart = (square - total**2 / n).clip(lower=0)
    pooled = apart.sum() / max((n - 1).sum(), 1)
    return (apart / (n - 1).where(n > 1)).fillna(pooled) / n


def programme_holdout(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """The effect of a whole programme by quarter: everyone who had bought by its first day against those held out of it.

    The group is drawn at random once and frozen, so the difference is caused by the programme, whatever its actions.
    Welch intervals. Empty before a draw.

    Columns
    -------
    programme : str                  the programme's id
    quarter : datetime64[s]          first day of the quarter; the last may not have ended
    treated_customers : int64        customers in the programme's reach
    control_customers : int64        customers held out
    treated_mean : float64           revenue per customer, money
    control_mean : float64           the same of the held out, money
    difference : float64             treated_mean - control_mean, money
    difference_low_95 : float64                 lower end of its 95% interval; null with fewer than 30 buyers on a side
    difference_high_95 : float64                upper end; null likewise
    incremental_revenue : float64    difference x treated customers, money
    """

    def make() -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        everyone = warehouse.audience(EVERYONE, audience.as_of)
        for each in programmes_of(warehouse, audience, programme):
            knobs = {"programme_id": each.row_id, "starts_on": each.values["valid_from"]}
            with warehouse.duck.session() as session:
                drawn = holdout.held_out(session, each.row_id)
            found = (
                warehouse.read("metrics/programme_holdout", everyone, drawn=drawn, **knobs) if drawn else pd.DataFrame()
            )
            for quarter, sides in found.groupby("quarter") if len(found) else ():
                rows += _quarter(each.row_id, quarter, sides.set_index("held_out"))
        return notes.noted(framed(rows, _HOLDOUT))

    return kept_with_plans(warehouse, "programme_holdout", audience, make, programme=programme)


def _quarter(programme: str, quarter: pd.Timestamp, sides: pd.DataFrame) -> list[dict[str, object]]:
    if set(sides.index) != {0, 1}:
        return []
    treated, control = sides.loc[0].astype(object), sides.loc[1].astype(object)
    means = [side["revenue"] / side["customers"] for side in (treated, control)]
    variances = [
        (side["squares"] - side["customers"] * mean**2) / max(side["customers"] - 1, 1) / side["customers"]
        for side, mean in zip((treated, control), means, strict=True)
    ]
    difference = means[0] - means[1]
    enough = min(treated["buyers"], control["buyers"]) >= notes.FEWEST_CUSTOMERS
    half = Z_95 * math.sqrt(sum(variances)) if enough else math.nan
    return [
        {
            "programme": programme, "quarter": quarter, "treated_customers": int(treated["customers"]),
            "control_customers": int(control["customers"]), "treated_mean": means[0], "control_mean": means[1],
            "difference": difference, "difference_low_95": difference - half, "difference_high_95": difference + half,
            "incremental_revenue": difference * treated["customers"],
        }
    ]  # fmt: skip


def members_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """The difference of members to comparable others, both ways of reckoning. Reads `programme_members` of one programme."""
    known = frame.dropna(subset=["difference"]).set_index("outcome")
    if known.empty:
        return None
    row = known.loc["revenue"]
    clear = (known["difference_low_95"] > 0) | (known["difference_high_95"] < 0)
    doubt = "" if clear.nunique() == 1 else " The two do not agree: trust neither."
    return (
        f"{formats.count(row['matched_members'])} of {formats.count(row['members'])} members against "
        f"{formats.count(row['others'])} others who were alike before: {_apart(row, currency)} of revenue each; change since "
        f"before the plan {_apart(known.loc['gain'], currency)}.{doubt} Observational, no proof."
    )


def _apart(row: pd.Series, currency: str | None) -> str:
    low, high = formats.money(row["difference_low_95"], currency), formats.money(row["difference_high_95"], currency)
    return f"{'+' if row['difference'] > 0 else ''}{formats.money(row['difference'], currency)} (95%: {low} to {high})"
