"""Pairs of records: how many in each band, and why two are taken for one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd
import plotly.graph_objects as go

from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, BETTER, GREY, WORSE, base_figure, empty_figure


class Step(Protocol):
    """A step of the waterfall: how many doublings of the odds what was compared is worth."""

    name: str
    level: str
    bits: float


@drawn
def band_bars(frame: pd.DataFrame) -> go.Figure:
    """Pairs in each band, decided and undecided. Draws metrics.data.duplicates.duplicate_bands."""
    if not frame["pairs"].sum():
        return empty_figure()
    decided = frame["accepted"] + frame["refused"]
    names = frame["band"].astype(str).to_numpy(dtype=object)
    bars = [
        go.Bar(name="undecided", y=names, x=frame["pairs"] - decided, orientation="h", marker={"color": ACCENT}),
        go.Bar(name="accepted", y=names, x=frame["accepted"], orientation="h", marker={"color": BETTER}),
        go.Bar(name="refused", y=names, x=frame["refused"], orientation="h", marker={"color": GREY}),
    ]
    for bar in bars:
        bar.hovertemplate = f"%{{y}}, {bar.name}: %{{x:,}} pairs<extra></extra>"
    return base_figure(
        *bars,
        height=190,
        barmode="stack",
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "pairs of records"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "band"}, "autorange": "reversed", "type": "category"},
    )


@drawn
def waterfall(steps: Sequence[Step]) -> go.Figure:
    """From the odds of any two records to those of this pair, comparison by comparison, in doublings of the odds."""
    if not steps:
        return empty_figure()
    names = [each.name for each in steps]
    figure = base_figure(
        go.Waterfall(
            orientation="h",
            y=[*names, "all together"],
            x=[*(each.bits for each in steps), 0],
            measure=[*("relative" for _ in steps), "total"],
            text=[*(f"{each.bits:+.1f}" for each in steps), f"{sum(each.bits for each in steps):+.1f}"],
            textposition="outside",
            cliponaxis=False,
            customdata=[*(each.level for each in steps), "the odds that both are one person"],
            hovertemplate="%{y}: %{customdata}, %{text}<extra></extra>",
            increasing={"marker": {"color": BETTER}},
            decreasing={"marker": {"color": WORSE}},
            totals={"marker": {"color": ACCENT}},
            connector={"line": {"width": 0.5}},
        ),
        height=90 + 28 * (len(steps) + 1),
    )
    reach = [0.0]
    for each in steps:
        reach.append(reach[-1] + each.bits)
    room = (max(reach) - min(reach)) * 0.18 or 1.0
    figure.update_xaxes(title_text="doublings of the odds", range=[min(reach) - room, max(reach) + room])
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, title_text=None, nticks=len(names) + 1)
    return figure
