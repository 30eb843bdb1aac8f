"""Plan against result: where objectives will stand, when actions were done, how the gap came about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    ACCENT,
    BETTER,
    GHOST,
    GREY,
    RULE,
    SHORT,
    WORSE,
    base_figure,
    colour_of,
    empty_figure,
)

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {"done": "#09825E", "late": "#BA550C", "missed": "#CC323E", "planned": "#597394"}
)
_LANE: Final = 30  # pixels of an objective or a kind of action


@drawn
def objectives_outlook(frame: pd.DataFrame) -> go.Figure:
    """Each objective as a share of its way: what is expected to date, where it is, and its 80% band at the due date.

    0 is the baseline, 1 the target. Objectives without a way (to hold, not measured) are left out. Draws
    metrics.programme.programme.objectives.
    """
    shown = frame[frame["progress_share"].notna() & frame["target"].ne(frame["baseline"])].iloc[::-1]
    if shown.empty:
        return empty_figure()
    names = [f"{row.objective} {row.metric.replace('_', ' ')}" for row in shown.itertuples()]
    way = shown["target"] - shown["baseline"]
    ends = {name: ((shown[f"projected_{name}_80"] - shown["baseline"]) / way) for name in ("low", "high")}
    middle = (shown["projected"] - shown["baseline"]) / way
    bands = [
        go.Scatter(
            x=[low, high], y=[name, name], mode="lines", line={"color": GHOST, "width": 12}, hoverinfo="skip", name="80% at the due date",
            showlegend=bool(at == 0), legendgroup="band",
        )
        for at, (name, low, high) in enumerate(
            (name, low, high) for name, low, high in zip(names, ends["low"], ends["high"], strict=True) if not np.isnan(low)
        )
    ]  # fmt: skip
    figure = base_figure(
        *bands,
        _points(names, middle, "projected", ACCENT, "diamond", shown["state"]),
        _points(names, shown["progress_share"], "so far", GREY, "circle", shown["state"]),
        height=110 + _LANE * len(shown),
    )
    figure.add_vline(x=1, line={"color": RULE, "dash": "dot", "width": 1.5})
    figure.add_vline(x=0, line={"color": RULE, "width": 1})
    figure.update_layout(showlegend=True, margin_t=30)
    figure.update_xaxes(title_text="way from baseline (0%) to target (100%)", tickformat=".0%")
    figure.update_yaxes(categoryorder="array", categoryarray=names, dtick=1)
    return figure


def _points(names: list[str], x: pd.Series, name: str, colour: str, symbol: str, states: pd.Series) -> go.Scatter:
    return go.Scatter(
        x=x, y=names, name=name, mode="markers", marker={"color": colour, "size": 11, "symbol": symbol}, customdata=states,
        hovertemplate=f"%{{y}}<br>{name} %{{x:.0%}} of the way, %{{customdata}}<extra></extra>",
    )  # fmt: skip


@drawn
def actions_calendar(frame: pd.DataFrame, as_of: pd.Timestamp) -> go.Figure:
    """Actions by kind over time, coloured by state; a line leads from the date planned to the date done.

    Draws metrics.programme.programme.actions.
    """
    if frame.empty:
        return empty_figure()
    delays = frame[frame["executed_on"].notna() & (frame["executed_on"] != frame["scheduled_on"])]
    lines = [
        go.Scatter(
            x=[row.scheduled_on, row.executed_on], y=[row.kind, row.kind], mode="lines", line={"color": STATES["late"], "width": 2},
            hoverinfo="skip", showlegend=False,
        )
        for row in delays.itertuples()
    ]  # fmt: skip
    marks = []
    for state in STATES:
        part = frame[frame["state"] == state]
        if part.empty:
            continue
        marks.append(
            go.Scatter(
                name=f"{state} {len(part)}", x=part["executed_on"].fillna(part["scheduled_on"]), y=part["kind"], mode="markers",
                marker={"color": colour_of(state, STATES), "size": 12, "symbol": "circle" if state in ("done", "late") else "circle-open",
                        "line": {"width": 2}},
                customdata=part[["action", "channel", "owner"]].fillna(formats.NONE).to_numpy(),
                hovertemplate=f"%{{customdata[0]}} %{{customdata[1]}}<br>%{{x|%-d %b %Y}}, {state}<br>%{{customdata[2]}}<extra></extra>",
            )
        )  # fmt: skip
    figure = base_figure(*lines, *marks, height=110 + _LANE * frame["kind"].nunique())
    figure.add_vline(x=as_of, line={"color": RULE, "dash": "dot", "width": 1.5})
    figure.update_layout(showlegend=True, margin_t=30)
    figure.update_xaxes(tickformat="%b\n%Y", nticks=10)
    figure.update_yaxes(dtick=1)
    return figure


@drawn
def gap_waterfall(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """The gap to the plan as a sum of what was wanted and what each lever brought. Draws metrics.programme.chain.programme_gap."""
    parts = frame.dropna(subset=["effect"])
    if parts.empty:
        return empty_figure()
    prefix = formats.money_prefix(currency)
    bars = go.Waterfall(
        y=[*parts["lever"], "gap to the plan"],
        x=[*parts["effect"], 0],
        orientation="h",
        measure=["relative"] * len(parts) + ["total"],
        increasing={"marker": {"color": BETTER}},
        decreasing={"marker": {"color": WORSE}},
        totals={"marker": {"color": GREY}},
        connector={"line": {"color": RULE, "width": 1}},
        hovertemplate=f"%{{y}}<br>{prefix}%{{delta:,.0f}}<extra></extra>",
    )
    return base_figure(
        bars,
        height=90 + _LANE * (len(parts) + 1),
        xaxis={
            "title": {"text": "revenue against the plan to date"},
            **SHORT,
            "tickprefix": prefix,
            "nticks": 4,
        },
        yaxis={"autorange": "reversed", "dtick": 1},
    )
