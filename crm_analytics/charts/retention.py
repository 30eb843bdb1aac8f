"""Do customers come back? By cohort, and by days since the first purchase."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    ACCENT_FAINT,
    FAINT,
    RULE,
    TEXT_SIZE,
    base_figure,
    dots,
    empty_figure,
    shaded_cells,
    words,
)

FEW_CUSTOMERS: Final = 30
MOST_COLUMNS_WITH_TEXT: Final = 24
MARKED_DAYS: Final = (30, 90, 180, 365)


@drawn
def retention_heatmap(frame: pd.DataFrame, *, period: str = "month") -> go.Figure:
    """One cell per cohort and age, shaded by share, blank where not observed yet. Draws metrics.sales.retention.retention.

    Cohorts under 30 customers are grey: their shares are mostly chance. Age 0 is left out (it is 100% by definition).
    """
    seen = frame[(frame["age"] > 0) & frame["share"].notna()]
    if seen.empty:
        return empty_figure()
    grid = seen.pivot(index="cohort", columns="age", values=["share", "customers"]).astype(float)
    share, customers = grid["share"].to_numpy(), grid["customers"].to_numpy()
    sizes = frame.groupby("cohort")["cohort_customers"].first().reindex(grid.index).to_numpy()
    cohorts = np.array(
        [
            f"{formats.period_name(start, period)} · {formats.count(size)}"
            for start, size in zip(grid.index, sizes, strict=True)
        ],
        dtype=object,
    )
    ages = grid["share"].columns.to_numpy()
    with_text = len(ages) <= MOST_COLUMNS_WITH_TEXT
    few = sizes < FEW_CUSTOMERS
    row_height = 30 if with_text and len(cohorts) <= MOST_COLUMNS_WITH_TEXT else 18
    cells = shaded_cells(
        np.where(few[:, None], np.nan, share),
        x=ages,
        y=cohorts,
        scale=None if with_text else lambda each: formats.share(each, 0),
        **_cell_data(np.where(few[:, None], np.nan, share), customers, period, with_text),
    )
    greys = _few_cells(cohorts[few], ages, share[few], customers[few], period, with_text) if few.any() else []
    across = {
        "side": "top", "title": {"text": f"{period}s after the first purchase"}, "dtick": _age_step(len(ages)), "ticks": "",
        "range": [ages.min() - 0.5, ages.max() + 0.5],
    }  # fmt: skip
    down = {
        "title": {"text": None}, "type": "category", "autorange": "reversed",
        "showgrid": False, "ticks": "", "nticks": max(len(cohorts), 1),
    }  # fmt: skip
    return base_figure(cells, *greys, height=64 + row_height * max(len(cohorts), 2), xaxis=across, yaxis=down)


def _cell_data(share: np.ndarray, customers: np.ndarray, period: str, with_text: bool) -> dict[str, object]:
    """What cells say. A wide grid has thousands and no text: only its shares are sent, in the smallest type."""
    cell = "%{y} customers<br>" + period + " %{x}: "
    if with_text:
        return {
            "text": words(share, lambda each: formats.share(each, 0)),
            "texttemplate": "%{text}",
            "customdata": np.dstack([share, customers]),
            "hovertemplate": cell + "%{customdata[0]:.1%}, %{customdata[1]:,} came back<extra></extra>",
        }
    return {
        "customdata": share.astype(np.float32),
        "hovertemplate": cell + "%{customdata:.1%} came back<extra></extra>",
    }


def _few_cells(
    cohorts: np.ndarray, ages: np.ndarray, share: np.ndarray, customers: np.ndarray, period: str, with_text: bool
) -> list[go.Bar | go.Scatter]:
    """Grey cells as bars, their text apart: text outside of a shape takes the scheme's own text colour."""
    row, column = np.nonzero(~np.isnan(share))
    cells = go.Bar(
        x=np.full(len(row), 0.96), base=ages[column] - 0.48, y=cohorts[row], orientation="h", width=0.92,
        marker={"color": FAINT, "line": {"width": 0}},
        customdata=np.column_stack([ages[column], share[row, column], customers[row, column]]),
        hovertemplate=f"%{{y}} customers<br>{period} %{{customdata[0]}}: %{{customdata[1]:.1%}}, "
        f"%{{customdata[2]:,}} came back<br>fewer than {FEW_CUSTOMERS} customers: mostly chance<extra></extra>",
    )  # fmt: skip
    if not with_text:
        return [cells]
    labels = go.Scatter(
        x=ages[column], y=cohorts[row], mode="text", text=share[row, column], texttemplate="%{text:.0%}",
        textfont={"size": TEXT_SIZE}, hoverinfo="skip",
    )  # fmt: skip
    return [cells, labels]


def _age_step(ages: int) -> int:
    return 1 if ages <= MOST_COLUMNS_WITH_TEXT else 6


@drawn
def repurchase_curve(frame: pd.DataFrame) -> go.Figure:
    """Share of buyers who bought again within so many days, with its 95% band. Draws metrics.sales.retention.repurchase.

    The dotted line is the plain share among the buyers observed for that long (`cohort_share`).
    """
    known = frame.dropna(subset=["share"]).sort_values("days")
    if known.empty:
        return empty_figure()
    days, step = known["days"], "hv"
    edge = {"mode": "lines", "line": {"width": 0, "shape": step}, "hoverinfo": "skip", "showlegend": False}
    curve = go.Scatter(
        name="bought again", x=days, y=known["share"], mode="lines", line={"width": 2.5, "shape": step},
        customdata=known[["low_95", "high_95"]].to_numpy(),
        hovertemplate="within %{x} days<br>%{y:.1%} bought again"
        "<br>95% interval %{customdata[0]:.1%} to %{customdata[1]:.1%}<extra></extra>",
    )  # fmt: skip
    figure = base_figure(curve, height=300, hovermode="x")
    figure.add_trace(go.Scatter(x=days, y=known["low_95"], **edge))
    figure.add_trace(
        go.Scatter(
            name="95% interval", x=days, y=known["high_95"], fill="tonexty", fillcolor=ACCENT_FAINT,
            **edge | {"showlegend": True},
        )
    )  # fmt: skip
    if known["cohort_share"].notna().any():
        figure.add_trace(
            go.Scatter(
                name="fully observed buyers", x=days, y=known["cohort_share"], mode="lines",
                line={"color": RULE, "width": 1.5, "dash": "dot", "shape": step},
                hovertemplate="within %{x} days<br>%{y:.1%} of the buyers observed that long<extra></extra>",
            )
        )  # fmt: skip
    figure.add_trace(_marks(known))
    figure.update_layout(showlegend=True, legend_traceorder="normal", margin_t=28)
    figure.update_xaxes(title_text="days since the first purchase", rangemode="tozero", **_day_ticks(int(days.max())))
    figure.update_yaxes(title_text="bought again", tickformat=".0%", rangemode="tozero")
    return figure


def _marks(known: pd.DataFrame) -> go.Scatter:
    """The curve's value at the days that people quote, as far as they were watched."""
    days = known["days"].to_numpy()
    marked = np.array([each for each in MARKED_DAYS if days.min() <= each <= days.max()], dtype=int)
    value = known["share"].to_numpy()[np.searchsorted(days, marked, side="right") - 1]
    # the curve leaves room below and to the right; the last label would leave the picture there
    below = ["bottom right"] * (len(marked) - 1) + ["bottom center"]
    return dots(
        marked, value, mode="markers+text", text=value, texttemplate="<b>%{text:.0%}</b>", textposition=below,
        textfont={"size": TEXT_SIZE},
    )  # fmt: skip


def _day_ticks(last: int) -> dict[str, object]:
    if last < MARKED_DAYS[0]:
        return {}
    later = np.arange(730, last + 1, 365)
    ticks = np.concatenate([[each for each in (0, *MARKED_DAYS) if each <= last], later]).astype(int)
    return {"tickvals": ticks if last <= 400 else ticks[(ticks == 0) | (ticks >= 180)]}
