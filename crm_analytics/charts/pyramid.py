"""The customer pyramid and the money that moved with those who moved."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.theme import ACCENT, BETTER, GREY, TEXT_SIZE, WORSE, base_figure, empty_figure

ROOM = 1.32  # of the longest bar: for the words beside it
_MOVES = {
    "stayed": "stayed in their tier",
    "moved_up": "moved up",
    "moved_down": "moved down",
    "entered": "came in",
    "left": "left",
}


def pyramid_tiers(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Per tier its share of customers to the left and of revenue to the right. Draws metrics.pyramid.pyramid."""
    if frame.empty:
        return empty_figure()
    tiers = frame["tier"].astype(str).to_numpy(dtype=object)
    customers = [f"{formats.count(row.customers)} · {formats.share(row.customer_share)}" for row in frame.itertuples()]
    revenue = [
        f"{formats.money(row.revenue, currency)} · {formats.share(row.revenue_share)}" if row.revenue_share > 0 else ""
        for row in frame.itertuples()
    ]
    bars = {
        "y": tiers,
        "orientation": "h",
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": TEXT_SIZE},
    }
    figure = base_figure(
        go.Bar(
            name="share of customers", x=-frame["customer_share"], text=customers, marker={"color": GREY, "opacity": 0.55},
            customdata=frame["customers"], hovertemplate="%{y}: %{customdata:,} customers<extra></extra>", **bars,
        ),
        go.Bar(
            name="share of revenue, 12 months", x=frame["revenue_share"].fillna(0), text=revenue, marker={"color": ACCENT},
            customdata=frame["revenue"], **bars,
            hovertemplate=f"%{{y}}: {formats.money_prefix(currency)}%{{customdata:,.0f}} in 12 months<extra></extra>",
        ),
        height=60 + 42 * len(frame), barmode="overlay", showlegend=True, bargap=0.35,
    )  # fmt: skip
    longest = max(frame["customer_share"].max(), frame["revenue_share"].max(skipna=True) or 0)
    room = (0.0 if pd.isna(longest) else longest) + 0.42
    figure.update_layout(margin_t=28)
    figure.update_xaxes(visible=False, range=[-room * 1.05, room * 1.05])
    figure.update_yaxes(autorange="reversed", type="category", ticks="")
    return figure


def pyramid_changes(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """What those who stayed, moved, came and left changed in a year's revenue. Draws metrics.pyramid.pyramid."""
    known = frame[frame["stayed_change"].notna()] if len(frame) else frame
    if known.empty:
        return empty_figure()
    change = [float(known[f"{move}_change"].sum()) for move in _MOVES]
    count = [int(known[move].sum()) for move in _MOVES]
    names = list(_MOVES.values())
    words = [
        f"<b>{'+' if each > 0 else ''}{formats.money(each, currency)}</b> · {formats.count(number)}"
        for each, number in zip(change, count, strict=True)
    ]
    figure = base_figure(
        go.Bar(
            x=change, y=names, orientation="h", text=words, textposition="outside", cliponaxis=False,
            marker={"color": [BETTER if each >= 0 else WORSE for each in change], "cornerradius": 3},
            textfont={"size": TEXT_SIZE}, customdata=count,
            hovertemplate=f"%{{y}}: {formats.money_prefix(currency)}%{{x:,.0f}}, %{{customdata:,}} customers<extra></extra>",
        ),
        height=50 + 42 * len(names), bargap=0.4,
    )  # fmt: skip
    low, high = min(0.0, *change), max(0.0, *change)
    room = (high - low or 1) * (ROOM - 1) * 1.6
    figure.update_xaxes(
        title_text="change of revenue against the 12 months before", range=[low - room * (low < 0), high + room * (high > 0)],
        tickformat="~s", nticks=5, zeroline=True, tickprefix=formats.money_prefix(currency),
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", type="category", ticks="")
    return figure
