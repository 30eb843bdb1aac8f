"""The rhythm of purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import RULE, TEXT_SIZE, base_figure, empty_figure


@drawn
def interpurchase_columns(frame: pd.DataFrame, window_days: float | None) -> go.Figure:
    """Days between purchases, each customer counting once; pale beyond the activity window (none drawn if None).

    Draws metrics.sales.retention.interpurchase. A last bin without `days_to` is drawn as wide as the one before.
    """
    if frame.empty:
        return empty_figure()
    start = frame["days_from"].to_numpy(dtype=float)
    end = frame["days_to"].to_numpy(dtype=float)
    width = end - start
    width = np.where(np.isnan(width), np.nanmax(np.append(width[-2:], 1)), np.maximum(width, 1))
    beyond = np.zeros(len(frame), dtype=bool) if window_days is None else start >= window_days
    columns = go.Bar(
        x=start + width / 2,
        y=frame["weighted_share"],
        width=width * 0.9,
        marker={"opacity": np.where(beyond, 0.4, 1.0), "cornerradius": 3},
        customdata=np.column_stack([_bin_names(start, end), frame["intervals"].to_numpy(dtype=object)]),
        hovertemplate="%{customdata[0]} between purchases<br>%{y:.1%} of intervals, each customer counting once"
        "<br>%{customdata[1]:,} intervals<extra></extra>",
    )
    figure = base_figure(columns, height=280)
    if window_days is not None:
        figure.add_vline(x=window_days, line={"color": RULE, "width": 1.5, "dash": "dash"})
        left_half = window_days <= start[0] + (start[-1] + width[-1] - start[0]) * 0.6
        figure.add_annotation(
            x=window_days, y=1, yref="paper", yanchor="top", showarrow=False, font={"size": TEXT_SIZE},
            xanchor="left" if left_half else "right", xshift=6 if left_half else -6, align="left",
            text=f"activity window<br><b>{formats.days(window_days)}</b>",
        )  # fmt: skip
    figure.update_xaxes(title_text="days between purchases", rangemode="tozero")
    figure.update_yaxes(title_text="share of intervals", tickformat=".0%")
    return figure


def _bin_names(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return np.array(
        [
            f"{low:,.0f} days and more" if np.isnan(high) else f"{low:,.0f} to {high:,.0f} days"
            for low, high in zip(start, end, strict=True)
        ],
        dtype=object,
    )
