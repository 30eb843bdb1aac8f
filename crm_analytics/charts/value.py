"""What customers are expected to buy, against what they bought, and the map of value and risk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import GREY, ON_FILL, RULE, TEXT_SIZE, base_figure, empty_figure, translucent

ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"keep": "#09825E", "win back": "#CC323E", "watch": "#0E74C4", "let go": "#6B7079"}
)
_LARGEST: Final = 38  # a mark of this diameter keeps its cell on a desktop and does not hide its neighbours on a phone


@drawn
def risk_bubbles(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Cells of value and risk, as large as their customers, coloured by action. Draws metrics.value.value_totals.risk_map."""
    if frame.empty:
        return empty_figure()
    prefix = formats.money_prefix(currency)
    most = frame["customers"].max()
    traces = []
    for action, colour in ACTIONS.items():
        part = frame[frame["action"] == action]
        if part.empty:
            continue
        traces.append(
            go.Scatter(
                x=(part["risk_from"] + part["risk_to"]) / 2,
                y=np.sqrt(part["value_from"] * part["value_to"]),
                mode="markers",
                name=f"{action} {formats.count(part['customers'].sum())}",
                marker={
                    "size": 7 + (_LARGEST - 7) * np.sqrt(part["customers"] / most),
                    "color": translucent(colour, 0.72),
                    "line": {"color": ON_FILL, "width": 1},
                },
                customdata=np.column_stack(
                    [
                        part[name].to_numpy(dtype=object)
                        for name in ("action", "customers", "risk_from", "risk_to", "value_at_risk")
                    ]
                ),
                hovertemplate=f"%{{customdata[0]}}: %{{customdata[1]:,}} customers<br>risk %{{customdata[2]:.0%}} to %{{customdata[3]:.0%}}"
                f", worth about {prefix}%{{y:,.0f}} each<br>{prefix}%{{customdata[4]:,.0f}} at risk<extra></extra>",
            )
        )
    figure = base_figure(*traces, height=360, showlegend=True)
    cut = {"color": RULE, "width": 1, "dash": "dot"}
    figure.add_vline(x=frame["risk_cut"].iloc[0], line=cut)
    figure.add_hline(y=frame["value_cut"].iloc[0], line=cut)
    figure.update_layout(margin_t=30)
    figure.update_xaxes(title_text="churn probability", tickformat=".0%", range=[0, 1])
    figure.update_yaxes(
        title_text=f"residual value{f', {currency}' if currency else ''}", type="log", tickprefix=prefix, dtick=1
    )
    return figure


@drawn
def tracking_lines(frame: pd.DataFrame, *, cumulative: bool = True) -> go.Figure:
    """Repeat purchase days that came and those expected, the hold-out shaded. Draws metrics.value.btyd.btyd_tracking."""
    if frame.empty:
        return empty_figure()
    names = ("cumulative_actual", "cumulative_expected") if cumulative else ("actual", "expected")
    lines = [
        go.Scatter(x=frame["week_end"], y=frame[names[0]], name="came", mode="lines", line={"width": 2.5},
                   hovertemplate="to %{x|%-d %b %Y}: %{y:,.0f} came<extra></extra>"),
        go.Scatter(x=frame["week_end"], y=frame[names[1]], name="expected", mode="lines",
                   line={"width": 2, "dash": "dash", "color": GREY}, hovertemplate="%{y:,.0f} expected<extra></extra>"),
    ]  # fmt: skip
    figure = base_figure(*lines, height=280, showlegend=True, hovermode="x unified")
    unseen = frame[frame["holdout"]]
    if len(unseen):
        figure.add_vrect(
            x0=unseen["week_end"].iloc[0], x1=unseen["week_end"].iloc[-1], fillcolor=translucent(GREY, 0.12), line_width=0,
            annotation_text="not seen by the model", annotation_position="top left", annotation_font_size=TEXT_SIZE,
        )  # fmt: skip
    figure.update_layout(margin_t=28)
    figure.update_xaxes(nticks=6)
    figure.update_yaxes(
        title_text="repeat purchase days" + (", cumulative" if cumulative else " a week"), rangemode="tozero",
        range=[0, 1.15 * frame[[*names]].max(axis=None)],  # room for the words above the lines
    )  # fmt: skip
    return figure


@drawn
def holdout_columns(frame: pd.DataFrame) -> go.Figure:
    """Purchase days in the hold-out by earlier repeats: came and expected. Draws metrics.value.btyd.btyd_holdout."""
    if frame.empty:
        return empty_figure()
    label = frame["repeats"].astype(str).to_numpy(dtype=object)
    label[-1] = f"{label[-1]}+"
    custom = frame[["customers"]].to_numpy()
    pairs = (("came", "actual", None), ("expected", "expected", GREY))
    bars = [
        go.Bar(
            name=name, x=label, y=frame[column], customdata=custom, marker={"color": colour, "cornerradius": 3},
            hovertemplate=f"%{{x}} repeats, %{{customdata[0]:,}} customers<br>%{{y:.2f}} {name} each<extra></extra>",
        )
        for name, column, colour in pairs
    ]  # fmt: skip
    return base_figure(
        *bars,
        height=280,
        barmode="group",
        bargroupgap=0.08,
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "repeat purchase days before"}, "type": "category"},
        yaxis={"title": {"text": "purchase days after, mean"}, "rangemode": "tozero"},
    )
