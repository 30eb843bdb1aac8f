"""Segments by recency, frequency and monetary value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.segments.customers import ALL_ROWS, named_segment, narrowed
from crm_analytics.metrics.value.pareto import comparison_day
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.preferences import PROSPECTS, RFM_SEGMENTS

MEASURES = ("recency", "frequency", "monetary")
SCORES = (1, 2, 3, 4, 5)
UNKNOWN_BEFORE = "Not yet a customer"


@kept
def rfm(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """RFM segments, best first: their customers, revenue, and the median member. Segments without members are left out.

    Columns
    -------
    segment : str                    name of the segment
    customers : int64                customers in it
    customer_share : float64         of all customers of the audience
    revenue : float64                their net revenue, money
    revenue_share : float64          of all revenue of the audience; null where that is not above 0
    median_recency_days : float64    days since the last purchase; null for Prospects
    median_frequency : float64       purchase days of the look-back (all history unless set); null for Prospects
    median_monetary : float64        net revenue of the look-back, money; null for Prospects
    """
    frame = warehouse.read("metrics/rfm", audience)
    frame = frame.sort_values("segment", key=_places, ignore_index=True)
    total = frame["revenue"].sum()
    frame["customer_share"] = frame["customers"] / frame["customers"].sum()
    frame["revenue_share"] = frame["revenue"] / total if total > 0 else np.nan
    columns = ["segment", "customers", "customer_share", "revenue", "revenue_share"]
    medians = ["median_recency_days", "median_frequency", "median_monetary"]
    return notes.noted(
        frame[columns + medians],
        notes.look_back(warehouse),
        _level(warehouse, audience),
        notes.guests(warehouse, audience),
    )


@kept
def rfm_grid(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The 25 cells of the R x FM grid, empty ones too, with their segment. Prospects have no scores and are in no cell.

    Columns
    -------
    r_score : int64      recency score, 5 is latest
    fm_score : int64     frequency and money score, 5 is most
    segment : str        the segment that the cell belongs to
    customers : int64    buyers in the cell
    revenue : float64    their net revenue, money
    """
    frame = warehouse.read("metrics/rfm_grid", audience)
    return notes.noted(
        frame, notes.look_back(warehouse), _level(warehouse, audience), notes.guests(warehouse, audience)
    )


def _level(warehouse: Warehouse, audience: Audience) -> str | None:
    """That a whole base has one recency score: names such as Lost then say nothing of anybody."""
    grid = warehouse.read("metrics/rfm_grid", replace(audience, rule=EVERYONE))
    scores = grid.loc[grid["customers"] > 0, "r_score"].unique()
    if len(scores) != 1:
        return None
    return f"All buyers of the base have the recency score {scores[0]}: recency tells nobody apart, names that rest on it mean nothing."


@kept
def rfm_cutoffs(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """What a score means: the lowest and highest value behind each. Bounds are those of the whole base.

    A score that nobody has, because of ties or of fixed cut-offs, has no customers in the base and no bounds.

    Columns
    -------
    measure : str        recency (days since the last purchase), frequency (purchase days) or monetary (net revenue), of the look-back
    score : int64        1 to 5, 5 is best
    low : float64        lowest value with this score, in days, purchase days or money; null for an empty score
    high : float64       highest value with this score; null likewise
    customers : int64    buyers of the audience with this score
    """
    bounds = warehouse.read("metrics/rfm_cutoffs", replace(audience, rule=EVERYONE))
    here = warehouse.read("metrics/rfm_cutoffs", audience)
    keys = ["measure", "score"]
    every = pd.MultiIndex.from_product([MEASURES if len(bounds) else [], SCORES], names=keys)
    frame = bounds.set_index(keys)[["low", "high"]].reindex(every)
    frame["customers"] = here.set_index(keys)["customers"].reindex(every, fill_value=0).astype("int64")
    empty = [f"{measure} {score}" for measure, score in frame.index[frame["low"].isna()]]
    why = "Ties leave these scores empty" if warehouse.preferences.rfm_cutoffs is None else "Nobody has these scores"
    unused = f"{why}: {', '.join(empty)}." if empty else None
    return notes.noted(
        frame.reset_index().astype({"measure": "str", "score": "int64"}), notes.look_back(warehouse), unused
    )


def rfm_customers(
    warehouse: Warehouse, audience: Audience, *, segment: str | None = None, limit: int | None = None
) -> pd.DataFrame:
    """Each customer's recency, frequency, monetary value, scores and segment, highest revenue first.

    Columns
    -------
    customer_id : str        the customer
    recency_days : Int64     days since the last purchase; null for Prospects
    frequency : Int64        purchase days of the look-back (all history unless set); null for Prospects
    monetary : float64       net revenue of the look-back, money; null for Prospects
    r_score : Int64          recency score, 5 is latest; null for Prospects
    f_score : Int64          frequency score, 5 is most; null for Prospects
    m_score : Int64          monetary score, 5 is most; null for Prospects
    fm_score : Int64         mean of F and M, half rounded up; null for Prospects
    segment : str            RFM segment
    """
    chosen = narrowed(audience, segment=named_segment(warehouse, segment))
    frame = warehouse.read("metrics/rfm_customers", chosen, limit=limit or ALL_ROWS)
    whole = ("recency_days", "frequency", "r_score", "f_score", "m_score", "fm_score")
    return notes.noted(frame.astype(dict.fromkeys(whole, "Int64")), notes.look_back(warehouse))


@kept
def rfm_migration(warehouse: Warehouse, audience: Audience, *, before: date | None = None) -> pd.DataFrame:
    """Customers by their segment on the comparison day and now. Both are states of the data held today.

    Columns
    -------
    from_segment : str    segment on the earlier day; "Not yet a customer" for those unknown then
    to_segment : str      segment on the as-of date
    customers : int64     customers who went from the one to the other
    revenue : float64     their net revenue of the 12 months to the as-of date, money
    """
    then = replace(audience, before=comparison_day(audience, before))
    frame = warehouse.read("metrics/rfm_migration", then)
    frame = frame.sort_values(["from_segment", "to_segment"], key=_places, ignore_index=True)
    return notes.noted(
        frame, f"From {formats.day(then.before)} to {formats.day(then.as_of)}.", notes.look_back(warehouse)
    )


def rfm_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """The segment that brings most, and the revenue of those who are slipping away. Reads `rfm`."""
    buyers = frame[frame["segment"] != PROSPECTS]
    count = int(buyers["customers"].sum())
    total = buyers["revenue"].sum()
    if count < notes.FEWEST_CUSTOMERS or total <= 0:
        return None
    best = buyers.loc[buyers["revenue"].idxmax()]
    slipping = buyers[buyers["segment"].isin(("At Risk", "Can't Lose"))]
    words = (
        f"{formats.share(slipping['revenue'].sum() / total)} comes from {' and '.join(slipping['segment'])}"
        if len(slipping)
        else "nobody is At Risk"
    )
    return (
        f"On {formats.day(as_of)}, {best['segment']} are {formats.share(best['customers'] / count)} of "
        f"{formats.count(count)} buyers and bring {formats.share(best['revenue'] / total)} of their revenue; "
        f"{words}."
    )


def rfm_grid_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How many are in the best and in the worst corner of the grid. Reads `rfm_grid`."""
    count = int(frame["customers"].sum())
    if count < notes.FEWEST_CUSTOMERS:
        return None
    best = frame.loc[(frame["r_score"] >= 4) & (frame["fm_score"] >= 4), "customers"].sum()
    worst = frame.loc[(frame["r_score"] <= 2) & (frame["fm_score"] <= 2), "customers"].sum()
    return (
        f"Of {formats.count(count)} buyers on {formats.day(as_of)}, {formats.share(best / count)} score 4 or 5 on "
        f"both axes and {formats.share(worst / count)} score 1 or 2 on both."
    )


def rfm_migration_in_words(frame: pd.DataFrame, before: date, as_of: date) -> str | None:
    """How many stayed, and the largest move. Reads `rfm_migration`."""
    known = frame[~frame["from_segment"].isin((UNKNOWN_BEFORE, PROSPECTS))]
    count = int(known["customers"].sum())
    if count < notes.FEWEST_CUSTOMERS:
        return None
    stayed = known.loc[known["from_segment"] == known["to_segment"], "customers"].sum()
    sentence = (
        f"Of {formats.count(count)} buyers on {formats.day(before)}, {formats.share(stayed / count)} are in the same "
        f"segment on {formats.day(as_of)}"
    )
    moved = known[known["from_segment"] != known["to_segment"]]
    if moved.empty:
        return f"{sentence}."
    most = moved.loc[moved["customers"].idxmax()]
    return (
        f"{sentence}; the largest move, {formats.count(most['customers'])} customers, is from {most['from_segment']} "
        f"to {most['to_segment']}."
    )


def _places(names: pd.Series) -> pd.Series:
    """The order in which segments are listed, best first; own names after the usual ones, those unknown before last."""
    known = {name: place for place, name in enumerate((*RFM_SEGMENTS, UNKNOWN_BEFORE))}
    own = {
        name: known[PROSPECTS] - 1 + (place + 1) / 1000 for place, name in enumerate(sorted(set(names) - known.keys()))
    }
    return names.map(known | own)
