"""Before a launch: what the chosen customers would show and what it would pay; afterwards, plan against result."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.campaigns.lift import campaign_lift
from crm_analytics.metrics.campaigns.sums import OUTCOME_DAYS
from crm_analytics.models.lift_plan import (
    Past,
    Pooled,
    customers_needed,
    detectable_effect,
    expected_profit,
    pooled_effect,
    power_of,
)  # fmt: skip
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.campaign_plans import Saved
from crm_analytics.workspace.campaign_plans import listed as stored_plans

OUTCOMES = ("converted", "revenue")
CONTROL_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
#: Expected effect where nobody gives one and no three earlier campaigns do: this share of what the audience does anyway.
ASSUMED_SHARE = 0.1
_PLAN = {
    "control_share": "float64", "customers": "int64", "treated_customers": "int64", "control_customers": "int64", "past_mean": "float64",
    "expected_effect": "float64", "effect_spread": "float64", "detectable_effect": "float64", "power": "float64",
    "customers_needed": "float64", "variance_saved_share": "float64", "expected_profit": "float64", "profit_low_80": "float64",
    "profit_high_80": "float64", "loss_probability": "float64",
}  # fmt: skip
_PLANS = {
    "plan_id": "int64", "name": "str", "version": "int64", "saved_on": "datetime64[s]", "who": "str", "campaign_id": "str",
    "outcome": "str",
    "planned_customers": "int64", "customers": "float64", "planned_effect": "float64", "difference": "float64", "low_95": "float64",
    "high_95": "float64", "planned_profit": "float64", "planned_low_80": "float64", "planned_high_80": "float64", "profit": "float64",
    "verdict": "str",
}  # fmt: skip


def number(value: object) -> float:
    """A finite number as given; ValueError else."""
    found = float(str(value))
    if not math.isfinite(found):
        raise ValueError(value)
    return found


def campaign_plan(
    warehouse: Warehouse,
    audience: Audience,
    *,
    outcome: str = "converted",
    effect: float | None = None,
    value: float | None = None,
    contact_cost: float = 0.0,
    fixed_cost: float = 0.0,
) -> pd.DataFrame:
    """What a campaign to the audience would show and pay, for several sizes of the control group.

    Mean, variance and the correlation that CUPED uses are the audience's own of the last 31 days and the 31 before. The
    expected effect is the one given, else the mean of earlier campaigns (three or more), else a tenth of the past mean; its
    spread is that among earlier campaigns, else half of it. Empty for an audience of fewer than two customers.

    Columns
    -------
    control_share : float64           share of the audience left alone
    customers : int64                 customers of the audience, both arms
    treated_customers : int64         those contacted
    control_customers : int64         those left alone
    past_mean : float64               outcome per customer in the last 31 days: share of buyers, or money
    expected_effect : float64         expected difference per customer
    effect_spread : float64           its standard deviation
    detectable_effect : float64       the smallest effect shown with 80% power; null where nothing varies
    power : float64                   the chance that the expected effect is shown; null likewise
    customers_needed : float64        customers in both arms that show it with 80% power; null for an effect of 0
    variance_saved_share : float64    what spend before explains of the outcome
    expected_profit : float64         value x effect - contact cost for the treated, less fixed cost, money; null without value
    profit_low_80 : float64           in one case of ten it is lower; null likewise
    profit_high_80 : float64          in one case of ten it is higher; null likewise
    loss_probability : float64        chance of a loss; null likewise
    """

    def make() -> pd.DataFrame:
        customers, past = past_of(warehouse, audience, outcome)
        pooled = earlier(warehouse, audience, outcome) if effect is None else None
        expected = effect if effect is not None else pooled.effect if pooled else ASSUMED_SHARE * past.mean
        spread = pooled.spread if pooled else abs(expected) / 2
        rows = []
        for share in CONTROL_SHARES if customers >= 2 else ():
            control = max(round(customers * share), 1)
            row: dict[str, Any] = {
                "control_share": share, "customers": customers, "treated_customers": customers - control, "control_customers": control,
                "past_mean": past.mean, "expected_effect": expected, "effect_spread": spread,
                "detectable_effect": detectable_effect(past, customers, share), "power": power_of(past, expected, customers, share),
                "customers_needed": customers_needed(past, expected, share), "variance_saved_share": past.correlation**2,
            }  # fmt: skip
            if value is not None:
                profit = expected_profit(past, customers - control, expected, spread, value, contact_cost, fixed_cost)
                row |= {
                    "expected_profit": profit.mean, "profit_low_80": profit.low_80, "profit_high_80": profit.high_80,
                    "loss_probability": profit.loss_probability,
                }  # fmt: skip
            rows.append(row)
        frame = pd.DataFrame(rows, columns=list(_PLAN)).astype(_PLAN)
        return notes.noted(frame, _where_from(effect, pooled))

    return warehouse.keep(
        "campaign_plan", audience, make, outcome=outcome, effect=effect, value=value, contact_cost=contact_cost, fixed_cost=fixed_cost,
    )  # fmt: skip


def past_of(warehouse: Warehouse, audience: Audience, outcome: str) -> tuple[int, Past]:
    """Customers of the audience, and what they did in the last window, as the model of planning takes it."""
    last_from = audience.as_of - timedelta(days=OUTCOME_DAYS)
    row = warehouse.read(
        "metrics/campaign_past", audience, last_from=last_from, before_from=last_from - timedelta(days=OUTCOME_DAYS + 1)
    ).iloc[0]
    n = int(row["customers"])
    if n < 2:
        return n, Past(0.0, 0.0, 0.0, rate=outcome == "converted")
    total = float(row[outcome])
    squares = total if outcome == "converted" else float(row["revenue_squares"])
    variance = max(squares / n - (total / n) ** 2, 0.0)
    before = float(row["spent_before_squares"]) / n - (float(row["spent_before"]) / n) ** 2
    shared = float(row[f"spent_before_{outcome}"]) / n - total / n * float(row["spent_before"]) / n
    correlation = shared / math.sqrt(variance * before) if variance > 0 and before > 0 else 0.0
    return n, Past(total / n, variance, correlation, rate=outcome == "converted")


def earlier(warehouse: Warehouse, audience: Audience, outcome: str) -> Pooled | None:
    """What the campaigns so far did to the outcome, over all of their customers; None with fewer than three measured."""
    frame = campaign_lift(warehouse, warehouse.audience(as_of=audience.as_of))
    rows = frame[(frame["outcome"] == outcome) & frame["low_95"].notna() & ~frame["running"]]
    errors = (rows["high_95"] - rows["low_95"]) / (2 * 1.959963984540054)
    return pooled_effect(rows["difference"].tolist(), errors.tolist())


def _where_from(effect: float | None, pooled: Pooled | None) -> str | None:
    if effect is not None:
        return "The spread of the effect is taken as half of it."
    if pooled:
        return "The expected effect is the mean of the earlier campaigns with a control group, its spread what the next may differ by."
    return (
        "No three earlier campaigns tell what to expect: a tenth of the past mean is assumed, give or take half of it."
    )


def campaign_plans(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Stored plans against what happened: the effect expected before launch and the one measured.

    Columns
    -------
    plan_id : int64                number of the plan
    name : str                     its name
    version : int64                version in force; earlier ones are kept
    saved_on : datetime64[s]       when it was saved
    who : str                      by whom
    campaign_id : str              the campaign it became; null until it is named
    outcome : str                  converted or revenue
    planned_customers : int64      customers planned, both arms
    customers : float64            customers drawn; null before launch
    planned_effect : float64       expected difference per customer
    difference : float64           the one measured, mean of the treated arms; null until there is one
    low_95 : float64               lower end of its 95% interval; several arms: null
    high_95 : float64              upper end; null likewise
    planned_profit : float64       expected profit, money
    planned_low_80 : float64       in one case of ten it was expected lower
    planned_high_80 : float64      in one case of ten it was expected higher
    profit : float64               profit caused less fixed cost, money; null until it is known
    verdict : str                  not launched, cannot tell yet, or the interval against the planned effect
    """
    with warehouse.duck.session() as session:
        plans = stored_plans(session)
    rows = [_against(each, _result(warehouse, audience, each)) for each in plans]
    return pd.DataFrame(rows, columns=list(_PLANS)).astype(_PLANS)


def _result(warehouse: Warehouse, audience: Audience, saved: Saved) -> pd.DataFrame:
    frame = campaign_lift(warehouse, warehouse.audience(as_of=audience.as_of))
    return frame[(frame["campaign_id"] == saved.plan.campaign_id) & (frame["outcome"] == saved.plan.outcome)]


def _against(saved: Saved, result: pd.DataFrame) -> dict[str, Any]:
    plan = saved.plan
    row: dict[str, Any] = {
        "plan_id": saved.plan_id, "name": plan.name, "version": saved.version, "saved_on": saved.saved_at, "who": saved.who,
        "campaign_id": plan.campaign_id, "outcome": plan.outcome, "planned_customers": plan.customers, "planned_effect": plan.effect,
        "planned_profit": plan.expected_profit, "planned_low_80": plan.profit_low_80, "planned_high_80": plan.profit_high_80,
        "verdict": "not launched" if result.empty else "cannot tell yet",
    }  # fmt: skip
    if result.empty:
        return row
    weights = result["treated_customers"]
    row |= {
        "customers": weights.sum() + result["control_customers"].iloc[0],
        "difference": (result["difference"] * weights).sum(min_count=1) / weights.sum(),
        "profit": result["incremental_profit"].sum(min_count=len(result)) - plan.fixed_cost,
    }  # fmt: skip
    if len(result) == 1 and not pd.isna(result["low_95"].iloc[0]):
        low, high = float(result["low_95"].iloc[0]), float(result["high_95"].iloc[0])
        above = "more than planned" if low > plan.effect else "no other than planned"
        words = "less than planned" if high < plan.effect else above
        row |= {"low_95": low, "high_95": high, "verdict": words}
    return row


def result_in_words(plans: pd.DataFrame, campaign: str, currency: str | None) -> str | None:
    """What was planned of a campaign beside what happened; None where nobody planned it. Reads `campaign_plans`."""
    rows = plans[plans["campaign_id"] == campaign]
    if rows.empty:
        return None
    row = rows.iloc[-1]
    expected, low, high = (
        formats.money(row[name], currency) for name in ("planned_profit", "planned_low_80", "planned_high_80")
    )
    parts = [
        f"Planned (“{row['name']}”): {_effect(row['planned_effect'], row['outcome'])} from {formats.count(row['planned_customers'])} "
        f"customers and a profit of {expected}, in eight cases of ten {low} to {high}."
    ]
    if not pd.isna(row["difference"]):
        interval = ""
        if not pd.isna(row["low_95"]):
            interval = f" ({_effect(row['low_95'], row['outcome'])} to {_effect(row['high_95'], row['outcome'])})"
        found = (
            f"{_effect(row['difference'], row['outcome'])}{interval} from {formats.count(row['customers'])} customers"
        )
        parts.append(f"Measured: {found}, {row['verdict']}.")
    if not pd.isna(row["profit"]):
        above = "more than expected" if row["profit"] > row["planned_high_80"] else "within what was expected"
        words = "less than expected" if row["profit"] < row["planned_low_80"] else above
        parts.append(f"Profit after fixed cost: {formats.money(row['profit'], currency)}, {words}.")
    return (
        " ".join(parts).replace("-", formats.MINUS)
        if len(parts) > 1
        else f"{parts[0]} What came of it: {row['verdict']}."
    )


def plan_in_words(frame: pd.DataFrame, control_share: float, outcome: str) -> str | None:
    """What the audience would show with that control group. Reads `campaign_plan`."""
    rows = frame[frame["control_share"] == control_share]
    if rows.empty or pd.isna(rows["detectable_effect"].iloc[0]):
        return None
    row = rows.iloc[0]
    effect, seen = (_effect(row[name], outcome) for name in ("expected_effect", "detectable_effect"))
    needed = (
        ""
        if pd.isna(row["customers_needed"])
        else f"; {formats.count(row['customers_needed'])} customers would show it so"
    )
    arms = f"{formats.count(row['control_customers'])} of {formats.count(row['customers'])} customers"
    return (
        f"With {arms} left alone, an effect of {seen} or more shows in four cases of five. The expected one, {effect}, "
        f"shows with a chance of {formats.share(row['power'], 0)}{needed}."
    )


def _effect(value: float, outcome: str) -> str:
    return f"{value * 100:+.2f} points" if outcome == "converted" else f"{value:+,.2f} per customer"
