"""A figure is drawn once for the same content, and anew for any other."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from crm_analytics.charts.drawn import drawn


@dataclass(frozen=True)
class Step:
    name: str
    value: float


@drawn
def bars(frame: pd.DataFrame, *, colour: str = "red", more: Any = None) -> go.Figure:
    return go.Figure(go.Bar(x=list(frame["n"]), marker={"color": colour}))


def test_the_same_content_gives_the_same_figure() -> None:
    def frame() -> pd.DataFrame:
        days = pd.to_datetime(["2024-01-01", None])
        return pd.DataFrame({"n": [1.0, np.nan], "name": ["a", None], "on": days, "k": pd.array([1, None], "Int64")})

    assert bars(frame(), more=[Step("a", float("nan"))]) is bars(frame(), more=[Step("a", float("nan"))])
    assert bars(frame(), colour="blue").data[0].marker.color == "blue"


def test_a_frame_that_was_changed_is_drawn_anew() -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    assert list(bars(frame).data[0].x) == [1, 2]
    frame.loc[0, "n"] = 7
    assert list(bars(frame).data[0].x) == [7, 2]
    for other in ([7, 3], [7, 2, 2], [7.5, 2], ["7", "2"]):
        assert list(bars(pd.DataFrame({"n": other})).data[0].x) == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.arange(5000), np.where(np.arange(5000) == 2500, 0, np.arange(5000))),  # as text both are shortened alike
        (pd.DataFrame({"n": range(500)}), pd.DataFrame({"n": [*range(499), 7]})),
        ([pd.Series(range(500))], [pd.Series([*range(250), 7, *range(251, 500)])]),
        (Step("a", 1.0), Step("a", 2.0)),
        (1, 1.0),
        (("a", "b"), ["a", "b"]),
        ({"a": 1}, {"a": 2}),
        (pd.Series(["a"], dtype=object), pd.Series([["a"]], dtype=object)),
        (pd.Series(pd.Categorical(["a", "b"], ["a", "b"])), pd.Series(pd.Categorical(["a", "b"], ["b", "a"]))),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame([[1, 3]], columns=["a", "a"])),
    ],
)
def test_other_content_is_never_answered_with_a_kept_figure(one: Any, other: Any) -> None:
    frame = pd.DataFrame({"n": [1]})
    assert bars(frame, more=one) is bars(frame, more=one)
    assert bars(frame, more=one) is not bars(frame, more=other)


def test_a_kept_figure_is_written_out_once_and_says_what_was_drawn() -> None:
    frame = pd.DataFrame({"n": [3, 4]})
    written = bars(frame).to_dict()
    assert bars(frame).to_dict()["data"] is written["data"]
    assert written == go.Figure(bars(frame)).to_dict()
    copied = copy(bars(frame))
    copied.update_xaxes(title_text="of the copy")
    assert bars(frame).to_dict().keys() == {"data", "layout"}
    assert "of the copy" not in str(bars(frame).to_dict()["layout"].get("xaxis"))
    assert copied.to_dict()["layout"]["xaxis"]["title"]["text"] == "of the copy"
    assert bars(pd.DataFrame({"n": [5]})).to_dict() != written
