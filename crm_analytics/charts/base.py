"""The customer base at a glance."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ON_FILL, STATUSES, TEXT_SIZE, base_figure, colour_of, empty_figure

NARROW: Final = 0.17  # a part below this share has no room for its name on a phone; the legend carries it
IN_A_LINE: Final = 3  # names of a legend


@drawn
def status_bar(frame: pd.DataFrame) -> go.Figure:
    """One bar, one part per status: columns status, customers, share. Clicks give `customdata` = status."""
    parts = frame[frame["customers"] > 0]
    if parts.empty:
        return empty_figure()
    narrow = parts["share"] < NARROW
    bars = []
    starts = parts["share"].cumsum() - parts["share"]
    for row, start, small in zip(parts.itertuples(), starts, narrow, strict=True):
        bars.append(
            go.Bar(
                name=f"{row.status} {formats.share(row.share)}",
                x=[row.share],
                base=[start],
                y=["customers"],
                orientation="h",
                marker={"color": colour_of(row.status, STATUSES), "cornerradius": 5},
                customdata=[[row.status, row.customers, row.share]],
                text="" if small else f"{row.status}<br><b>{formats.share(row.share, 0)}</b>",
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"color": ON_FILL, "size": TEXT_SIZE + 1},
                showlegend=bool(small),
                # not %{x}: of a bar with a base that is where the bar ends
                hovertemplate="%{customdata[0]}: %{customdata[1]:,} customers, %{customdata[2]:.1%}<extra></extra>",
            )
        )
    lines = -(-int(narrow.sum()) // IN_A_LINE)
    return base_figure(
        *bars,
        height=76 + 28 * lines,
        barmode="overlay",
        bargap=0,
        showlegend=True,
        margin={"l": 0, "r": 0, "t": 4, "b": 4 + 26 * lines},
        legend={"y": 0, "yref": "container", "yanchor": "bottom"},
        xaxis={"visible": False, "range": [0, parts["share"].sum()]},
        yaxis={"visible": False},
    )
