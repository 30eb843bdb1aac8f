"""The pictures of what customers say: what is drawn is what the frame holds; nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts import voice

SCORES = pd.DataFrame(
    {
        "group": ["2024-Q1", "2024-Q2", "2024-Q3"],
        "answers": [120, 1, 80],
        "nps": [10.0, np.nan, -4.0],
        "low_95": [2.0, np.nan, -15.0],
        "high_95": [18.0, np.nan, 8.0],
    }
)
CELLS = pd.DataFrame(
    {
        "loyalty": ["true", "latent", "spurious", "none"],
        "favourable": [True, True, False, False],
        "keeps_buying": [True, False, True, False],
        "customers": [40, 10, 30, 20],
        "customer_share": [0.4, 0.1, 0.3, 0.2],
        "revenue_12m": [4.0, 1.0, 3.0, 2.0],
        "revenue_share": [0.4, 0.1, 0.3, 0.2],
    }
)


def test_a_period_without_a_score_is_a_gap() -> None:
    drawn = voice.score_over_time(SCORES).data[2]
    assert drawn.x.tolist() == ["2024-Q1", "2024-Q2", "2024-Q3"]
    assert drawn.y[[0, 2]].tolist() == [10.0, -4.0]
    assert np.isnan(drawn.y[1])
    assert not drawn.connectgaps


def test_groups_stand_in_order_with_their_intervals() -> None:
    (drawn,) = voice.score_by_group(SCORES).data
    assert list(drawn.y) == ["2024-Q3", "2024-Q1"]
    assert drawn.error_x.array.tolist() == [12.0, 8.0]
    assert drawn.error_x.arrayminus.tolist() == [11.0, 8.0]


def test_long_names_are_cut_unless_they_become_alike() -> None:
    long = SCORES.assign(group=["a" * 30 + "1", "x", "a" * 30 + "2"])
    assert max(map(len, voice.score_by_group(long).data[0].y)) == 31
    assert max(map(len, voice.score_by_group(long.assign(group=["a" * 30, "x", "b" * 30])).data[0].y)) == 24


def test_the_four_kinds_of_loyalty_stand_where_they_belong() -> None:
    (cells,) = voice.loyalty_cells(CELLS).data
    assert list(cells.x) == ["rarely buys", "keeps buying"]
    assert list(cells.y) == ["unfavourable", "favourable"]
    assert "true loyalty" in cells.text[1][1]
    assert "none" in cells.text[0][0]
    assert "latent" in cells.text[1][0]


def test_gaps_join_both_sides() -> None:
    frame = pd.DataFrame(
        {
            "question": ["advice", "price"], "answers": [30, 30], "expected": [4.0, 3.0], "perceived": [3.0, 3.5],
            "gap": [-1.0, 0.5], "low_95": [-1.2, 0.1], "high_95": [-0.8, 0.9],
        }
    )  # fmt: skip
    figure = voice.perception_gaps(frame)
    assert [list(trace.x) for trace in figure.data[:2]] == [[3.0, 3.5], [4.0, 3.0]]
    assert [trace.name for trace in figure.data[2:]] == ["expected", "perceived"]


def test_themes_part_their_comments() -> None:
    frame = pd.DataFrame({"theme": ["late", "other"], "comments": [10, 4], "bad_share": [0.3, np.nan]})
    bad, others = voice.theme_bars(frame).data
    assert (list(bad.x), list(others.x)) == ([0.0, 3.0], [4.0, 7.0])


@pytest.mark.parametrize(
    "figure",
    [
        voice.score_over_time(SCORES.iloc[:0]),
        voice.score_by_group(SCORES.iloc[1:2]),
        voice.perception_gaps(pd.DataFrame({"expected": [], "perceived": [], "gap": [], "question": []})),
        voice.loyalty_cells(CELLS.assign(customers=0)),
        voice.theme_bars(pd.DataFrame()),
        voice.share_over_time(pd.DataFrame({"on_time_share": []}), "on_time_share", "on time"),
    ],
)
def test_nothing_is_drawn_of_nothing(figure) -> None:
    assert not figure.data
