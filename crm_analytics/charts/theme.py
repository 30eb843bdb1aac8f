"""Colours and the common layout of every chart.

Two kinds of colour. Shades and the accent of single series are left to `.streamlit/config.toml`, which has one palette
for the light and one for the dark scheme (a trace without a colour takes them). What must mean the same everywhere
(segments, statuses, classes) is fixed here as a mid-tone: contrast of at least 4.5 with white text and of at least 3
with both card surfaces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

LIGHT_SURFACE: Final = "#FFFFFF"
DARK_SURFACE: Final = "#161D2E"

ACCENT: Final = "#545EDC"
GREY: Final = "#6B7079"
RULE: Final = "#8C95AA"  # reference lines
FAINT: Final = "rgba(124,133,155,0.16)"  # fills of what is not the message
NOTHING: Final = "rgba(0,0,0,0)"
GHOST: Final = "rgba(124,133,155,0.34)"  # what was, behind what is
ACCENT_FAINT: Final = "rgba(84,94,220,0.16)"
BETTER: Final = "#09825E"
WORSE: Final = "#CC323E"
ON_FILL: Final = "#FFFFFF"  # text on a fixed mid-tone

SEGMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Champions": "#545EDC",
        "Loyal": "#0E74C4",
        "Potential Loyalists": "#007D88",
        "New": "#09825E",
        "Promising": "#418133",
        "Need Attention": "#887200",
        "About to Sleep": "#9C662D",
        "At Risk": "#BA550C",
        "Can't Lose": "#CC323E",
        "Hibernating": "#8F5D8A",
        "Lost": "#6B7079",
        "Prospects": "#597394",
    }
)
STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {"new": "#09825E", "active": "#545EDC", "declining": "#BA550C", "lapsed": "#6B7079", "prospect": "#597394"}
)
CLASSES: Final[Mapping[str, str]] = MappingProxyType({"A": "#545EDC", "B": "#0E74C4", "C": "#597394"})

CONFIG: Final[dict[str, Any]] = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}
"""The `config` of every `st.plotly_chart`. Never changed (a plain dict, because Streamlit serialises it)."""

#: Amounts and counts on an axis, short (12k); between whole numbers as they are: for "~s" a half is 500m, milli.
SHORT: Final[Mapping[str, Any]] = MappingProxyType(
    {"tickformat": "~s", "tickformatstops": ({"dtickrange": [None, 0.99], "value": ",~f"},)}
)

SHADES: Final = 10  # as many as chartSequentialColors in .streamlit/config.toml
TEXT_SIZE: Final = 12


def colour_of(name: str, colours: Mapping[str, str]) -> str:
    """The fixed colour of a segment, status or class; grey for a name that users made themselves."""
    return colours.get(name, GREY)


def translucent(colour: str, opacity: float) -> str:
    """`#RRGGBB` as an rgba colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def base_figure(*traces: Any, height: int = 300, **layout: Any) -> go.Figure:
    """A figure with the house layout: no own background, no zoom by touch (pages must scroll), quiet legend on top.

    What `layout` says of an axis, the legend and the like is added to what the house says of it.
    """
    quiet = {
        "fixedrange": True,
        "title": {"font": {"size": TEXT_SIZE}, "standoff": 14},
        "tickangle": 0,
        "zeroline": False,
    }
    house = {
        "height": height,
        "margin": {"l": 0, "r": 4, "t": 8, "b": 0},
        "paper_bgcolor": NOTHING,
        "plot_bgcolor": NOTHING,
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
        },
        "hoverlabel": {"align": "left"},
        "bargap": 0.28,
        "xaxis": {**quiet, "showgrid": False},
        "yaxis": {**quiet, "nticks": 6},
    }
    return go.Figure(data=list(traces), layout=_added(house, layout))  # updates one by one take eight times as long


def _added(house: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the own before the house's where both say the same thing."""
    both = {
        name: _added(house[name], value)
        if isinstance(value, Mapping) and isinstance(house.get(name), Mapping)
        else value
        for name, value in own.items()
    }
    return {**house, **both}


def empty_figure(height: int = 120) -> go.Figure:
    """No data, no axes; the page says in words what is missing."""
    return base_figure(height=height, xaxis={"visible": False}, yaxis={"visible": False})


def shades(values: np.ndarray) -> np.ndarray:
    """The number 0..9 of the palette's shade for each value; None where it is NaN.

    The palette is used in ten steps, never in between, so that each cell has a shade whose text is known to be legible.
    """
    steps = np.full(values.shape, None, dtype=object)
    known = ~np.isnan(values)
    if known.any():
        low, high = _ends(values[known])
        scaled = (values[known] - low) / (high - low) if high > low else np.zeros(known.sum())
        steps[known] = np.clip((scaled * SHADES).astype(int), 0, SHADES - 1)
    return steps


def _ends(known: np.ndarray) -> tuple[float, float]:
    """Where the scale starts and ends: at the 98% quantile (one odd cell must not bleach the rest), and at the 2%
    quantile or half of the end if that is lower, so that small differences are not blown up."""
    low, high = np.quantile(known, [0.02, 0.98])
    return min(low, high / 2), high


def shaded_cells(values: np.ndarray, scale: Callable[[float], str] | None = None, **options: Any) -> go.Heatmap:
    """Heatmap cells shaded by value in the scheme's sequential palette; `options` go to the trace.

    Cells without text need a `scale`, which writes a value: a bar below at the right, where such grids are blank.
    """
    known = values[~np.isnan(values)]
    if scale and known.size:
        low, high = _ends(known)
        options |= {
            "showscale": True,
            "colorbar": {
                "orientation": "h", "x": 0.97, "xanchor": "right", "y": 0, "yanchor": "bottom", "len": 0.25, "thickness": 10,
                "outlinewidth": 0, "tickvals": [0, SHADES - 1], "ticktext": [scale(low), f"{scale(high)}+"], "ticklen": 0,
            },
        }  # fmt: skip
    return go.Heatmap(
        z=shades(values),
        zmin=0,
        zmax=SHADES - 1,
        hoverongaps=False,
        xgap=2,
        ygap=2,
        textfont={"size": TEXT_SIZE},
        **{"showscale": False, **options},
    )


def words(values: np.ndarray, write: Callable[[float], str]) -> np.ndarray:
    """The text of each cell, blank where the value is NaN."""
    return np.array([["" if np.isnan(each) else write(each) for each in row] for row in values], dtype=object)


def dots(x: Any, y: Any, **options: Any) -> go.Scatter:
    """Marked points of a curve: a ring with a white heart is seen on every surface and line."""
    ring = {"color": ON_FILL, "size": 9, "line": {"color": ACCENT, "width": 2.5}}
    return go.Scatter(x=x, y=y, marker=ring, hoverinfo="skip", cliponaxis=False, showlegend=False, **options)
