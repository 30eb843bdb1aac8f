"""What customers say: scores with their intervals, gaps of perception, kinds of loyalty, themes."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import (
    ACCENT,
    ACCENT_FAINT,
    BETTER,
    GREY,
    RULE,
    TEXT_SIZE,
    WORSE,
    base_figure,
    empty_figure,
    shaded_cells,
    words,
)

ROW: Final = 30  # pixels a group takes
#: A label longer than this is cut on the axis; the hover has it whole.
LONGEST_LABEL: Final = 24


@drawn
def score_over_time(frame: pd.DataFrame, value: str = "nps", title: str = "net promoter score") -> go.Figure:
    """A score by period with its 95% interval: columns group, answers, `value`, low_95, high_95. Periods without are gaps."""
    known = frame[frame[value].notna()]
    if known.empty:
        return empty_figure()
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False, "connectgaps": False}
    return base_figure(
        go.Scatter(x=frame["group"], y=frame["low_95"], **edge),
        go.Scatter(x=frame["group"], y=frame["high_95"], fill="tonexty", fillcolor=ACCENT_FAINT, **edge),
        go.Scatter(
            x=frame["group"],
            y=frame[value],
            mode="lines+markers",
            line={"width": 2.5, "color": ACCENT},
            marker={"size": 7},
            customdata=frame[["answers", "low_95", "high_95"]].to_numpy(),
            hovertemplate=f"%{{x}}: {_number('y', value)}, 95% interval {_number('customdata[1]', value)} to "
            f"{_number('customdata[2]', value)}<br>%{{customdata[0]:,}} answers<extra></extra>",
        ),
        height=300,
        hovermode="x",
        xaxis={"type": "category", "nticks": 8},
        yaxis={"title": {"text": title}, "tickformat": _tick(value)},
    )


@drawn
def score_by_group(frame: pd.DataFrame, value: str = "nps", title: str = "net promoter score") -> go.Figure:
    """A score by group, highest on top, with its 95% interval; groups without a score are left to the table."""
    known = frame[frame[value].notna()].sort_values([value, "group"])
    if known.empty:
        return empty_figure()
    return base_figure(
        go.Scatter(
            x=known[value],
            y=_labels(known["group"]),
            mode="markers",
            marker={"size": 10, "color": ACCENT},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": known["high_95"] - known[value],
                "arrayminus": known[value] - known["low_95"],
                "color": RULE,
                "thickness": 2,
                "width": 5,
            },
            customdata=np.column_stack([known["group"], known["answers"], known["low_95"], known["high_95"]]),
            hovertemplate=f"%{{customdata[0]}}: {_number('x', value)}, 95% interval {_number('customdata[2]', value)} to "
            f"{_number('customdata[3]', value)}<br>%{{customdata[1]:,}} answers<extra></extra>",
        ),
        height=70 + ROW * len(known),
        xaxis={"title": {"text": f"{title}, with its 95% interval"}, "tickformat": _tick(value), "showgrid": True},
        yaxis={"type": "category", "nticks": None, "tickmode": "linear"},
    )


@drawn
def perception_gaps(frame: pd.DataFrame) -> go.Figure:
    """Expected and perceived of each question of one wave, joined by the gap. Draws metrics.voice.voice.perception of all."""
    known = frame[frame["expected"].notna() & frame["perceived"].notna()].sort_values(
        ["gap", "question"], ascending=False
    )
    if known.empty:
        return empty_figure()
    names = _labels(known["question"])
    joins = [
        go.Scatter(
            x=[row.expected, row.perceived], y=[name, name], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": WORSE if row.perceived < row.expected else BETTER, "width": 3},
        )
        for name, row in zip(names, known.itertuples(), strict=True)
    ]  # fmt: skip
    ends = [
        go.Scatter(
            name=side, x=known[side], y=names, mode="markers", marker={"size": 11, "color": colour},
            customdata=known[["question", "answers", "gap", "low_95", "high_95"]].to_numpy(),
            hovertemplate=f"%{{customdata[0]}}<br>{side} %{{x:.2f}}; gap %{{customdata[2]:+.2f}}, 95% interval "
            "%{customdata[3]:+.2f} to %{customdata[4]:+.2f}<br>%{customdata[1]:,} customers<extra></extra>",
        )
        for side, colour in (("expected", GREY), ("perceived", ACCENT))
    ]  # fmt: skip
    return base_figure(
        *joins,
        *ends,
        height=110 + ROW * len(known),
        showlegend=True,
        margin={"t": 28},
        xaxis={"title": {"text": "mean score"}, "showgrid": True},
        yaxis={"type": "category", "nticks": None, "tickmode": "linear"},
    )


@drawn
def loyalty_cells(frame: pd.DataFrame) -> go.Figure:
    """Attitude by behaviour, shaded by the share of customers. Draws metrics.voice.loyalty.loyalty_matrix."""
    if frame["customers"].sum() == 0:
        return empty_figure()
    cell = frame.set_index(["favourable", "keeps_buying"])
    grid = [[cell.loc[(favourable, keeps)] for keeps in (False, True)] for favourable in (False, True)]
    share = np.array([[each["customer_share"] for each in row] for row in grid], dtype=float)
    text = [
        [
            f"<b>{each['loyalty']}{'' if each['loyalty'] == 'none' else ' loyalty'}</b><br>"
            f"{formats.count(each['customers'])} ({formats.share(each['customer_share'], 0)})"
            for each in row
        ]
        for row in grid
    ]
    revenue = [[[formats.share(each["revenue_share"])] for each in row] for row in grid]
    return base_figure(
        shaded_cells(
            share,
            x=["rarely buys", "keeps buying"],
            y=["unfavourable", "favourable"],
            text=text,
            texttemplate="%{text}",
            customdata=revenue,
            hovertemplate="%{y}, %{x}<br>%{customdata[0]} of the revenue of 12 months<extra></extra>",
        ),
        height=260,
        xaxis={"title": {"text": "behaviour"}, "side": "bottom"},
        yaxis={"title": {"text": "attitude"}},
    )


@drawn
def theme_bars(frame: pd.DataFrame) -> go.Figure:
    """Comments by theme, most on top, with the share of unhappy ones. Draws metrics.voice.themes.comment_themes."""
    if frame.empty:
        return empty_figure()
    known = frame.iloc[::-1]
    bad = (known["comments"] * known["bad_share"].fillna(0)).round()
    names = _labels(known["theme"])
    return base_figure(
        go.Bar(
            name="of unhappy customers",
            x=bad,
            y=names,
            orientation="h",
            marker={"color": WORSE, "cornerradius": 3},
            customdata=np.column_stack([known["theme"], words(known[["bad_share"]].to_numpy(), formats.share)[:, 0]]),
            hovertemplate="%{customdata[0]}<br>%{customdata[1]} with a bad score<extra></extra>",
        ),
        go.Bar(
            name="of others",
            x=known["comments"] - bad,
            y=names,
            orientation="h",
            marker={"color": GREY, "cornerradius": 3},
            customdata=known[["theme", "comments"]].to_numpy(),
            hovertemplate="%{customdata[0]}<br>%{customdata[1]:,} comments<extra></extra>",
        ),
        height=90 + ROW * len(known),
        barmode="stack",
        showlegend=True,
        margin={"t": 28},
        legend={"traceorder": "normal"},
        xaxis={"title": {"text": "comments"}, "showgrid": True},
        yaxis={"type": "category", "nticks": None, "tickmode": "linear"},
    )


@drawn
def share_over_time(frame: pd.DataFrame, share: str, title: str) -> go.Figure:
    """A share by month with its 95% interval: columns period_start, `share`, low_95, high_95, promised."""
    if frame[share].notna().sum() == 0:
        return empty_figure()
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure = base_figure(
        go.Scatter(x=frame["period_start"], y=frame["low_95"], **edge),
        go.Scatter(x=frame["period_start"], y=frame["high_95"], fill="tonexty", fillcolor=ACCENT_FAINT, **edge),
        go.Scatter(
            x=frame["period_start"], y=frame[share], mode="lines", line={"width": 2.5, "color": ACCENT},
            customdata=frame[["promised", "low_95", "high_95"]].to_numpy(),
            hovertemplate="%{x|%b %Y}: %{y:.1%}, 95% interval %{customdata[1]:.1%} to %{customdata[2]:.1%}"
            "<br>%{customdata[0]:,} orders<extra></extra>",
        ),
        height=260, hovermode="x",
    )  # fmt: skip
    figure.update_xaxes(title_text="month")
    figure.update_yaxes(title_text=title, tickformat=".0%")
    figure.update_layout(font_size=TEXT_SIZE)
    return figure


def _labels(names: pd.Series) -> list[str]:
    """Names short enough for an axis on a phone; those that would become alike keep their length."""
    short = [name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…" for name in names.astype(str)]
    return short if len(set(short)) == len(short) else list(names.astype(str))


def _number(place: str, value: str) -> str:
    return f"%{{{place}:{'+.1f' if value == 'nps' else '.1%'}}}"


def _tick(value: str) -> str:
    return "+d" if value == "nps" else ".0%"
