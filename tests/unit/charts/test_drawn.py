"""A figure is drawn once for the same content, and anew for any other."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics.charts.drawn import drawn


@drawn
def bars(frame: pd.DataFrame, *, colour: str = "red") -> go.Figure:
    return go.Figure(go.Bar(x=list(frame["n"]), marker={"color": colour}))


def test_the_same_content_gives_the_same_figure() -> None:
    assert bars(pd.DataFrame({"n": [1, 2]})) is bars(pd.DataFrame({"n": [1, 2]}))
    assert bars(pd.DataFrame({"n": [1, 2]}), colour="blue").data[0].marker.color == "blue"


def test_other_content_is_never_answered_with_a_kept_figure() -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    assert list(bars(frame).data[0].x) == [1, 2]
    frame.loc[0, "n"] = 7  # the very frame that was drawn
    assert list(bars(frame).data[0].x) == [7, 2]
    for other in ([7, 3], [7, 2, 2], [7.5, 2], ["7", "2"]):
        assert list(bars(pd.DataFrame({"n": other})).data[0].x) == other
