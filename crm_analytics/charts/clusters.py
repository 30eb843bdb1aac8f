"""Clusters: share of customers beside share of revenue."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, GREY, base_figure, empty_figure


@drawn
def cluster_bars(frame: pd.DataFrame) -> go.Figure:
    """Two bars for each cluster: of the buyers and of their revenue. Draws metrics.segments.clusters.clusters."""
    if frame.empty:
        return empty_figure()
    rows = frame.iloc[::-1]
    names = [f"{row.cluster}. {_wrapped(row.name_)}" for row in rows.rename(columns={"name": "name_"}).itertuples()]
    place = list(range(len(rows)))
    bars = [
        go.Bar(
            x=rows[column], y=place, orientation="h", name=label, marker={"color": colour, "cornerradius": 3},
            customdata=rows[["customers", "name"]].to_numpy(dtype=object),
            hovertemplate="%{customdata[1]}<br>%{x:.1%} " + label + ", %{customdata[0]:,} customers<extra></extra>",
        )
        for column, label, colour in (
            ("revenue_share", "of revenue", ACCENT), ("customer_share", "of customers", GREY),
        )
    ]  # fmt: skip
    return base_figure(
        *bars,
        height=90 + 56 * len(rows),
        barmode="group",
        showlegend=True,
        legend={"traceorder": "reversed"},
        margin={"l": 0, "r": 8, "t": 28, "b": 0},
        xaxis={"title": {"text": "share"}, "tickformat": ".0%", "rangemode": "tozero"},
        yaxis={"tickvals": place, "ticktext": names, "showgrid": False},
    )


def _wrapped(name: str) -> str:
    """A long name on several lines, one for each part."""
    return name.replace(", ", ",<br>") if len(name) > 22 else name
