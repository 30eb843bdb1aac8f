"""Segments by recency, frequency and monetary value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    FAINT,
    NOTHING,
    ON_FILL,
    RULE,
    SEGMENTS,
    TEXT_SIZE,
    base_figure,
    colour_of,
    empty_figure,
    shaded_cells,
    translucent,
    words,
)


@drawn
def rfm_treemap(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """One tile per segment, as large as its number of customers; a click gives `id` = segment.

    Draws metrics.segments.rfm.rfm. A tile too small for legible words has none: hovering tells.
    """
    tiles = frame[frame["customers"] > 0]
    if tiles.empty:
        return empty_figure()
    names = tiles["segment"].astype(str).to_numpy(dtype=object)
    labels = [f"{formats.count(row.customers)} · {formats.share(row.customer_share, 0)}" for row in tiles.itertuples()]
    # Streamlit reports clicks only for a tree with one explicit root
    treemap = go.Treemap(
        ids=["all", *names],
        labels=["all customers", *(_wrapped(name) for name in names)],
        parents=["", *["all"] * len(names)],
        values=[tiles["customers"].sum(), *tiles["customers"]],
        text=["", *labels],
        customdata=[
            ["all", 1.0, tiles["revenue"].sum(), 1.0],
            *zip(names, tiles["customer_share"], tiles["revenue"], tiles["revenue_share"], strict=True),
        ],
        branchvalues="total",
        marker={
            "colors": [NOTHING, *(colour_of(name, SEGMENTS) for name in names)],
            "cornerradius": 6,
            "pad": {"l": 0, "r": 0, "t": 0, "b": 0},
            "line": {"width": 0},
        },
        root={"color": NOTHING},
        tiling={"pad": 4},
        pathbar={"visible": False},
        texttemplate="<b>%{label}</b><br>%{text}",
        textposition="middle center",
        textfont={"color": ON_FILL, "size": 14},
        hovertemplate="%{customdata[0]}<br>%{value:,} customers, %{customdata[1]:.1%}"
        f"<br>revenue {formats.money_prefix(currency)}%{{customdata[2]:,.0f}}, %{{customdata[3]:.1%}}<extra></extra>",
    )
    return base_figure(
        treemap, height=360, margin={"l": 0, "r": 2, "t": 0, "b": 2}, uniformtext={"minsize": 11, "mode": "hide"}
    )


@drawn
def rfm_grid(frame: pd.DataFrame) -> go.Figure:
    """The 5 x 5 cells of the rule, best corner at the top right. Draws metrics.segments.rfm.rfm_grid.

    The cells are bars and not a heatmap, because Streamlit reports clicks on bars; `customdata` = segment, r, fm.
    """
    if frame.empty:
        return empty_figure()
    segments = frame["segment"].astype(str).to_numpy(dtype=object)
    counts = [formats.count(each) for each in frame["customers"]]
    cells = go.Bar(
        x=frame["fm_score"],
        y=np.full(len(frame), 0.94),
        base=frame["r_score"].to_numpy() - 0.47,
        width=0.95,
        marker={"color": [colour_of(name, SEGMENTS) for name in segments], "cornerradius": 6, "line": {"width": 0}},
        customdata=np.column_stack([segments, frame[["r_score", "fm_score", "customers"]].to_numpy(dtype=object)]),
        text=[f"{_wrapped(name)}<br><b>{number}</b>" for name, number in zip(segments, counts, strict=True)],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": ON_FILL, "size": TEXT_SIZE},
        hovertemplate="%{customdata[0]}: %{customdata[3]:,} customers"
        "<br>recency score %{customdata[1]}, frequency and money score %{customdata[2]}<extra></extra>",
    )
    figure = base_figure(cells, height=360, barmode="overlay")
    scores = {"range": [0.5, 5.5], "dtick": 1, "showgrid": False, "ticks": ""}
    figure.update_xaxes(title_text="frequency and money score (5 = most)", **scores)
    figure.update_yaxes(title_text="recency score (5 = latest)", **scores)
    return figure


@drawn
def rfm_migration_heatmap(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """From segment (rows) to segment (columns), the number in the cell.

    Movers are shaded by their share of the row, stayers outlined. Draws metrics.segments.rfm.rfm_migration.
    """
    moves = frame[frame["customers"] > 0]
    if moves.empty:
        return empty_figure()
    names = _in_order(pd.concat([moves["from_segment"], moves["to_segment"]]))
    grid = moves.pivot(index="from_segment", columns="to_segment", values=["customers", "revenue"])
    customers = grid["customers"].reindex(index=names, columns=names).to_numpy(dtype=float)
    revenue = grid["revenue"].reindex(index=names, columns=names).to_numpy(dtype=float)
    total = np.nansum(customers, axis=1, keepdims=True)
    row_share = np.divide(customers, total, out=np.full_like(customers, np.nan), where=total > 0)
    place = np.arange(len(names))
    stays = np.eye(len(names), dtype=bool)
    facts = np.dstack([customers, row_share, revenue, *np.broadcast_arrays(names[:, None], names[None, :])])
    hover = (
        "%{customdata[3]} → %{customdata[4]}<br>%{customdata[0]:,} customers, %{customdata[1]:.1%} of the row"
        f"<br>revenue {formats.money_prefix(currency)}%{{customdata[2]:,.0f}}<extra></extra>"
    )
    figure = base_figure(
        shaded_cells(
            np.where(stays, np.nan, row_share), x=place, y=place, customdata=facts, hovertemplate=hover,
            text=words(np.where(stays, np.nan, customers), formats.count), texttemplate="%{text}",
        ),
        _stayers(customers, facts, hover),
        height=96 + 36 * len(names),
    )  # fmt: skip
    for each in place:
        figure.add_shape(
            type="rect", x0=each - 0.48, x1=each + 0.48, y0=each - 0.46, y1=each + 0.46, layer="below",
            line={"color": RULE, "width": 1.5}, fillcolor=FAINT,
        )  # fmt: skip
    ticks = {"tickvals": place, "showgrid": False, "ticks": ""}
    figure.update_xaxes(
        title={"text": "segment now", "standoff": 22}, side="top", ticktext=[_wrapped(name) for name in names], **ticks
    )
    figure.update_yaxes(title_text="segment before", autorange="reversed", ticktext=names, **ticks)
    return figure


def _stayers(customers: np.ndarray, facts: np.ndarray, hover: str) -> go.Scatter:
    """The diagonal is not shaded: most stay, and its dark cells would bleach the moves."""
    at = np.flatnonzero(~np.isnan(np.diagonal(customers)))
    return go.Scatter(
        x=at, y=at, mode="text", text=[formats.count(customers[each, each]) for each in at],
        customdata=facts[at, at], hovertemplate=hover, textfont={"size": TEXT_SIZE},
    )  # fmt: skip


@drawn
def rfm_migration_flow(frame: pd.DataFrame, *, colours: Mapping[str, str] = SEGMENTS, height: int = 420) -> go.Figure:
    """Customers flowing from their segment before (left) to their segment now (right).

    Draws metrics.segments.rfm.rfm_migration and, with colours for its names, metrics.segments.flow.segment_flow.
    """
    moves = frame[frame["customers"] > 0]
    if moves.empty:
        return empty_figure()
    left, right = _in_order(moves["from_segment"]), _in_order(moves["to_segment"])
    start = {name: place for place, name in enumerate(left)}
    end = {name: place + len(left) for place, name in enumerate(right)}
    flow = go.Sankey(
        node={
            "label": [*left, *right],
            "color": [colour_of(name, colours) for name in (*left, *right)],
            "pad": 12,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{label}: %{value:,} customers<extra></extra>",
        },
        link={
            "source": moves["from_segment"].map(start).to_numpy(),
            "target": moves["to_segment"].map(end).to_numpy(),
            "value": moves["customers"].to_numpy(),
            "color": [
                FAINT if was == now else translucent(colour_of(was, colours), 0.4)
                for was, now in zip(moves["from_segment"], moves["to_segment"], strict=True)
            ],
            "hovertemplate": "%{source.label} → %{target.label}: %{value:,} customers<extra></extra>",
        },
    )
    return base_figure(flow, height=height, margin={"l": 0, "r": 0, "t": 8, "b": 8})


def _in_order(names: pd.Series) -> np.ndarray:
    """Best to worst as in the theme; names of the user's own making at the end, by alphabet."""
    found = set(names.astype(str))
    return np.array([*(name for name in SEGMENTS if name in found), *sorted(found - set(SEGMENTS))], dtype=object)


def _wrapped(name: str) -> str:
    """A long name on two lines, broken at its last space."""
    return "<br>".join(name.rsplit(" ", 1)) if len(name) > 10 else name
