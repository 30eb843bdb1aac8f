"""Why revenue moved: the way from the earlier to the later revenue, lever by lever."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import BETTER, GREY, RULE, SHORT, TEXT_SIZE, WORSE, base_figure, empty_figure

ROW: Final = 46  # pixels: a line of words above a bar
THICK: Final = 0.3  # of a row
TICK: Final = 0.42  # of a row: where a tick ends
ROOM: Final = 0.06  # of the axis, beside the outermost bar


@drawn
def sales_tree_waterfall(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Revenue of both periods, and between them what each lever added or took. Draws metrics.sales.tree.sales_tree.

    The axis begins where the levers do and not at 0, so the two revenues are marks and not bars: only lengths of
    effects can be compared. Returns and guests without an effect are left out. Nothing is drawn without effects.
    """
    if frame.empty or frame["effect"].isna().any():
        return empty_figure()
    levers = frame[~(frame["lever"].isin(("returns", "guests")) & (frame["effect"] == 0))].reset_index(drop=True)
    was, now = frame["revenue_before"].iloc[0], frame["revenue_after"].iloc[0]
    ends = was + levers["effect"].cumsum()
    starts = ends - levers["effect"]
    rows = range(1, len(levers) + 1)  # row 0 is the earlier revenue, the last row the later
    figure = base_figure(_bars(levers, starts, rows, currency), height=(len(levers) + 2) * ROW + 40)
    figure.add_trace(_revenues(frame.iloc[0], (0, len(levers) + 1), currency))
    # a short tick from each end towards the next start: a line all the way would strike out the words between
    line = {"color": RULE, "width": 1.5}
    for row, at in enumerate([*starts, now]):
        figure.add_shape(type="line", x0=at, x1=at, y0=row + THICK / 2, y1=row + TICK, line=line, layer="below")
    then, since = _spans(frame.iloc[0])
    _write(figure, 0, f"{then} <b>{formats.money(was, currency)}</b>")
    for row, lever, effect in zip(rows, levers["lever"], levers["effect"], strict=True):
        _write(figure, row, f"{lever} <b>{_signed(effect, currency)}</b>")
    _write(figure, len(levers) + 1, f"{since} <b>{formats.money(now, currency)}</b>")
    low, high = min(*starts, *ends, now), max(*starts, *ends, now)
    room = (high - low or abs(high) or 1) * ROOM
    prefix = formats.money_prefix(currency)
    figure.update_xaxes(title_text="revenue", range=[low - room, high + room], nticks=5, **SHORT, tickprefix=prefix)
    figure.update_yaxes(visible=False, range=[len(levers) + 1.35, -0.75])
    return figure


def _bars(levers: pd.DataFrame, starts: pd.Series, rows: range, currency: str | None) -> go.Bar:
    written = [formats.money(effect, currency) for effect in levers["effect"]]
    values = levers[["lever", "before", "after", "unit"]].assign(effect=written).to_numpy(dtype=object)
    return go.Bar(
        x=levers["effect"],
        base=starts,
        y=list(rows),
        width=THICK,
        orientation="h",
        marker={"color": [BETTER if effect > 0 else WORSE for effect in levers["effect"]], "cornerradius": 3},
        customdata=values,
        hovertemplate="%{customdata[0]}: %{customdata[4]} of revenue"
        "<br>%{customdata[1]:,.2f} before, %{customdata[2]:,.2f} now (%{customdata[3]})<extra></extra>",
    )


def _revenues(row: pd.Series, places: tuple[int, int], currency: str | None) -> go.Scatter:
    """A mark for the revenue of either period."""
    return go.Scatter(
        x=[row["revenue_before"], row["revenue_after"]],
        y=list(places),
        mode="markers",
        marker={"symbol": "diamond", "size": 12, "color": GREY},
        customdata=_spans(row),
        hovertemplate=f"{formats.money_prefix(currency)}%{{x:,.0f}}<br>%{{customdata}}<extra></extra>",
    )


def _spans(row: pd.Series) -> list[str]:
    """The days of the earlier and of the later period."""
    return [
        f"{formats.day(row[f'period_start{which}'])} – {formats.day(row[f'period_end{which}'])}"
        for which in ("_before", "")
    ]


def _write(figure: go.Figure, row: int, words: str) -> None:
    """Words above a row, from the left edge: there they have room on a phone too."""
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=row - THICK / 2, yanchor="bottom", showarrow=False, align="left",
        text=words, font={"size": TEXT_SIZE + 1}, borderpad=1,
    )  # fmt: skip


def _signed(effect: float, currency: str | None) -> str:
    """ "▲ +90k": the direction is not said by the colour alone."""
    if effect == 0:
        return formats.money(0.0, currency)
    return f"▲ +{formats.money(effect, currency)}" if effect > 0 else f"▼ {formats.money(effect, currency)}"
