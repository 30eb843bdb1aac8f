"""The customer pyramid and the money that moved with those who moved."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, BETTER, GREY, SHORT, TEXT_SIZE, WORSE, base_figure, empty_figure

THICK = 0.3  # of a row: the words stand above the bar
_MOVES = {
    "stayed": "stayed in their tier",
    "moved_up": "moved up",
    "moved_down": "moved down",
    "entered": "came in",
    "left": "left",
}


@drawn
def pyramid_tiers(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Per tier its share of customers to the left and of revenue to the right. Draws metrics.value.pyramid.pyramid."""
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
            name="share of customers", x=-frame["customer_share"], text=customers, marker={"color": GREY},
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


@drawn
def pyramid_changes(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """What those who stayed, moved, came and left changed in a year's revenue. Draws metrics.value.pyramid.pyramid."""
    known = frame[frame["stayed_change"].notna()] if len(frame) else frame
    if known.empty:
        return empty_figure()
    change = [float(known[f"{move}_change"].sum()) for move in _MOVES]
    count = [int(known[move].sum()) for move in _MOVES]
    rows = list(range(len(_MOVES)))
    prefix = formats.money_prefix(currency)
    figure = base_figure(
        go.Bar(
            x=change,
            y=rows,
            orientation="h",
            width=THICK,
            marker={"color": [BETTER if each >= 0 else WORSE for each in change], "cornerradius": 3},
            customdata=[[name, number] for name, number in zip(_MOVES.values(), count, strict=True)],
            hovertemplate=f"%{{customdata[0]}}: {prefix}%{{x:,.0f}}, %{{customdata[1]:,}} customers<extra></extra>",
        ),
        height=50 + 46 * len(rows),
    )
    for row, name, each, number in zip(rows, _MOVES.values(), change, count, strict=True):
        # above the bar, from the left edge: there words have room on a phone too
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=row - THICK / 2, yanchor="bottom", showarrow=False, align="left", borderpad=1,
            text=f"{name}: {formats.count(number)}, <b>{'+' if each > 0 else ''}{formats.money(each, currency)}</b>",
            font={"size": TEXT_SIZE + 1},
        )  # fmt: skip
    figure.update_xaxes(title_text="change of a year's revenue", **SHORT, nticks=4, zeroline=True, tickprefix=prefix)
    figure.update_yaxes(visible=False, range=[len(rows) - 0.4, -0.8])
    return figure
