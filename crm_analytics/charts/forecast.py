"""The months to come beside those that were."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, ACCENT_FAINT, FAINT, SHORT, base_figure, empty_figure

#: Months of the past that are drawn.
LOOK_BACK: Final = 24


@drawn
def forecast_fan(
    frame: pd.DataFrame, history: pd.DataFrame, *, measure: str = "revenue", currency: str | None = None
) -> go.Figure:
    """The past as a line, the forecast as a dashed one in its 80% and 95% bands. Draws metrics.sales.forecast.forecast.

    `history`: period_start and the measure of the complete months.
    """
    if frame.empty:
        return empty_figure()
    past = history.tail(LOOK_BACK)
    last = past.iloc[-1]
    months = [last["period_start"], *frame["month"]]
    money = formats.money_prefix(currency) if measure == "revenue" else ""
    return base_figure(
        _band(months, frame, last[measure], 95, FAINT),
        _band(months, frame, last[measure], 80, ACCENT_FAINT),
        go.Scatter(
            name="so far",
            x=past["period_start"],
            y=past[measure],
            mode="lines",
            line={"color": ACCENT, "width": 2},
            hovertemplate=f"%{{x|%b %Y}}<br>{money}%{{y:,.0f}}<extra></extra>",
        ),
        go.Scatter(
            name="forecast",
            x=months,
            y=[last[measure], *frame["forecast"]],
            mode="lines",
            line={"color": ACCENT, "width": 2, "dash": "dot"},
            customdata=[[None, None], *frame[["low_80", "high_80"]].to_numpy().tolist()],
            hovertemplate=f"%{{x|%b %Y}}<br>{money}%{{y:,.0f}}<br>80%: %{{customdata[0]:,.0f}} to "
            "%{customdata[1]:,.0f}<extra></extra>",
        ),
        height=320,
        showlegend=True,
        margin={"t": 28},
        xaxis={"tickformat": "%b\n%Y", "nticks": 10},
        yaxis={
            "title": {"text": f"{measure.replace('_', ' ')} per month"},
            "rangemode": "tozero",
            **SHORT,
            "tickprefix": money,
        },
    )


def _band(months: list[pd.Timestamp], frame: pd.DataFrame, start: float, percent: int, colour: str) -> go.Scatter:
    """A closed shape: along the upper ends, and back along the lower ones."""
    upper, lower = [start, *frame[f"high_{percent}"]], [start, *frame[f"low_{percent}"]]
    return go.Scatter(
        name=f"{percent}%",
        x=[*months, *reversed(months)],
        y=[*upper, *reversed(lower)],
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
