"""A measure by two fields and by period."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import SHORT, TEXT_SIZE, base_figure, empty_figure, shaded_cells, words

MOST_LINES: Final = 8
MOST_ROWS: Final = 20


@drawn
def explored(frame: pd.DataFrame, measure: str, currency: str | None = None) -> go.Figure:
    """Bars by one field, a heatmap by two, lines over time. Draws metrics.segments.explore.explore; of many values the largest."""
    known = frame[frame["value"].notna()]
    if known.empty:
        return empty_figure()
    if known["period_start"].notna().any():
        return _lines(known, measure, currency)
    return _bars(known, measure, currency) if known["column"].nunique() == 1 else _cells(known, measure, currency)


def _write(value: float, measure: str, currency: str | None) -> str:
    if measure == "response_rate":
        return formats.share(value)
    if measure.startswith("revenue") or measure == "average_order_value":
        return formats.money(value, currency)
    return f"{value:,.2f}" if measure.endswith("per_customer") else formats.count(value)


def _axis(measure: str, currency: str | None) -> dict[str, Any]:
    share = measure == "response_rate"
    money = measure.startswith("revenue") or measure == "average_order_value"
    prefix = formats.money_prefix(currency) if money else ""
    return {
        "title_text": measure.replace("_", " "),
        **({"tickformat": ".0%"} if share else SHORT),
        "tickprefix": prefix,
    }


def _bars(frame: pd.DataFrame, measure: str, currency: str | None) -> go.Figure:
    rows = frame.nlargest(MOST_ROWS, "value").iloc[::-1]
    bars = go.Bar(
        x=rows["value"], y=list(range(len(rows))), orientation="h", marker={"cornerradius": 3}, customdata=rows["customers"],
        text=[_write(value, measure, currency) for value in rows["value"]], textposition="outside",
        textfont={"size": TEXT_SIZE}, cliponaxis=False, hovertemplate="%{text}, %{customdata:,} customers<extra></extra>",
    )  # fmt: skip
    figure = base_figure(bars, height=max(150, 60 + 30 * len(rows)))
    low, high = min(0, rows["value"].min()), max(0, rows["value"].max())
    room = 0.4 * (high - low or 1)  # for the longest amount on a phone, on each side that has bars
    ends = [low - room if low < 0 else low, high + room if high > 0 or low == 0 else high]
    figure.update_xaxes(range=ends, **_axis(measure, currency))
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=[str(each) for each in rows["row"]], showgrid=False)
    return figure


def _cells(frame: pd.DataFrame, measure: str, currency: str | None) -> go.Figure:
    size = frame.groupby("row")["customers"].sum().nlargest(MOST_ROWS).index
    wide = frame.groupby("column")["customers"].sum().nlargest(MOST_ROWS).index
    grid = frame.pivot(index="row", columns="column", values="value").reindex(index=sorted(size), columns=sorted(wide))
    behind = frame.pivot(index="row", columns="column", values="customers").reindex_like(grid)
    values = grid.to_numpy(dtype=float)
    cells = shaded_cells(
        values, x=list(range(len(grid.columns))), y=list(range(len(grid))), customdata=behind.to_numpy(dtype=object),
        text=words(values, lambda each: _write(each, measure, currency)), texttemplate="%{text}",
        hovertemplate="%{text}, %{customdata:,} customers<extra></extra>",
    )  # fmt: skip
    return base_figure(
        cells,
        height=90 + 34 * len(grid),
        xaxis={
            "tickvals": list(range(len(grid.columns))),
            "ticktext": list(grid.columns),
            "side": "top",
            "showgrid": False,
        },
        yaxis={
            "tickvals": list(range(len(grid))),
            "ticktext": list(grid.index),
            "autorange": "reversed",
            "showgrid": False,
        },
    )


def _lines(frame: pd.DataFrame, measure: str, currency: str | None) -> go.Figure:
    names = frame["row"].where(frame["column"] == "all", frame["row"] + " / " + frame["column"])
    largest = frame.groupby(names)["customers"].sum().nlargest(MOST_LINES).index
    lines = [
        go.Scatter(
            x=group["period_start"], y=group["value"], mode="lines", name=str(name), customdata=group["customers"],
            hovertemplate="%{fullData.name}<br>%{x|%d %b %Y}: %{y:,.4~g}, %{customdata:,} customers<extra></extra>",
        )
        for name in largest
        for group in [frame[names == name].sort_values("period_start")]
    ]  # fmt: skip
    figure = base_figure(*lines, height=340, showlegend=True)
    figure.update_layout(legend={"y": -0.18, "yanchor": "top"}, margin={"l": 0, "r": 4, "t": 8, "b": 60})
    figure.update_xaxes(title_text="period from")
    figure.update_yaxes(**_axis(measure, currency))
    return figure
