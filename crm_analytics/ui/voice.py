"""What the page on the voice of the customer chooses from, and its row of numbers."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import voice as drawn
from crm_analytics.engine.duck import Session
from crm_analytics.metrics.voice import loyalty, service, themes, voice
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show

_SPANS = {"Month": "month", "Quarter": "quarter", "Year": "year"}
#: Groupings that are periods or no grouping at all are not offered beside the others.
_NO_GROUPS = {"all", "month", "quarter", "year"}
#: What the table of cases shows first; the download has all.
CASE_COLUMNS = [
    "kind", "cases", "median_first_response_hours", "median_resolution_hours", "promise_kept_share",
    "recovered_share", "similar_share",
]  # fmt: skip
_SCORES = {"Recommendation": "nps", "Satisfaction": "csat"}


def score() -> str:
    """Which score the page shows: nps or csat."""
    return show.choice("Score", _SCORES, "voice_score")


def span() -> str:
    """The period of the curve."""
    return show.choice("Period", _SPANS, "voice_period", first="Quarter")


def group(warehouse: Warehouse) -> str:
    """What the scores are grouped by; in the address."""
    known = [name for name in voice.groups_of(warehouse) if name not in _NO_GROUPS]
    return st.selectbox(
        "By", known, key="voice_by", bind="query-params", index=known.index("agent"),
        format_func=lambda name: name.replace("_", " "), label_visibility="collapsed",
    )  # fmt: skip


def newer(warehouse: Warehouse, audience: Audience) -> None:
    """Say that answers or cases are newer than the orders, whose latest day the page takes if nobody chooses another."""
    if audience.as_of != warehouse.latest():
        return
    later = [(name, day) for name, day in warehouse.entered(_latest_days) if day is not None and day > audience.as_of]
    if later:
        known = " and ".join(f"{name} to {formats.day(day)}" for name, day in later)
        st.info(
            f"There are {show.inert(known)}; this page looks at {formats.day(audience.as_of)}, the day of the latest order. "
            "Choose a later day above to see them all.",
            icon=":material/update:",
        )


def _latest_days(reading: Session) -> list[tuple[str, date | None]]:
    asked = (("answers", "answered_at", "survey_answers"), ("cases", "opened_at", "cases"))
    return [(name, reading.value(f"SELECT CAST(max({day}) AS DATE) FROM core.{kind}")) for name, day, kind in asked]


def headline(warehouse: Warehouse, audience: Audience) -> None:
    """Recommendation, satisfaction, the revenue of the dissatisfied, and promises kept."""
    recommended, satisfied = (metric(warehouse, audience) for metric in (voice.nps, voice.csat))
    held = loyalty.by_latest_opinion(warehouse, audience).iloc[-1]
    cases = service.service(warehouse, audience)
    promised = int(cases["promised"].sum())
    kept = (cases["promised"] * cases["promise_kept_share"].fillna(0)).sum() / promised if promised else None
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Net promoter score", _points(recommended, "nps"), neutral=True,
            about=f"95% interval {_interval(recommended, 'nps')}; {_answers(recommended)} answers to the as-of date.",
        )  # fmt: skip
        show.number(
            "Satisfied customers", _points(satisfied, "csat"), neutral=True,
            about=f"4 or 5 of 5; 95% interval {_interval(satisfied, 'csat')}; {_answers(satisfied)} answers.",
        )  # fmt: skip
        show.number(
            "Revenue of detractors", formats.money(held["revenue_12m"] if held["customers"] else None, session.currency()),
            about=f"Of the last 12 months, {formats.count(held['customers'])} customers whose latest answer was 0 to 6.",
        )  # fmt: skip
        show.number(
            "Solved as promised", formats.share(kept), about=f"Of {formats.count(promised)} cases with a promised time."
        )


def more(warehouse: Warehouse, audience: Audience, currency: str | None) -> None:
    """What few look at every day: comments, perception, the revenue behind opinions, deliveries."""
    found = themes.comment_themes(warehouse, audience)
    finding = themes.themes_in_words(found)
    with show.card("comment_themes", "What they write about", finding):
        if found.empty:
            show.nothing(found.attrs["notes"][0])
        else:
            show.figure(drawn.theme_bars(found), "theme_bars", finding)
            show.table(found, "theme_examples", order=["theme", "comments", "bad_share", "example", "more_examples"])
        show.behind("comment_themes", found, audience, table=False, notes=not found.empty)
    left, right = st.columns(2)
    gaps = voice.perception(warehouse, audience, by="all")
    finding = voice.perception_in_words(gaps)
    with left, show.card("perception", "Expected and perceived", finding):
        if gaps.empty:
            show.nothing("Nobody was asked what was expected and perceived.", voice.SURVEYS)
        else:
            show.figure(drawn.perception_gaps(gaps[gaps["wave"] == gaps["wave"].max()]), "perception_gaps", finding)
        show.behind("perception", voice.perception(warehouse, audience), audience, by="segment")
    held = loyalty.opinion_revenue(warehouse, audience)
    finding = loyalty.detractors_in_words(held, currency)
    with right, show.card("opinion_revenue", "What hangs on it", finding):
        show.short(
            held,
            "opinion_revenue",
            order=["opinion", "customers", "revenue_12m", "revenue_share", "drifting_share"],
        )
        if after := loyalty.purchases_after_in_words(held, currency):
            st.caption(show.inert(after))
            show.short(_after(held, currency), "purchases_after")
        show.behind("opinion_revenue", held, audience, table=False)
        moves = loyalty.loyalty_moves(warehouse, audience)
        st.caption(show.inert(loyalty.moves_in_words(moves) or show.NO_FINDING))
        show.behind("loyalty_moves", moves, audience)
    arrived = service.deliveries(warehouse, audience)
    finding = service.deliveries_in_words(arrived)
    with show.card("deliveries", "Delivered on time", finding):
        if arrived.empty:
            show.nothing("No delivery is loaded.", "deliveries (order, promised, delivered)")
        else:
            show.figure(drawn.share_over_time(arrived, "on_time_share", "delivered on time"), "on_time_curve", finding)
        show.behind("deliveries", arrived, audience)


def _after(held: pd.DataFrame, currency: str | None) -> pd.DataFrame:
    """Later purchases by opinion as a person reads them."""
    between = zip(held["bought_low_95"], held["bought_high_95"], strict=True)
    money = zip(held["revenue_after_low_95"], held["revenue_after_high_95"], strict=True)
    return pd.DataFrame({
        "opinion": held["opinion"], "customers followed": [formats.count(each) for each in held["followed"]],
        "bought again (95% interval)": [
            f"{formats.share(each)} ({formats.share(low)} to {formats.share(high)})"
            for each, (low, high) in zip(held["bought_share"], between, strict=True)
        ],
        "revenue a customer (95% interval)": [
            f"{formats.money(each, currency)} ({formats.money(low, currency)} to {formats.money(high, currency)})"
            for each, (low, high) in zip(held["revenue_after"], money, strict=True)
        ],
    })  # fmt: skip


def _points(frame: pd.DataFrame, value: str) -> str:
    if frame.empty or pd.isna(frame[value].iloc[0]):
        return formats.NONE
    found = frame[value].iloc[0]
    return f"{found:+.1f}".replace("-", formats.MINUS) if value == "nps" else formats.share(found)


def _interval(frame: pd.DataFrame, value: str) -> str:
    if frame.empty:
        return formats.NONE
    return " to ".join(
        _points(frame.rename(columns={end: "end"}).assign(**{value: frame[end]}), value)
        for end in ("low_95", "high_95")
    )


def _answers(frame: pd.DataFrame) -> str:
    return formats.count(frame["answers"].sum())
