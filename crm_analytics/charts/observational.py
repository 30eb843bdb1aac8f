"""Campaigns without a control group: what was found beside the placebo, and how alike the two sides were."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, GREY, RULE, base_figure, empty_figure

#: A standardised difference beyond this is not alike (Austin 2009).
ALIKE: Final = 0.1


@drawn
def effect_and_placebo(frame: pd.DataFrame, outcome: str) -> go.Figure:
    """The difference to comparable customers with its interval, and the same before anything had happened. One outcome."""
    rows = frame[frame["outcome"] == outcome]
    if rows.empty:
        return empty_figure()
    row, share = rows.iloc[0], outcome == "converted"
    kinds = [("after the contact", "difference", "low_95", "high_95", ACCENT)]
    if pd.notna(row["placebo_difference"]):
        kinds.append(("before it (placebo)", "placebo_difference", "placebo_low_95", "placebo_high_95", GREY))
    form = "+.2%" if share else "+,.2f"
    figure = base_figure(
        *(
            go.Scatter(
                x=[row[value]], y=[label], mode="markers", marker={"size": 11, "color": colour},
                error_x={
                    "type": "data", "symmetric": False, "array": [row[high] - row[value]],
                    "arrayminus": [row[value] - row[low]], "color": RULE, "thickness": 2, "width": 6,
                },
                hovertemplate=f"%{{y}}: %{{x:{form}}}<extra></extra>",
            )
            for label, value, low, high, colour in reversed(kinds)
        ),
        height=170,
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": RULE, "width": 1, "dash": "dot"})
    figure.update_xaxes(
        title_text="share that bought, difference" if share else "revenue per customer, difference",
        tickformat="+.0%" if share else "+,.0f", showgrid=True,
    )  # fmt: skip
    figure.update_yaxes(type="category")
    return figure


@drawn
def balance_plot(frame: pd.DataFrame) -> go.Figure:
    """Standardised differences before and after matching, by feature; between the dotted lines both sides are alike."""
    if frame.empty:
        return empty_figure()
    known = frame.iloc[::-1]
    names = known["feature"].str.replace("_", " ")
    figure = base_figure(
        *(
            go.Scatter(
                name=f"{when} matching", x=known[when], y=names, mode="markers", marker={"size": 10, "color": colour},
                hovertemplate=f"%{{y}}, {when} matching: %{{x:+.2f}} standard deviations<extra></extra>",
            )
            for when, colour in (("before", GREY), ("after", ACCENT))
        ),
        height=110 + 28 * len(known), showlegend=True,
    )  # fmt: skip
    for edge in (-ALIKE, ALIKE):
        figure.add_vline(x=edge, line={"color": RULE, "width": 1, "dash": "dot"})
    figure.update_layout(margin_t=28)
    figure.update_xaxes(title_text="contacted less others,<br>in standard deviations", showgrid=True)
    figure.update_yaxes(type="category", nticks=None, tickmode="linear")
    return figure
