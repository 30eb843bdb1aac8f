"""Loyalty to channels, and how groups pay."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, GREY, base_figure, empty_figure


@drawn
def channels_bars(frame: pd.DataFrame) -> go.Figure:
    """Per channel how far repeat buyers keep to it, and how often the next purchase is there too.

    Draws metrics.segments.channels.channels.
    """
    if frame.empty:
        return empty_figure()
    names = frame["channel"].astype(str).to_numpy(dtype=object)
    figure = base_figure(height=70 + 56 * len(frame), barmode="group", showlegend=True, margin_t=46)
    for column, name, colour in (
        ("loyalty_share", "of purchase days, those who prefer it", ACCENT),
        ("same_next_share", "next purchase there too", GREY),
    ):
        figure.add_trace(
            go.Bar(
                name=name, y=names, x=frame[column], orientation="h", marker={"color": colour, "cornerradius": 3},
                text=[formats.share(each, 0) for each in frame[column]], textposition="auto", cliponaxis=False,
                hovertemplate=f"%{{y}}: %{{x:.1%}} ({name})<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(title_text="share", tickformat=".0%", range=[0, 1])
    figure.update_yaxes(autorange="reversed", type="category", ticks="")
    return figure


@drawn
def payment_dots(frame: pd.DataFrame) -> go.Figure:
    """Per group the share of invoices paid on time with its 95% interval. Draws metrics.segments.payment.payment_behaviour."""
    if frame.empty:
        return empty_figure()
    rows = frame.sort_values("invoices", ascending=False).head(15)
    dots = go.Scatter(
        x=rows["on_time_share"], y=rows["group"].astype(str).to_numpy(dtype=object), mode="markers",
        marker={"color": ACCENT, "size": 9}, customdata=rows["invoices"],
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.5, "array": rows["high_95"] - rows["on_time_share"],
            "arrayminus": rows["on_time_share"] - rows["low_95"],
        },
        hovertemplate="%{y}: %{x:.1%} of %{customdata:,} invoices<extra></extra>",
    )  # fmt: skip
    return base_figure(
        dots,
        height=70 + 30 * len(rows),
        xaxis={
            "title": {"text": "invoices paid on time, with 95% interval"},
            "tickformat": ".0%",
            "range": [0, 1.02],
            "showgrid": True,
        },
        yaxis={"autorange": "reversed", "type": "category", "ticks": "", "dtick": 1},
    )
