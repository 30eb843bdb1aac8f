"""One customer's history."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    ACCENT,
    BETTER,
    FAINT,
    GREY,
    RULE,
    SHORT,
    TEXT_SIZE,
    WORSE,
    base_figure,
    empty_figure,
)

#: Lanes from the top, each with the kinds of events on it and its colour.
LANES: Final = (
    ("purchases", ("purchase", "order worth nothing"), ACCENT),
    ("returns", ("return",), WORSE),
    ("invoices", ("invoice", "payment"), GREY),
    ("contacts", ("contact", "control group"), RULE),
    ("answers", ("answer",), BETTER),
    ("cases", ("case", "case resolved"), WORSE),
    ("interactions", ("interaction",), GREY),
    ("programme", ("benefit", "benefit redeemed", "joined", "left"), BETTER),
)


@drawn
def timeline_lanes(frame: pd.DataFrame, expected_on: date | None = None, *, currency: str | None = None) -> go.Figure:
    """Every event on one line of time, a lane for each kind; the next purchase by the customer's own rhythm as a ring.

    Draws metrics.segments.customer.customer_timeline.
    """
    if frame.empty:
        return empty_figure()
    lanes = [(name, frame[frame["kind"].isin(kinds)], colour) for name, kinds, colour in LANES]
    lanes = [lane for lane in lanes if len(lane[1])]
    traces = []
    for name, rows, colour in lanes:
        amount = [f"<br>{formats.money(each, currency)}" if pd.notna(each) else "" for each in rows["amount"]]
        what = [_inert(each) for each in rows["what"]]
        traces.append(
            go.Scatter(
                x=rows["happened_on"],
                y=[name] * len(rows),
                mode="markers",
                name=name,
                marker={"color": colour, "size": 10, "opacity": 0.7, "line": {"width": 0}},
                customdata=list(zip(rows["kind"].astype(str), what, amount, strict=True)),
                hovertemplate="%{x|%Y-%m-%d}: %{customdata[0]}%{customdata[1]}%{customdata[2]}<extra></extra>",
            )
        )
    if expected_on is not None and lanes[0][0] == "purchases":
        ring = {"color": FAINT, "size": 13, "line": {"color": ACCENT, "width": 2}}
        traces.append(
            go.Scatter(
                x=[pd.Timestamp(expected_on)], y=["purchases"], mode="markers", marker=ring,
                hovertemplate="%{x|%Y-%m-%d}: the next purchase by the customer's own rhythm<extra></extra>",
            )
        )  # fmt: skip
    figure = base_figure(*traces, height=70 + 34 * len(lanes))
    figure.update_xaxes(showgrid=True, nticks=6)
    names = [name for name, _, _ in lanes]
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], type="category", showgrid=False, ticks="")
    return figure


@drawn
def rhythm_stems(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Money of each purchase day, and the days between them written under it. Draws metrics.segments.customer.customer_rhythm."""
    if frame.empty:
        return empty_figure()
    gaps = [
        "first purchase" if pd.isna(each) else f"{formats.days(int(each))} after the one before"
        for each in frame["gap_days"]
    ]
    prefix = formats.money_prefix(currency)
    stems = go.Scatter(
        x=frame["ordered_on"], y=frame["amount"], mode="markers", marker={"size": 8, "color": ACCENT}, customdata=gaps,
        error_y={"type": "data", "symmetric": False, "array": [0] * len(frame), "arrayminus": frame["amount"], "width": 0, "thickness": 2},
        hovertemplate=f"%{{x|%Y-%m-%d}}: {prefix}%{{y:,.2f}}<br>%{{customdata}}<extra></extra>",
    )  # fmt: skip
    figure = base_figure(stems, height=240, margin_t=24)
    known = frame["gap_days"].dropna()
    if len(known):
        figure.add_annotation(
            x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", showarrow=False, align="right",
            text=f"median gap <b>{formats.days(float(known.median()))}</b>", font={"size": TEXT_SIZE + 1},
        )  # fmt: skip
    figure.update_xaxes(nticks=6)
    figure.update_yaxes(title_text="net amount of the day", rangemode="tozero", tickprefix=prefix, **SHORT)
    return figure


def _inert(value: object) -> str:
    """What a file says, so that it is not read as markup."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    text = str(value).replace("<", "‹").replace(">", "›")
    return f"<br>{text if len(text) <= 80 else text[:79] + '…'}"
