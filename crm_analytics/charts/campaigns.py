"""What campaigns caused, how far their customers got, and what is left of the money."""

from __future__ import annotations

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
    TEXT_SIZE,
    WORSE,
    base_figure,
    empty_figure,
)

ROW: Final = 34  # pixels of a row with a name above its mark
MOST_ROWS: Final = 24


@drawn
def lift_intervals(frame: pd.DataFrame, *, rate: bool = True, currency: str | None = None) -> go.Figure:
    """Difference per customer with its 95% interval, one row each. Columns name, difference, low_95, high_95.

    Green above 0, red below, grey where 0 is inside; rows without an interval are left out, the last 24 are drawn.
    """
    rows = frame[frame["low_95"].notna()].tail(MOST_ROWS).reset_index(drop=True)
    if rows.empty:
        return empty_figure()
    scale, unit = (100, "points") if rate else (1, f"{formats.money_prefix(currency)}per customer".replace("  ", " "))
    low, middle, high = (rows[name].to_numpy(dtype=float) * scale for name in ("low_95", "difference", "high_95"))
    colours = np.where(low > 0, BETTER, np.where(high < 0, WORSE, GREY))
    places = np.arange(len(rows))[::-1]
    marks = go.Scatter(
        x=middle, y=places, mode="markers", marker={"color": colours, "size": 9}, customdata=np.column_stack([rows["name"], low, high]),
        error_x={"type": "data", "symmetric": False, "array": high - middle, "arrayminus": middle - low, "color": RULE, "thickness": 2},
        hovertemplate=f"%{{customdata[0]}}: %{{x:+.2f}} {unit}"
        "<br>95% interval %{customdata[1]:+.2f} to %{customdata[2]:+.2f}<extra></extra>",
    )  # fmt: skip
    least, most = min(low.min(), 0.0), max(high.max(), 0.0)
    room = 0.05 * (most - least)
    left = min(least - room, -0.2 * most)  # so that 0 stands free of the names at the edge
    names = [
        {
            "x": 0, "xref": "paper", "xanchor": "left", "y": place + 0.2, "yanchor": "bottom", "showarrow": False, "align": "left",
            "text": f"{_plain(name)} <b>{_signed(value)}</b>", "font": {"size": TEXT_SIZE}, "borderpad": 0,
        }
        for place, name, value in zip(places, rows["name"], middle, strict=True)
    ]  # fmt: skip
    nothing = {
        "x0": 0,
        "x1": 0,
        "y0": 0,
        "y1": 1,
        "yref": "y domain",
        "line": {"color": RULE, "width": 1, "dash": "dot"},
    }
    return base_figure(
        marks, height=len(rows) * ROW + 84, annotations=names, shapes=[nothing | {"type": "line"}],
        xaxis={"title": {"text": f"difference to the control group, {unit}"}, "nticks": 6, "range": [left, most + room]},
        yaxis={"visible": False, "range": [-0.6, len(rows) - 0.2]},
    )  # fmt: skip


@drawn
def funnel_bars(frame: pd.DataFrame) -> go.Figure:
    """Customers at each step, widest first. Draws metrics.campaigns.funnel.campaign_funnel of one campaign."""
    if frame.empty:
        return empty_figure()
    text = [f"{step}  {count:,}" for step, count in zip(frame["step"], frame["customers"], strict=True)]
    bars = go.Bar(
        x=frame["customers"], y=frame["step"], orientation="h", marker={"color": ACCENT, "cornerradius": 3},
        customdata=np.column_stack([_percent(frame["rate_of_previous"]), _percent(frame["rate_of_targeted"])]),
        hovertemplate="%{y}: %{x:,} customers<br>%{customdata[0]} of the step before<br>%{customdata[1]} of targeted<extra></extra>",
    )  # fmt: skip
    names = [
        {
            "x": 0, "xref": "paper", "xanchor": "left", "y": place - 0.22, "yanchor": "bottom", "showarrow": False, "text": words,
            "font": {"size": TEXT_SIZE + 1}, "borderpad": 1,
        }
        for place, words in enumerate(text)
    ]  # fmt: skip
    return base_figure(
        bars, height=len(frame) * 44 + 54, bargap=0.6, annotations=names,
        xaxis={"title": {"text": "customers"}, "nticks": 5, **SHORT},
        yaxis={"visible": False, "range": [len(frame) - 0.4, -0.9]},
    )  # fmt: skip


@drawn
def response_curves(frame: pd.DataFrame, control: str | None = None) -> go.Figure:
    """Share of each arm that has bought, by days since the contact. Draws metrics.campaigns.funnel.campaign_days."""
    if frame.empty:
        return empty_figure()
    lines = [
        go.Scatter(
            name=_plain(arm), x=rows["day"], y=rows["cumulative_share"], mode="lines", line={"width": 2.5, "shape": "hv"}
            | ({"color": GREY, "dash": "dot"} if arm == control else {}),
            hovertemplate=f"{_plain(arm)}, day %{{x}}: %{{y:.1%}}<extra></extra>",
        )
        for arm, rows in frame.groupby("arm", sort=True)
    ]  # fmt: skip
    return base_figure(
        *lines,
        height=300,
        showlegend=True,
        hovermode="x",
        margin={"t": 28},
        xaxis={"title": {"text": "days since the contact"}, "dtick": 5 if frame["day"].max() > 6 else 1},
        yaxis={"title": {"text": "have bought"}, "tickformat": ".0%", "rangemode": "tozero"},
    )


@drawn
def bridge_bars(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """From revenue to profit, attributed beside caused. Draws metrics.campaigns.money.campaign_bridge of one campaign."""
    known = frame[frame[["attributed", "incremental"]].notna().any(axis=1)]
    if known.empty:
        return empty_figure()
    prefix = formats.money_prefix(currency)
    steps = known["step"].str.replace(" ", "<br>")
    shown = [("attributed", {"color": GHOST}), ("incremental", {"color": ACCENT})]
    bars = [
        go.Bar(
            name="caused" if column == "incremental" else column, x=steps, y=known[column], marker=marker | {"cornerradius": 3},
            text=[formats.money(value) for value in known[column]], textposition="outside", cliponaxis=False, constraintext="none",
            textfont={"size": TEXT_SIZE}, textangle=0,
            hovertemplate=f"%{{x}}, {column}: {prefix}%{{y:,.2f}}<extra></extra>",
        )
        for column, marker in shown
        if known[column].notna().any()
    ]  # fmt: skip
    figure = base_figure(*bars, height=320, barmode="group", bargroupgap=0.08, showlegend=True)
    figure.update_layout(margin={"t": 34, "b": 8})
    figure.add_hline(y=0, line={"color": RULE, "width": 1})
    figure.update_xaxes(type="category")
    figure.update_yaxes(title_text="money", **SHORT, tickprefix=prefix)
    return figure


@drawn
def acquisition_lines(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Cost per new and per retained customer by period, all channels together. Draws metrics.campaigns.acquisition.acquisition."""
    costs = ("cost", "new_customers"), ("retention_cost", "retained_customers")
    sums = frame[frame["cost"].notna() | frame["retention_cost"].notna()].groupby("period_start")[
        [each for pair in costs for each in pair]
    ]
    totals = sums.sum().reset_index()
    if totals.empty:
        return empty_figure()
    prefix = formats.money_prefix(currency)
    lines = [
        go.Scatter(
            name=name, x=totals["period_start"], y=totals[cost] / totals[customers].where(totals[customers] > 0), mode="lines",
            line={"width": 2.5}, hovertemplate=f"%{{x|%b %Y}}: {prefix}%{{y:,.2f}} {name}<extra></extra>",
        )
        for name, (cost, customers) in zip(("per new customer", "per retained customer"), costs, strict=True)
    ]  # fmt: skip
    return base_figure(
        *lines,
        height=280,
        showlegend=True,
        hovermode="x",
        margin={"t": 28},
        yaxis={"title": {"text": "cost"}, "tickprefix": prefix, "rangemode": "tozero"},
    )


@drawn
def plan_curve(frame: pd.DataFrame, *, rate: bool = True) -> go.Figure:
    """The effect that a control group of each size shows, against the expected one. Draws metrics.campaigns.planning.campaign_plan."""
    known = frame[frame["detectable_effect"].notna()]
    if known.empty:
        return empty_figure()
    scale, unit = (100, "points") if rate else (1, "money per customer")
    seen = go.Scatter(
        name="smallest effect shown", x=known["control_share"], y=known["detectable_effect"] * scale, mode="lines+markers",
        line={"width": 2.5}, hovertemplate="%{x:.0%} left alone: %{y:.2f} " + unit + "<extra></extra>",
    )  # fmt: skip
    expected = go.Scatter(
        name="expected effect", x=known["control_share"], y=known["expected_effect"] * scale, mode="lines",
        line={"color": GREY, "dash": "dot", "width": 2}, hoverinfo="skip",
    )  # fmt: skip
    return base_figure(
        seen,
        expected,
        height=260,
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "share left alone as control group"}, "tickformat": ".0%"},
        yaxis={"title": {"text": unit}, "rangemode": "tozero"},
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", formats.MINUS)


def _percent(shares: pd.Series) -> list[str]:
    return [formats.share(each) for each in shares]


def _plain(name: object) -> str:
    """A name from a file as text: plotly takes some tags."""
    return str(name).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
