"""The charts of plan against result: the frame's numbers unchanged, calm when there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics.charts import theme
from crm_analytics.charts.forecast import forecast_fan
from crm_analytics.charts.programme import STATES, actions_calendar, gap_waterfall, objectives_outlook

OBJECTIVES = pd.DataFrame(
    {
        "objective": ["O1", "O2"], "metric": ["revenue", "top_20_share"], "state": ["on track", "met"], "baseline": [100.0, 0.7],
        "target": [110.0, 0.7], "progress_share": [0.5, np.nan], "projected": [108.0, 0.7], "projected_low_80": [104.0, np.nan],
        "projected_high_80": [112.0, np.nan],
    }
)  # fmt: skip
ACTIONS = pd.DataFrame(
    {
        "action": ["A1", "A2"], "kind": ["regular", "regular"], "channel": ["email", None], "owner": ["Ann", None],
        "scheduled_on": pd.to_datetime(["2026-01-05", "2026-02-05"]), "executed_on": pd.to_datetime(["2026-01-09", None]),
        "state": ["late", "planned"],
    }
)  # fmt: skip
AS_OF = pd.Timestamp("2026-01-31")


def test_objectives_stand_on_their_way():
    figure = objectives_outlook(OBJECTIVES)
    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name["so far"].y) == ["O1 revenue"]  # what is to be held has no way
    assert list(by_name["so far"].x) == [0.5]
    assert np.allclose(by_name["projected"].x, [0.8])
    assert np.allclose(by_name["80% at the due date"].x, [0.4, 1.2])
    assert "baseline (0%)" in figure.layout.xaxis.title.text


def test_actions_stand_where_they_were_done():
    figure = actions_calendar(ACTIONS, AS_OF)
    by_name = {trace.name: trace for trace in figure.data if trace.name}
    assert pd.Timestamp(by_name["late 1"].x[0]) == pd.Timestamp("2026-01-09")
    assert pd.Timestamp(by_name["planned 1"].x[0]) == pd.Timestamp("2026-02-05")
    assert by_name["late 1"].marker.color == STATES["late"]
    assert figure.data[0].mode == "lines"  # from the date planned to the date done


def test_the_gap_is_the_sum_of_its_parts():
    frame = pd.DataFrame(
        {"lever": ["growth wanted to date", "customers"], "effect": [-30.0, 10.0], "gap": [-20.0, -20.0]}
    )
    figure = gap_waterfall(frame, "EUR")
    assert list(figure.data[0].x) == [-30.0, 10.0, 0]
    assert list(figure.data[0].measure) == ["relative", "relative", "total"]


def test_the_fan_begins_where_the_past_ends():
    months = pd.date_range("2026-01-01", periods=3, freq="MS")
    frame = pd.DataFrame({"month": months, "forecast": [5.0, 6, 7], "low_80": [4.0, 4, 4], "high_80": [6.0, 8, 10],
                          "low_95": [3.0, 3, 3], "high_95": [7.0, 9, 11]})  # fmt: skip
    past = pd.DataFrame({"period_start": pd.date_range("2025-10-01", periods=3, freq="MS"), "revenue": [2.0, 3, 4]})
    figure = forecast_fan(frame, past, currency="EUR")
    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name["forecast"].y) == [4.0, 5.0, 6.0, 7.0]
    assert list(by_name["95%"].y) == [4.0, 7, 9, 11, 3, 3, 3, 4]
    assert figure.layout.yaxis.tickprefix == "EUR "


def test_nothing_is_drawn_of_nothing():
    months = pd.DataFrame({"period_start": [], "revenue": []})
    for figure in (
        objectives_outlook(OBJECTIVES.iloc[:0]), actions_calendar(ACTIONS.iloc[:0], AS_OF),
        gap_waterfall(pd.DataFrame({"lever": ["customers"], "effect": [np.nan]})), forecast_fan(pd.DataFrame(), months),
    ):  # fmt: skip
        assert not figure.data
        assert figure.layout.paper_bgcolor == theme.NOTHING
