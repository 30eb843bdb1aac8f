"""The money of a programme, and the market it works in."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.programme import measures
from crm_analytics.metrics.programme.plan import Types, framed, kept_with_plans, programmes_of, rows_of
from crm_analytics.metrics.programme.programme import actions
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.programmes import PlanRow

_BUDGET: Types = {
    "programme": "str", "item": "str", "budget": "float64", "planned_to_date": "float64", "spent": "float64",
    "spent_share": "float64", "elapsed_share": "float64", "variance": "float64",
}  # fmt: skip
_MARKET: Types = {
    "period_start": "datetime64[s]", "period_end": "datetime64[s]", "market_volume": "float64", "revenue": "float64",
    "market_share": "float64", "market_repurchase_rate": "float64",
}  # fmt: skip


def programme_budget(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """The money of each programme: set aside, planned and spent to date, against the time that has passed.

    Columns
    -------
    programme : str               the programme's id
    item : str                    the whole programme, its actions together, or a budget line
    budget : float64              money set aside; null where the plan does not say
    planned_to_date : float64     budget of what was to be done by the as-of date, money
    spent : float64               cost of what was done by the as-of date, money
    spent_share : float64         spent / budget; null without a budget
    elapsed_share : float64       days of the programme gone / all its days
    variance : float64            spent - planned_to_date: above 0 it is dearer than planned, money
    """

    def make() -> pd.DataFrame:
        rows = []
        for each in programmes_of(warehouse, audience, programme):
            done = actions(warehouse, audience, programme=each.row_id)
            lines = rows_of(warehouse, audience, "budget", each)
            rows += _money(each, done, lines, audience.as_of)
        return notes.noted(framed(rows, _BUDGET))

    return kept_with_plans(warehouse, "programme_budget", audience, make, programme=programme)


def _money(each: PlanRow, done: pd.DataFrame, lines: list[PlanRow], as_of: date) -> list[dict[str, object]]:
    first, last = each.values["valid_from"], each.values["valid_to"]
    elapsed = min(max((as_of - first).days + 1, 0) / ((last - first).days + 1), 1.0)
    due = done[done["scheduled_on"] <= pd.Timestamp(as_of)]
    parts = [("actions", float(done["budget"].sum()), float(due["budget"].sum()), float(done["cost"].sum()))]
    for line in lines:
        values = line.values
        planned = values["amount"] if (values["planned_on"] or last) <= as_of else 0.0
        spent = (values["spent"] or 0.0) if (values["spent_on"] or first) <= as_of else 0.0
        parts.append((values["item"], values["amount"], planned, spent))
    _, budgets, planned, spent = zip(*parts, strict=True)
    given = each.values["budget"]
    whole = ("programme", given if given is not None else sum(budgets), sum(planned), sum(spent))
    return [
        {
            "programme": each.row_id, "item": item, "budget": budget, "planned_to_date": to_date, "spent": cost,
            "spent_share": cost / budget if budget else math.nan, "elapsed_share": elapsed, "variance": cost - to_date,
        }
        for item, budget, to_date, cost in (whole, *parts)
    ]  # fmt: skip


# --- market ---------------------------------------------------------------------------------------------------------


@kept
def market(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Market figures of each period, and the company's share. Empty without a file of the market.

    A period lasts to the day before the next one; the last one is as long as the months of the one before it. The
    share is of everyone's revenue, guests' included, whatever audience is chosen.

    Columns
    -------
    period_start : datetime64[s]        first day of the period
    period_end : datetime64[s]          last day
    market_volume : float64             sales of the whole market, money; null where the file does not say
    revenue : float64                   net revenue of the period, money; null before the history and where the period has not ended
    market_share : float64              revenue / market_volume; null likewise
    market_repurchase_rate : float64    share of the market's customers who buy again; null where the file does not say
    """
    found = warehouse.read("metrics/market", audience)
    if found.empty:
        return notes.noted(framed([], _MARKET))
    starts = list(found["period_start"].dt.to_period("M"))
    step = (starts[-1] - starts[-2]).n if len(starts) > 1 else 1
    ends = [each.start_time - pd.Timedelta(days=1) for each in [*starts[1:], starts[-1] + step]]
    days = measures.daily(warehouse, "revenue", EVERYONE, audience.as_of)
    frame = found.assign(period_end=pd.DatetimeIndex(ends))
    frame["revenue"] = [
        days[first:last].sum() if len(days) and days.index[0] <= first and last <= days.index[-1] else np.nan
        for first, last in zip(frame["period_start"], frame["period_end"], strict=True)
    ]
    frame["market_share"] = frame["revenue"] / frame["market_volume"].where(frame["market_volume"] > 0)
    return notes.noted(frame[list(_MARKET)].astype(_MARKET))


# --- benefits -------------------------------------------------------------------------------------------------------

_BENEFITS: Types = {
    "kind": "str", "value_offered": "str", "given": "int64", "customers": "int64", "redeemed": "int64", "take_up_share": "float64",
    "value": "float64", "cost": "float64", "cost_per_redeemed": "float64",
}  # fmt: skip


@kept
def programme_benefits(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """What the loyalty programmes offer: benefits given, taken up, and what one that is taken up costs.

    Of all programmes, to members in the audience, since the first one given. Empty without a file of benefits.

    Columns
    -------
    kind : str                     what is given; null where the file does not say
    value_offered : str            rational (of use) or emotional; null likewise
    given : int64                  benefits given by the as-of date
    customers : int64              customers who got any
    redeemed : int64               benefits taken up by the as-of date
    take_up_share : float64        redeemed / given
    value : float64                worth to the customers, of all given, money; null where the file does not say
    cost : float64                 cost of all given, money; null likewise
    cost_per_redeemed : float64    cost / redeemed, money; null where none is taken up
    """
    found = warehouse.read("metrics/programme_benefits", audience)
    found["take_up_share"] = found["redeemed"] / found["given"]
    found["cost_per_redeemed"] = found["cost"].astype("float64") / found["redeemed"].where(found["redeemed"] > 0)
    return notes.noted(found[list(_BENEFITS)].astype(_BENEFITS))


# --- in words -------------------------------------------------------------------------------------------------------


def budget_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """Money spent against time gone. Reads `programme_budget` of one programme."""
    if frame.empty or not frame["budget"].iloc[0] > 0:
        return None
    whole = frame.iloc[0]
    dearer = whole["variance"]
    against = f"{formats.money(abs(dearer), currency)} {'more' if dearer > 0 else 'less'} than planned to date"
    return (
        f"{formats.money(whole['spent'], currency)} of {formats.money(whole['budget'], currency)} are spent "
        f"({formats.share(whole['spent_share'], 0)}) after {formats.share(whole['elapsed_share'], 0)} of the time, {against}."
    )


def market_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """The share of the market in the last period that has ended, against a year before. Reads `market`."""
    ended = frame.dropna(subset=["market_share"])
    if ended.empty:
        return None
    last = ended.iloc[-1]
    said = (
        f"In the period from {formats.day(last['period_start'])} to {formats.day(last['period_end'])} the company had "
        f"{formats.share(last['market_share'])} of a market of {formats.money(last['market_volume'], currency)}"
    )
    earlier = ended[ended["period_start"] == last["period_start"] - pd.DateOffset(years=1)]
    if earlier.empty:
        return f"{said} (n = {len(ended)} periods)."
    return f"{said}, {formats.share(earlier.iloc[0]['market_share'])} a year before (n = {len(ended)} periods)."


def benefits_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """How much of what was given is taken up, and what that costs. Reads `programme_benefits`."""
    given, redeemed = frame["given"].sum(), frame["redeemed"].sum()
    if given < notes.FEWEST_CUSTOMERS:
        return None
    best = frame.sort_values("take_up_share", ascending=False).iloc[0]
    each = (
        f", {formats.money(frame['cost'].sum() / redeemed, currency)} each"
        if redeemed and frame["cost"].notna().any()
        else ""
    )
    return (
        f"Of {formats.count(given)} benefits given, {formats.share(redeemed / given)} are taken up{each}; "
        f"most of {best['kind']}: {formats.share(best['take_up_share'])} of {formats.count(best['given'])}."
    )
