"""Sales over time."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import GHOST, SHORT, base_figure, empty_figure
from crm_analytics.errors import BadValue

MEASURES: Final = ("revenue", "orders", "customers", "average_order_value")
MONEY: Final = ("revenue", "average_order_value")
WIDE: Final = 0.8  # of a period
SLIM: Final = 0.5
FEW: Final = 5  # columns


@drawn
def sales_columns(
    frame: pd.DataFrame,
    before: pd.DataFrame | None = None,
    *,
    measure: str = "revenue",
    period: str = "month",
    currency: str | None = None,
    height: int = 300,
) -> go.Figure:
    """One column per period; a period that is not complete is pale and hatched. Draws metrics.sales.sales.sales.

    `before` holds the earlier periods they are compared with (`attrs["earlier"]` names the distance), drawn as wide
    grey columns behind. Its last row belongs to the last row of `frame`, so history that starts later simply lacks its
    first points.
    """
    if measure not in MEASURES:
        raise BadValue("measure", measure, ", ".join(MEASURES))
    if frame.empty:
        return empty_figure()
    names = np.array([formats.period_name(start, period) for start in frame["period_start"]], dtype=object)
    complete = frame["complete"].to_numpy(dtype=bool)
    amount = _amount(measure, currency)
    compared = before is not None and not before.empty
    columns = go.Bar(
        name="this period",
        x=frame["period_start"],
        y=frame[measure],
        width=_width(frame["period_start"], SLIM if compared else WIDE),
        zorder=1,
        marker={
            "opacity": np.where(complete, 1.0, 0.4),
            "pattern": {"shape": np.where(complete, "", "/"), "size": 6, "solidity": 0.25},
            "cornerradius": 3,
        },
        customdata=np.column_stack([names, np.where(complete, "", "<br>not complete")]),
        hovertemplate=f"%{{customdata[0]}}<br>{amount}%{{customdata[1]}}<extra></extra>",
    )
    earlier = [_earlier(frame, before, measure, period, amount)] if compared else []
    upward = {
        "title": {"text": measure.replace("_", " ") + (f" per {period}" if measure in MEASURES[:2] else "")},
        "rangemode": "tozero",
        **SHORT,
        "tickprefix": formats.money_prefix(currency) if measure in MONEY else "",
    }
    return base_figure(
        columns,
        *earlier,
        height=height,
        barmode="overlay",
        xaxis=_time_axis(frame["period_start"], period),
        yaxis=upward,
        **({"showlegend": True, "margin": {"t": 28}} if compared else {}),
    )


def _earlier(frame: pd.DataFrame, before: pd.DataFrame, measure: str, period: str, amount: str) -> go.Scatter:
    rows = min(len(frame), len(before))
    earlier = before.tail(rows)
    return go.Bar(
        name=before.attrs.get("earlier", "earlier"),
        x=frame["period_start"].tail(rows),
        y=earlier[measure],
        width=_width(frame["period_start"], WIDE),
        marker={"color": GHOST, "cornerradius": 3},
        customdata=np.array([formats.period_name(start, period) for start in earlier["period_start"]], dtype=object),
        hovertemplate=f"%{{customdata}}<br>{amount}<extra></extra>",
    )


def _amount(measure: str, currency: str | None) -> str:
    name = measure.replace("_", " ")
    digits = ",.2f" if measure == "average_order_value" else ",.0f"
    return f"{name} {formats.money_prefix(currency) if measure in MONEY else ''}%{{y:{digits}}}"


def _width(starts: pd.Series, part: float) -> float:
    """Milliseconds: part of the shortest period."""
    return _shortest(starts).total_seconds() * 1000 * part


def _shortest(starts: pd.Series) -> pd.Timedelta:
    """The shortest step from period to period; a lone one counts as a month."""
    steps = pd.to_datetime(starts).sort_values().diff().dropna()
    return steps.min() if len(steps) else pd.Timedelta(days=28)


def _time_axis(starts: pd.Series, period: str) -> dict[str, object]:
    """Two-line dates: the year is written once. Few columns keep their ordinary width and have room beside them."""
    formats_by_period = {"year": "%Y", "day": "%-d %b\n%Y", "week": "%-d %b\n%Y"}
    axis: dict[str, object] = {"tickformat": formats_by_period.get(period, "%b\n%Y"), "nticks": 8}
    if len(starts) <= FEW:
        axis |= {"tickvals": starts}
        days = pd.to_datetime(starts)
        room = _shortest(starts) * (FEW - len(starts) + 1) / 2
        axis |= {"range": [days.min() - room, days.max() + room]}
    return axis
