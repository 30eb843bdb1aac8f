"""Segments: what sets one apart, how it grew, and how several overlap."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.rfm import rfm_migration_flow
from crm_analytics.charts.theme import (
    ACCENT,
    BETTER,
    GREY,
    RULE,
    TEXT_SIZE,
    WORSE,
    base_figure,
    empty_figure,
    shaded_cells,
    words,
)
from crm_analytics.schema import label_of_group

MOST_INDEX: Final = 400  # a rare value can have any index: beyond this the bar ends and the number tells


@drawn
def profile_indices(frame: pd.DataFrame) -> go.Figure:
    """Bars from 100, the share of the whole base, to the index of each value. Draws rows of metrics.segments.profile.segment_profile."""
    if frame.empty:
        return empty_figure()
    rows = frame.iloc[::-1]
    names = [f"{label_of_group(str(row.field))}: {_short(str(row.value))}" for row in rows.itertuples()]
    length = rows["index"].clip(upper=MOST_INDEX) - 100
    bars = go.Bar(
        x=length,
        base=100,
        y=list(range(len(rows))),
        orientation="h",
        marker={"color": [ACCENT if each > 0 else GREY for each in length], "cornerradius": 3},
        customdata=rows[["share", "base_share", "customers", "index"]].to_numpy(dtype=object),
        text=[f"{index:.0f}" for index in rows["index"]],
        textposition="outside",
        textfont={"size": TEXT_SIZE},
        cliponaxis=False,
        hovertemplate="%{customdata[0]:.1%} here, %{customdata[1]:.1%} of the whole base"
        "<br>%{customdata[2]:,} customers, index %{customdata[3]:.0f}<extra></extra>",
    )
    figure = base_figure(bars, height=60 + 30 * len(rows))
    low, high = min(0.0, float(length.min())) + 100, max(40.0, float(length.max())) + 100
    room = (high - low) * 0.14
    figure.update_xaxes(title_text="index: 100 is as in the whole base", range=[low - room, high + room])
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=names, showgrid=False)
    figure.add_vline(x=100, line={"color": RULE, "width": 1.5})
    return figure


@drawn
def segment_history_lines(frame: pd.DataFrame) -> go.Figure:
    """Size over time, with who came in above and who went out below. Draws metrics.segments.saved.segment_history of one segment."""
    if len(frame) < 2:
        return empty_figure()
    moved = frame.iloc[1:]
    size = go.Scatter(
        x=frame["date"], y=frame["customers"], mode="lines+markers", name="in the segment", line={"width": 2.5},
        hovertemplate="%{x|%d %b %Y}<br>%{y:,} customers<extra></extra>",
    )  # fmt: skip
    came = go.Bar(
        x=moved["date"], y=moved["entered"], name="came in", marker={"color": BETTER},
        hovertemplate="%{x|%d %b %Y}<br>%{y:,} came in<extra></extra>",
    )  # fmt: skip
    went = go.Bar(
        x=moved["date"], y=-moved["left"], name="went out", marker={"color": WORSE},
        customdata=moved["left"], hovertemplate="%{x|%d %b %Y}<br>%{customdata:,} went out<extra></extra>",
    )  # fmt: skip
    return base_figure(
        size,
        came,
        went,
        height=320,
        barmode="relative",
        showlegend=True,
        margin={"l": 0, "r": 4, "t": 28, "b": 0},
        xaxis={"title": {"text": "as of"}},
        yaxis={"title": {"text": "customers"}, "rangemode": "tozero"},
    )


@drawn
def overlap_heatmap(frame: pd.DataFrame) -> go.Figure:
    """Of each segment (row) the share that is in the other (column) too. Draws metrics.segments.saved.segment_overlap."""
    if frame["segment"].nunique() < 2:
        return empty_figure()
    names = sorted(frame["segment"].unique())
    share = frame.pivot(index="segment", columns="other", values="share_of_segment").reindex(index=names, columns=names)
    count = frame.pivot(index="segment", columns="other", values="customers").reindex(index=names, columns=names)
    values = share.to_numpy(dtype=float, copy=True)
    np.fill_diagonal(values, np.nan)
    place = np.arange(len(names))
    labels = np.array(names, dtype=object)
    facts = np.dstack([count.to_numpy(dtype=float), *np.broadcast_arrays(labels[:, None], labels[None, :])])
    cells = shaded_cells(
        values, x=place, y=place, text=words(values, lambda each: formats.share(each, 0)), texttemplate="%{text}",
        customdata=facts, hovertemplate="%{customdata[0]:,} customers are in %{customdata[1]} and in %{customdata[2]}<extra></extra>",
    )  # fmt: skip
    figure = base_figure(cells, height=110 + 38 * len(names))
    ticks = {"tickvals": place, "ticktext": [_short(name) for name in names], "showgrid": False, "ticks": ""}
    figure.update_xaxes(title_text="is also in", side="top", **ticks)
    figure.update_yaxes(title_text="of the customers of", autorange="reversed", **ticks)
    return figure


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23] + "…"


@drawn
def segment_flow(frame: pd.DataFrame, segment: str, other: str | None = None) -> go.Figure:
    """Customers flowing into a saved segment and out of it, or between two. Draws metrics.segments.flow.segment_flow."""
    colours = {"in both": BETTER} | ({other: WORSE} if other else {}) | {segment: ACCENT}
    return rfm_migration_flow(frame, colours=colours, height=300)
