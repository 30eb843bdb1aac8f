"""How long customers stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import SEGMENTS, base_figure, empty_figure, translucent

#: Curves that can be told apart; the table has the others.
MOST_GROUPS = 6
#: A curve ends where fewer are left at risk.
_FEWEST_AT_RISK = 10
_MOST_POINTS = 150


@drawn
def survival_curves(frame: pd.DataFrame) -> go.Figure:
    """Share not lapsed by days, the band of a single curve, the largest groups of several. Draws metrics.value.survival.survival."""
    shown = frame[frame["at_risk"] >= _FEWEST_AT_RISK]
    if shown.empty:
        return empty_figure()
    sizes = shown.groupby("group")["at_risk"].max().sort_values(ascending=False, kind="stable")
    groups = list(sizes.index[:MOST_GROUPS])
    # a colour for each: those of the segments, which are told apart in both schemes
    colours = list(SEGMENTS.values())[:: len(SEGMENTS) // MOST_GROUPS]
    traces = []
    for group, colour in zip(groups, colours, strict=False):
        part = _thinned(shown[shown["group"] == group])
        if len(groups) == 1:
            traces += _band(part, colour)
        traces.append(
            go.Scatter(
                x=part["days"], y=part["survival"], name=str(group), mode="lines", line={"width": 2.3, "shape": "hv", "color": colour},
                customdata=part[["at_risk"]].to_numpy(),
                hovertemplate="%{fullData.name}: %{y:.1%} after %{x:,} days, %{customdata[0]:,} at risk<extra></extra>",
            )
        )  # fmt: skip
    return base_figure(
        *traces,
        height=330,
        showlegend=len(groups) > 1,
        margin={"t": 30 if len(groups) > 1 else 8},
        xaxis={"title": {"text": "days since the first purchase"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "not lapsed"}, "tickformat": ".0%", "range": [0, 1.02]},
    )


def _band(part: pd.DataFrame, colour: str) -> list[go.Scatter]:
    edge = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip", "showlegend": False}
    upper = go.Scatter(x=part["days"], y=part["high_95"], **edge)
    return [
        upper,
        go.Scatter(x=part["days"], y=part["low_95"], fill="tonexty", fillcolor=translucent(colour, 0.16), **edge),
    ]


def _thinned(part: pd.DataFrame) -> pd.DataFrame:
    """First, last, and evenly spaced steps between: a curve of days has more than a screen has dots."""
    places = np.unique(np.linspace(0, len(part) - 1, min(len(part), _MOST_POINTS)).astype(int))
    return part.iloc[places]
