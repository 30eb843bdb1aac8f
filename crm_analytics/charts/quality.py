"""How far the data can be trusted."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, GREY, WORSE, base_figure, empty_figure

#: Bars that are legible on a phone.
MOST_BARS = 12
MOST_LINES = 6
MOST_SCORES = 400


@drawn
def mend_bars(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """The columns that most revenue hangs on, the most first. Draws metrics.data.quality.data_quality."""
    worst = frame[frame["revenue_behind"].gt(0)].head(MOST_BARS)
    if worst.empty:
        return empty_figure()
    names = (worst["source"] + " · " + worst["table"] + " · " + worst["column"].str.replace("_", " ")).to_numpy(
        dtype=object
    )
    prefix = formats.money_prefix(currency)
    bars = go.Bar(
        y=names, x=worst["revenue_behind"], orientation="h", marker={"color": ACCENT, "cornerradius": 3},
        customdata=worst[["problem", "valid_share"]].to_numpy(dtype=object),
        hovertemplate=f"%{{y}}<br>%{{customdata[0]}}<br>{prefix}%{{x:,.0f}} of revenue; %{{customdata[1]:.1%}} valid<extra></extra>",
    )  # fmt: skip
    return base_figure(
        bars,
        height=70 + 28 * len(worst),
        xaxis={
            "title": {"text": "revenue behind them"},
            "tickprefix": prefix,
            "rangemode": "tozero",
            "nticks": 5,
        },
        yaxis={"autorange": "reversed", "type": "category", "automargin": True, "nticks": len(worst)},
    )


@drawn
def accepted_bars(frame: pd.DataFrame) -> go.Figure:
    """Import by import the rows accepted and rejected. Draws metrics.data.quality.data_imports."""
    if frame.empty:
        return empty_figure()
    last = frame.tail(60)
    at = last["import_id"].astype(str).to_numpy(dtype=object)
    details = last[["file", "accepted_share"]].to_numpy(dtype=object)
    parts = [
        go.Bar(name=name, x=at, y=rows, marker={"color": colour}, customdata=details)
        for name, rows, colour in (
            ("accepted", last["rows_read"] - last["rejected"], GREY),
            ("rejected", last["rejected"], WORSE),
        )
    ]
    for part in parts:
        part.hovertemplate = (
            f"%{{customdata[0]}}: %{{y:,}} rows {part.name}, %{{customdata[1]:.1%}} accepted<extra></extra>"
        )
    return base_figure(
        *parts,
        height=240,
        barmode="stack",
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "import"}, "type": "category"},
        yaxis={"title": {"text": "rows"}, "rangemode": "tozero"},
    )


@drawn
def score_lines(frame: pd.DataFrame) -> go.Figure:
    """The score of each import, a line for each source and table of at least two. Draws metrics.data.quality.data_imports."""
    known = frame.dropna(subset="score").tail(60)
    lines = []
    for (source, table), part in known.groupby(["source", "table"]):
        if len(part) > 1 and len(lines) < MOST_LINES:
            at = part["import_id"].astype(str).to_numpy(dtype=object)
            lines.append(
                go.Scatter(
                    name=f"{source} · {table}", x=at, y=part["score"], mode="lines+markers",
                    customdata=part[["file"]].to_numpy(dtype=object),
                    hovertemplate="%{customdata[0]}: %{y:.1%} of the cells valid<extra></extra>",
                )
            )  # fmt: skip
    if not lines:
        return empty_figure()
    order = known["import_id"].astype(str).to_numpy(dtype=object)
    return base_figure(
        *lines,
        height=220,
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "import"}, "type": "category", "categoryorder": "array", "categoryarray": order},
        yaxis={"title": {"text": "valid cells"}, "tickformat": ".0%", "nticks": 5, "range": [0, 1.05]},
    )


@drawn
def base_score_line(frame: pd.DataFrame) -> go.Figure:
    """The score of the whole base after each load, over time. Draws metrics.data.scores.data_scores."""
    known = frame.dropna(subset="score").tail(MOST_SCORES)
    if len(known) < 2:
        return empty_figure()
    details = list(zip(known["act"].astype(str), known["file"].astype(str), strict=True))
    line = go.Scatter(
        x=known["scored_at"], y=known["score"], mode="lines+markers", line={"color": ACCENT, "shape": "hv"}, customdata=details,
        hovertemplate="%{x|%Y-%m-%d %H:%M}: %{y:.1%}<br>%{customdata[0]} of %{customdata[1]}<extra></extra>",
    )  # fmt: skip
    return base_figure(
        line,
        height=220,
        xaxis={"title": {"text": "day of the load"}, "nticks": 6},
        yaxis={"title": {"text": "data score"}, "tickformat": ".3~p", "nticks": 5},
    )
