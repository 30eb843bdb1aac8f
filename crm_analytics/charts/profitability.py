"""Who earns the profit, and what each class of customers buys of each line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    ACCENT,
    ACCENT_FAINT,
    RULE,
    SHORT,
    TEXT_SIZE,
    base_figure,
    dots,
    empty_figure,
    shaded_cells,
    words,
)

#: More lines than these would not be legible; the table has them all.
MOST_LINES = 12


@drawn
def whale_curve(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Cumulative profit over customers, most profitable first, its peak marked. Draws metrics.value.profitability.whale_curve."""
    if frame.empty:
        return empty_figure()
    peak = frame.loc[frame["profit"].idxmax()]
    prefix = formats.money_prefix(currency)
    curve = go.Scatter(
        x=frame["customer_share"], y=frame["profit"], mode="lines", line={"width": 2.5}, fill="tozeroy", fillcolor=ACCENT_FAINT,
        hovertemplate=f"the best %{{x:.1%}} of customers<br>earn {prefix}%{{y:,.0f}}<extra></extra>",
    )  # fmt: skip
    end = float(frame["profit"].iloc[-1])
    total = go.Scatter(
        x=[0, 1], y=[end, end], mode="lines", line={"color": RULE, "width": 1, "dash": "dot"}, hoverinfo="skip"
    )
    figure = base_figure(curve, total, height=320, hovermode="x")
    figure.add_trace(dots([peak["customer_share"]], [peak["profit"]], mode="markers"))
    share = "" if pd.isna(peak["profit_share"]) else f"<br><b>{formats.share(peak['profit_share'])}</b> of the profit"
    figure.add_annotation(
        x=1, y=0.03, xref="paper", yref="paper", xanchor="right", yanchor="bottom", align="right", showarrow=False,
        text=f"the peak: {formats.count(peak['customers'])} customers,{share}", font={"size": TEXT_SIZE + 1},
    )  # fmt: skip
    figure.update_xaxes(
        title_text="customers, most profitable first (cumulative)", tickformat=".0%", range=[0, 1], dtick=0.2
    )
    figure.update_yaxes(title_text="profit (cumulative)", **SHORT, tickprefix=prefix)
    return figure


@drawn
def profitability_matrix(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Share of each class (columns) that buys each line (rows); the best next line of a class is outlined.

    Draws metrics.value.profitability.profitability_matrix: the lines with most revenue, at most 12.
    """
    if frame.empty:
        return empty_figure()
    classes = list(dict.fromkeys(frame["customer_class"]))
    lines = list(dict.fromkeys(frame["product_line"]))[:MOST_LINES]
    grid = frame.set_index(["product_line", "customer_class"])

    def values(name: str) -> np.ndarray:
        return grid[name].unstack(1).reindex(index=lines, columns=classes).to_numpy(dtype=float)

    shown, gaps = values("penetration"), values("cross_sell_gap")
    facts = np.dstack([values("customers"), values("revenue"), values("index"), gaps])
    said = np.array([[_gap(each, currency) for each in row] for row in gaps], dtype=object)
    facts = np.dstack([facts.astype(object), said])
    cells = shaded_cells(
        shown, x=np.arange(len(classes)), y=np.arange(len(lines)), customdata=facts,
        text=words(shown, lambda each: formats.share(each, 0)), texttemplate="%{text}",
        hovertemplate="%{customdata[0]:,.0f} customers, index %{customdata[2]:.0f}"
        f"<br>revenue {formats.money_prefix(currency)}%{{customdata[1]:,.0f}}%{{customdata[4]}}<extra></extra>",
    )  # fmt: skip
    figure = base_figure(cells, height=70 + 34 * len(lines))
    for column in range(len(classes)):
        if (np.nan_to_num(gaps[:, column]) > 0).any():
            row = int(np.nanargmax(gaps[:, column]))
            figure.add_shape(
                type="rect",
                x0=column - 0.48,
                x1=column + 0.48,
                y0=row - 0.46,
                y1=row + 0.46,
                line={"color": ACCENT, "width": 2.5},
            )
    ticks = {"showgrid": False, "ticks": ""}
    figure.update_xaxes(
        side="top", tickvals=np.arange(len(classes)), ticktext=classes, title_text="class of customers", **ticks
    )
    names = [_short(line) for line in lines]
    figure.update_yaxes(
        autorange="reversed", tickvals=np.arange(len(lines)), ticktext=names, title_text="product line", **ticks
    )
    return figure


def _gap(value: float, currency: str | None) -> str:
    return "" if np.isnan(value) or value <= 0 else f"<br>cross-selling gap {formats.money(value, currency)}"


def _short(name: str) -> str:
    """A long name cut, so that the cells keep their room; angle brackets would be read as markup."""
    plain = name.replace("<", "‹").replace(">", "›")
    return plain if len(plain) <= 18 else f"{plain[:17]}…"
