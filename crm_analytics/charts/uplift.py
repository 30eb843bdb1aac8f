"""Whom a contact moves: the Qini curve against chance, and what each tenth gains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, ACCENT_FAINT, BETTER, GREY, RULE, base_figure, empty_figure


@drawn
def qini_curve(frame: pd.DataFrame) -> go.Figure:
    """Conversions caused by how deep one contacts, best first, with the 95% band and the random line.

    Draws metrics.campaigns.uplift.uplift.
    """
    if frame.empty:
        return empty_figure()
    depth = np.concatenate([[0.0], frame["decile"] / 10])
    columns = ("qini", "qini_low_95", "qini_high_95", "random_qini")
    curve, low, high, line = (np.concatenate([[0.0], frame[name]]) for name in columns)
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return base_figure(
        go.Scatter(
            name="best first",
            x=depth,
            y=curve,
            mode="lines+markers",
            line={"width": 2.5, "color": ACCENT},
            customdata=np.column_stack([low, high]),
            hovertemplate="the best %{x:.0%}: %{y:,.0f} conversions caused<br>95% interval %{customdata[0]:,.0f} to "
            "%{customdata[1]:,.0f}<extra></extra>",
        ),
        go.Scatter(
            name="drawn at random",
            x=depth,
            y=line,
            mode="lines",
            line={"color": RULE, "width": 1.5, "dash": "dot"},
            hovertemplate="%{x:.0%} at random: %{y:,.0f}<extra></extra>",
        ),
        go.Scatter(x=depth, y=low, **edge),
        go.Scatter(x=depth, y=high, fill="tonexty", fillcolor=ACCENT_FAINT, **edge),
        height=300,
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "share of customers contacted"}, "tickformat": ".0%"},
        yaxis={"title": {"text": "conversions caused"}},
    )


@drawn
def uplift_bars(frame: pd.DataFrame) -> go.Figure:
    """Points that each tenth gains by the contact, with the 95% interval; the advised ones stand out.

    Draws metrics.campaigns.uplift.uplift.
    """
    if frame.empty:
        return empty_figure()
    advised = frame["advised"].fillna(False).astype(bool)
    colours = [BETTER if each else GREY for each in advised] if frame["advised"].notna().any() else ACCENT
    return base_figure(
        go.Bar(
            x=frame["decile"],
            y=frame["uplift"],
            marker={"color": colours, "cornerradius": 3},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (frame["high_95"] - frame["uplift"]).clip(lower=0),
                "arrayminus": (frame["uplift"] - frame["low_95"]).clip(lower=0),
                "color": RULE,
                "thickness": 1.5,
                "width": 4,
            },
            customdata=frame[["treated_customers", "control_customers"]].to_numpy(),
            hovertemplate="tenth %{x}: %{y:+.2%}<br>%{customdata[0]:,} treated, %{customdata[1]:,} control<extra></extra>",
        ),
        height=300,
        xaxis={"title": {"text": "tenth of customers, highest predicted uplift first"}, "dtick": 1},
        yaxis={"title": {"text": "gain in conversion rate"}, "tickformat": "+.1%"},
    )
