"""How well it is known who leaves: lists beside each other, calibration, importance, and what a list would pay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, ACCENT_FAINT, GREY, RULE, base_figure, dots, empty_figure

#: Features drawn: the rest moves nothing that shows.
_MOST_FEATURES = 10


@drawn
def list_columns(frame: pd.DataFrame, *, in_money: bool = False, currency: str | None = None) -> go.Figure:
    """What of those who left each list of one length holds, in customers or in their money. Draws metrics.value.churn.churn_lists.

    The whiskers are the 95% interval of the difference to the list by silence, set on the bar.
    """
    if frame.empty:
        return empty_figure()
    rows = frame.iloc[::-1]
    held, more = ("money", "money_more") if in_money else ("churners", "churners_more")
    prefix = formats.money_prefix(currency) if in_money else ""
    bars = go.Bar(
        x=rows[held],
        y=rows["list"],
        orientation="h",
        marker={"color": [ACCENT if used else GREY for used in rows["used"]], "cornerradius": 3},
        error_x={
            "type": "data", "symmetric": False, "color": RULE, "thickness": 1.5,
            "array": (rows[f"{more}_high_95"] - rows[more]).clip(lower=0),
            "arrayminus": (rows[more] - rows[f"{more}_low_95"]).clip(lower=0),
        },
        customdata=rows[["length", "churners", "money_share"]].to_numpy(dtype=object),
        hovertemplate="%{y}: %{customdata[1]:,} of the first %{customdata[0]:,} left"
        "<br>with %{customdata[2]:.1%} of the money of all who left<extra></extra>",
    )  # fmt: skip
    figure = base_figure(bars, height=80 + 38 * len(frame))
    what = "money of those on the list who left" if in_money else "customers on the list who left"
    figure.update_xaxes(
        title_text=f"{what}<br>whiskers: difference to silence, 95%",
        rangemode="tozero",
        showgrid=True,
        tickprefix=prefix,
    )
    amounts = [formats.money(each, currency) if in_money else formats.count(each) for each in rows[held]]
    labels = [
        f"{name} <b>{amount}</b>" for name, amount in zip(rows["list"], amounts, strict=True)
    ]  # clear of whiskers
    figure.update_yaxes(type="category", automargin=True, tickvals=list(rows["list"]), ticktext=labels)
    return figure


@drawn
def auc_marks(frame: pd.DataFrame) -> go.Figure:
    """ROC AUC of each score with its interval. Draws metrics.value.churn.churn_evaluation."""
    if frame.empty:
        return empty_figure()
    ordered = frame.iloc[::-1]
    marks = go.Scatter(
        x=ordered["roc_auc"],
        y=ordered["score"],
        mode="markers",
        marker={"size": 11, "color": [ACCENT if used else GREY for used in ordered["used"]]},
        error_x={
            "type": "data", "symmetric": False, "thickness": 2, "width": 0, "color": RULE,
            "array": ordered["roc_auc_high_95"] - ordered["roc_auc"], "arrayminus": ordered["roc_auc"] - ordered["roc_auc_low_95"],
        },
        customdata=ordered[["roc_auc_low_95", "roc_auc_high_95", "brier"]].to_numpy(),
        hovertemplate="%{y}: %{x:.3f} (%{customdata[0]:.3f} to %{customdata[1]:.3f})<br>Brier %{customdata[2]:.3f}<extra></extra>",
    )  # fmt: skip
    figure = base_figure(marks, height=70 + 38 * len(frame))
    figure.add_vline(x=0.5, line={"color": RULE, "width": 1, "dash": "dot"})
    low = min(0.5, float(frame["roc_auc_low_95"].min()))
    figure.update_xaxes(title_text="ROC AUC (0.5: by chance)", range=[low - 0.02, 1], showgrid=True)
    figure.update_yaxes(type="category", automargin=True, dtick=1)
    return figure


@drawn
def calibration_marks(frame: pd.DataFrame) -> go.Figure:
    """Of those given a probability, the share that left, with intervals. Draws metrics.value.churn.churn_calibration."""
    if frame.empty:
        return empty_figure()
    honest = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": RULE, "width": 1, "dash": "dot"}, hoverinfo="skip"
    )
    found = go.Scatter(
        x=frame["expected"],
        y=frame["observed"],
        mode="markers+lines",
        line={"width": 1.5, "color": ACCENT},
        marker={"size": 8, "color": ACCENT},
        error_y={
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 0,
            "array": frame["high_95"] - frame["observed"], "arrayminus": frame["observed"] - frame["low_95"],
        },
        customdata=frame[["customers"]].to_numpy(),
        hovertemplate="%{customdata[0]:,} customers given %{x:.1%}<br>%{y:.1%} left<extra></extra>",
    )  # fmt: skip
    figure = base_figure(honest, found, height=300)
    top = min(1.0, 1.1 * float(max(frame["expected"].max(), frame["high_95"].max())))
    figure.update_xaxes(title_text="probability given", tickformat=".0%", range=[0, top])
    figure.update_yaxes(title_text="share that left", tickformat=".0%", range=[0, top])
    return figure


@drawn
def importance_bars(frame: pd.DataFrame) -> go.Figure:
    """What the ranking loses without a feature. Draws metrics.value.churn.churn_importance."""
    part = frame[frame["importance"] > 0].head(_MOST_FEATURES).iloc[::-1]
    if part.empty:
        return empty_figure()
    bars = go.Bar(
        x=part["importance"],
        y=part["feature"].str.replace("_", " "),
        orientation="h",
        marker={"cornerradius": 3},
        customdata=part[["low", "high"]].to_numpy(),
        hovertemplate="%{y}: %{x:.4f} of ROC AUC lost<br>%{customdata[0]:.4f} to %{customdata[1]:.4f} over five turns<extra></extra>",
    )
    return base_figure(
        bars,
        height=60 + 26 * len(part),
        xaxis={"title": {"text": "ROC AUC lost when shuffled"}, "rangemode": "tozero", "showgrid": True, "nticks": 5},
        yaxis={"type": "category", "automargin": True, "dtick": 1},
    )


@drawn
def profit_curve(frame: pd.DataFrame, *, currency: str | None = None) -> go.Figure:
    """Expected profit by how many are contacted, its highest marked. Draws metrics.value.value_totals.churn_profit."""
    if frame.empty:
        return empty_figure()
    prefix = formats.money_prefix(currency)
    line = go.Scatter(
        x=frame["customers"], y=frame["profit"], mode="lines", line={"width": 2.5}, fill="tozeroy", fillcolor=ACCENT_FAINT,
        hovertemplate=f"%{{x:,}} contacts<br>{prefix}%{{y:,.0f}} of expected profit<extra></extra>",
    )  # fmt: skip
    best = frame[frame["best"]].iloc[0]
    figure = base_figure(line, height=300, hovermode="x")
    figure.add_trace(
        dots([best["customers"]], [best["profit"]], mode="markers+text", textposition="top center",
             text=[f"{formats.count(best['customers'])}: {formats.money(best['profit'], currency)}"])
    )  # fmt: skip
    figure.add_hline(y=0, line={"color": RULE, "width": 1})
    top, bottom = float(np.max(frame["profit"])), float(np.min(frame["profit"]))
    figure.update_xaxes(title_text="customers contacted, most value at risk first", nticks=6)
    figure.update_yaxes(title_text="expected profit", tickprefix=prefix, range=[max(bottom, -top - 1), 1.25 * top + 1])
    return figure
