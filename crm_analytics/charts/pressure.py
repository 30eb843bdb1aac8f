"""Contacts: what more of them bring, when they are answered, and who gets the credit."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    ACCENT,
    GREY,
    RULE,
    WORSE,
    base_figure,
    empty_figure,
    shaded_cells,
    words,
)

#: Below this share its axis is written with a decimal.
_FEW: Final = 0.03
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@drawn
def pressure_curve(frame: pd.DataFrame, cap: int | None = None) -> go.Figure:
    """Response inside the same RFM cells and opt-outs, on one axis, by contacts so far.

    Draws metrics.campaigns.pressure.contact_pressure.
    """
    known = frame[frame["adjusted_rate"].notna() | frame["opt_out_rate"].notna()]
    if known.empty:
        return empty_figure()
    figure = base_figure(
        *(
            go.Scatter(
                name=name, x=known["contacts"], y=known[rate], mode="lines+markers", line={"width": 2.5, "color": colour, "dash": dash},
                error_y={
                    "type": "data", "symmetric": False, "array": known[high] - known[rate], "arrayminus": known[rate] - known[low],
                    "color": colour, "thickness": 1, "width": 3,
                } if low else None,
                customdata=known[["sent", low or rate, high or rate]].to_numpy(),
                hovertemplate=f"%{{x}} contacts: %{{y:.2%}} {name}" + (
                    "<br>95% interval %{customdata[1]:.2%} to %{customdata[2]:.2%}" if low else ""
                ) + "<br>%{customdata[0]:,} contacts made<extra></extra>",
            )
            for name, rate, low, high, colour, dash in (
                ("respond, same RFM cell", "adjusted_rate", "adjusted_low_95", "adjusted_high_95", ACCENT, "solid"),
                ("respond, all", "response_rate", None, None, GREY, "dot"),
                ("opt out", "opt_out_rate", "opt_out_low_95", "opt_out_high_95", WORSE, "solid"),
            )
        ),
        height=320, showlegend=True,
    )  # fmt: skip
    if cap:
        figure.add_vline(x=cap + 0.5, line={"color": RULE, "dash": "dash", "width": 1.5})
        figure.add_annotation(
            x=cap + 0.5, y=1, yref="paper", text="advised cap", showarrow=False, xanchor="left", xshift=4
        )
    figure.update_layout(margin_t=28)
    figure.update_xaxes(title_text="contacts in the window (10: or more)", dtick=1)
    most = known[["adjusted_rate", "response_rate", "opt_out_rate", "opt_out_high_95"]].max().max()
    figure.update_yaxes(title_text="share of contacts", tickformat=".0%" if most > _FEW else ".1%", rangemode="tozero")
    return figure


@drawn
def contact_hours(frame: pd.DataFrame) -> go.Figure:
    """Response rate by weekday and hour, shaded; by weekday alone where hours are not known.

    Draws metrics.campaigns.pressure.contact_times.
    """
    if frame.empty or not frame["response_rate"].notna().any():
        return empty_figure()
    if frame["hour"].isna().all():
        bars = go.Bar(
            x=[DAYS[day - 1] for day in frame["weekday"]], y=frame["response_rate"], marker={"cornerradius": 3},
            customdata=frame[["contacts", "low_95", "high_95"]].to_numpy(),
            hovertemplate="%{x}: %{y:.1%} of %{customdata[0]:,} contacts<br>95% interval %{customdata[1]:.1%} to "
            "%{customdata[2]:.1%}<extra></extra>",
        )  # fmt: skip
        figure = base_figure(bars, height=260)
        figure.update_yaxes(title_text="answered", tickformat=".0%")
        return figure
    cells = frame[frame["hour"].notna()].astype({"hour": "int64"})
    rates, made = (cells.pivot(index="weekday", columns="hour", values=name) for name in ("response_rate", "contacts"))
    rates, made = rates.reindex(range(1, 8)), made.reindex(range(1, 8)).to_numpy(dtype=float)
    values = rates.to_numpy(dtype=float)
    return base_figure(
        shaded_cells(
            values,
            x=[f"{hour}:00" for hour in rates.columns],
            y=list(DAYS),
            text=words(values, lambda each: formats.share(each, 0)),
            texttemplate="%{text}",
            customdata=np.nan_to_num(made),
            hovertemplate="%{y} %{x}: %{text} of %{customdata:,} contacts<extra></extra>",
        ),
        height=300,
        yaxis={"autorange": "reversed"},
        xaxis={"title": {"text": "hour"}, "type": "category"},
    )


@drawn
def credit_bars(frame: pd.DataFrame) -> go.Figure:
    """Share of converted revenue by channel under each rule, side by side. Draws metrics.campaigns.attribution.attribution."""
    if frame.empty or not frame["share"].notna().any():
        return empty_figure()
    shown = frame.groupby("channel")["share"].mean().nlargest(8).index
    rules = list(dict.fromkeys(frame["model"]))
    return base_figure(
        *(
            go.Bar(
                name=rule,
                x=rows["channel"],
                y=rows["share"],
                marker={"cornerradius": 2},
                customdata=rows[["conversions", "revenue"]].to_numpy(),
                hovertemplate=f"{rule}, %{{x}}: %{{y:.1%}}<br>%{{customdata[0]:,.0f}} conversions, %{{customdata[1]:,.0f}}"
                "<extra></extra>",
            )
            for rule in rules
            for rows in [frame[(frame["model"] == rule) & frame["channel"].isin(shown)]]
        ),
        height=320,
        barmode="group",
        showlegend=True,
        margin={"t": 44},
        xaxis={"type": "category", "categoryorder": "array", "categoryarray": list(shown)},
        yaxis={"title": {"text": "share of converted revenue"}, "tickformat": ".0%"},
    )
