"""How concentrated the revenue is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT_FAINT, GREY, RULE, TEXT_SIZE, base_figure, dots, empty_figure


@drawn
def pareto_curve(frame: pd.DataFrame, top_20_share: float | None, customers_for_80_share: float | None) -> go.Figure:
    """Cumulative revenue over customers, best first, against equality. Draws metrics.value.pareto.pareto_curve.

    Both marks are shares in [0, 1]; a mark that is undefined is not drawn.
    """
    if frame.empty:
        return empty_figure()
    curve = go.Scatter(
        x=frame["customer_share"], y=frame["revenue_share"], mode="lines", line={"width": 2.5},
        fill="tozeroy", fillcolor=ACCENT_FAINT,
        hovertemplate="the best %{x:.1%} of customers<br>bring %{y:.1%} of revenue<extra></extra>",
    )  # fmt: skip
    equality = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": RULE, "width": 1, "dash": "dot"}, hoverinfo="skip"
    )
    marks = [
        (0.2, top_20_share, f"20% of customers bring<br><b>{formats.share(top_20_share)}</b> of revenue"),
        (
            customers_for_80_share,
            0.8,
            f"80% of revenue comes from<br><b>{formats.share(customers_for_80_share)}</b> of customers",
        ),
    ]
    drawn = [mark for mark in marks if not pd.isna(mark[0]) and not pd.isna(mark[1])]
    # below the diagonal there is always room, on a phone too
    words = {
        "x": 1, "y": 0.03, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "align": "right",
        "showarrow": False, "text": "<br>".join(each for _, _, each in drawn), "font": {"size": TEXT_SIZE + 1},
    }  # fmt: skip
    return base_figure(
        curve, equality, *([dots([x for x, _, _ in drawn], [y for _, y, _ in drawn], mode="markers")] if drawn else []),
        height=320, hovermode="x", annotations=[words] if drawn else [],
        xaxis={"title": {"text": "customers, best first (cumulative)"}, "tickformat": ".0%", "range": [0, 1], "dtick": 0.2},
        yaxis={"title": {"text": "revenue (cumulative)"}, "tickformat": ".0%", "range": [0, 1.02], "dtick": 0.2},
    )  # fmt: skip


@drawn
def abc_columns(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Per class its share of customers beside its share of revenue. Draws metrics.value.pareto.abc; `customdata` = class."""
    if frame.empty:
        return empty_figure()
    customer_share = frame["customers"] / frame["customers"].sum()
    names = frame["class"].astype(str).to_numpy(dtype=object)
    pair = {"x": names, "textposition": "outside", "texttemplate": "%{y:.0%}", "cliponaxis": False}
    prefix = formats.money_prefix(currency)
    return base_figure(
        go.Bar(
            name="share of revenue",
            y=frame["revenue_share"],
            marker={"cornerradius": 3},
            customdata=np.column_stack([names, frame["revenue"].to_numpy(dtype=object)]),
            hovertemplate=f"class %{{customdata[0]}}: {prefix}%{{customdata[1]:,.0f}}"
            "<br>%{y:.1%} of revenue<extra></extra>",
            **pair,
        ),
        go.Bar(
            name="share of customers",
            y=customer_share,
            marker={"color": GREY, "cornerradius": 3},
            customdata=np.column_stack([names, frame["customers"].to_numpy(dtype=object)]),
            hovertemplate="class %{customdata[0]}: %{customdata[1]:,} customers"
            "<br>%{y:.1%} of customers<extra></extra>",
            **pair,
        ),
        height=320,
        barmode="group",
        bargroupgap=0.08,
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "class"}, "type": "category"},
        yaxis={"title": {"text": "share"}, "tickformat": ".0%", "rangemode": "tozero"},
    )
