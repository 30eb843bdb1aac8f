"""Charts of value, churn and survival: what they draw of a frame, and that an empty frame is calm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts import churn, survival, value


def listed(values: object) -> list:
    return np.asarray(values).tolist()


CELLS = pd.DataFrame(
    {
        "action": ["keep", "win back", "let go"],
        "risk_from": [0.0, 0.6, 0.6],
        "risk_to": [0.1, 0.7, 0.7],
        "value_from": [100.0, 100.0, 10.0],
        "value_to": [200.0, 200.0, 20.0],
        "customers": [40, 10, 50],
        "value": [6000.0, 1500.0, 700.0],
        "value_at_risk": [300.0, 900.0, 400.0],
        "risk_cut": 0.3,
        "value_cut": 100.0,
    }
)
LISTS = pd.DataFrame(
    {
        "list": ["value at risk", "recency alone"],
        "length": [50, 50],
        "churners": [31, 24],
        "churners_more": [7.0, 0.0],
        "churners_more_low_95": [2.0, 0.0],
        "churners_more_high_95": [12.0, 0.0],
        "money": [900.0, 400.0],
        "money_more": [500.0, 0.0],
        "money_more_low_95": [100.0, 0.0],
        "money_more_high_95": [800.0, 0.0],
        "money_share": [0.5, 0.2],
        "used": [True, False],
    }
)
WEEKS = pd.DataFrame(
    {
        "week": [1, 2, 3],
        "week_end": pd.to_datetime(["2024-01-07", "2024-01-14", "2024-01-21"]),
        "actual": [1, 2, 3],
        "expected": [1.5, 2.0, 2.5],
        "cumulative_actual": [1, 3, 6],
        "cumulative_expected": [1.5, 3.5, 6.0],
        "holdout": [False, False, True],
    }
)


def curves(*groups: str, days: int = 400) -> pd.DataFrame:
    at = np.arange(days)
    parts = [
        pd.DataFrame({"group": group, "days": at, "survival": 0.9 - at / 1000, "low_95": 0.85 - at / 1000, "high_95": 0.95 - at / 1000,
                      "at_risk": 500 - at - place, "events": 1})
        for place, group in enumerate(groups)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_the_map_has_a_colour_for_each_action_and_both_cuts() -> None:
    drawn = value.risk_bubbles(CELLS, currency="EUR")
    assert [trace["name"] for trace in drawn["data"]] == ["keep 40", "win back 10", "let go 50"]
    assert len({trace["marker"]["color"] for trace in drawn["data"]}) == 3
    sizes = [listed(trace["marker"]["size"])[0] for trace in drawn["data"]]
    assert sizes[2] > sizes[0] > sizes[1]
    assert len(drawn["layout"]["shapes"]) == 2
    assert "EUR" in drawn["layout"]["yaxis"]["title"]["text"]


def test_lists_are_drawn_in_customers_or_in_money() -> None:
    bar = (churn.list_columns(LISTS))["data"][0]
    assert (listed(bar["x"]), listed(bar["y"])) == ([24, 31], ["recency alone", "value at risk"])
    assert listed(bar["error_x"]["array"]) == [0, 5]
    money = churn.list_columns(LISTS, in_money=True, currency="EUR")
    assert listed(money["data"][0]["error_x"]["arrayminus"]) == [0, 400]
    assert listed(money["layout"]["yaxis"]["ticktext"]) == [
        "recency alone <b>EUR 400</b>",
        "value at risk <b>EUR 900</b>",
    ]


def test_tracking_marks_what_the_model_has_not_seen() -> None:
    drawn = value.tracking_lines(WEEKS)
    assert [listed(trace["y"]) for trace in drawn["data"]] == [[1, 3, 6], [1.5, 3.5, 6.0]]
    assert drawn["layout"]["shapes"][0]["x0"] == pd.Timestamp("2024-01-21")
    weekly = value.tracking_lines(WEEKS.assign(holdout=False), cumulative=False)
    assert listed(weekly["data"][0]["y"]) == [1, 2, 3]
    assert not weekly["layout"]["shapes"]


def test_holdout_ends_with_so_many_or_more() -> None:
    frame = pd.DataFrame({"repeats": [0, 1], "customers": [9, 3], "actual": [0.1, 1.0], "expected": [0.2, 0.9]})
    bars = (value.holdout_columns(frame))["data"]
    assert listed(bars[0]["x"]) == ["0", "1+"]
    assert [listed(bar["y"]) for bar in bars] == [[0.1, 1.0], [0.2, 0.9]]


def test_scores_calibration_importance_and_profit() -> None:
    scores = pd.DataFrame(
        {
            "score": ["churn model", "recency alone"],
            "roc_auc": [0.8, 0.7],
            "roc_auc_low_95": [0.75, 0.4],
            "roc_auc_high_95": [0.85, 0.75],
            "brier": 0.2,
            "used": [True, False],
        }
    )
    drawn = churn.auc_marks(scores)
    assert listed(drawn["data"][0]["x"]) == [0.7, 0.8]
    assert drawn["layout"]["xaxis"]["range"][0] < 0.4
    bins = pd.DataFrame(
        {
            "customers": [9, 9],
            "expected": [0.1, 0.4],
            "observed": [0.2, 0.3],
            "low_95": [0.1, 0.2],
            "high_95": [0.3, 0.5],
        }
    )
    assert listed((churn.calibration_marks(bins))["data"][1]["y"]) == [0.2, 0.3]
    features = pd.DataFrame({"feature": ["overdue", "known_days"], "importance": [0.1, -0.1], "low": 0.0, "high": 0.2})
    assert listed((churn.importance_bars(features))["data"][0]["y"]) == ["overdue"]
    profit = pd.DataFrame(
        {
            "customers": [0, 5, 9],
            "value_at_risk": [0, 50, 60],
            "profit": [0.0, 20.0, -3.0],
            "best": [False, True, False],
        }
    )
    drawn = churn.profit_curve(profit)
    assert listed(drawn["data"][1]["x"]) == [5]


def test_one_curve_has_its_band_and_of_many_the_largest_are_drawn() -> None:
    one = (survival.survival_curves(curves("all")))["data"]
    assert len(one) == 3
    assert one[1]["fill"] == "tonexty"
    many = (survival.survival_curves(curves(*"abcdefgh")))["data"]
    assert [trace["name"] for trace in many] == list("abcdef")
    assert len({trace["line"]["color"] for trace in many}) == 6
    assert all(len(trace["x"]) <= 150 for trace in many)
    thin = curves("all").assign(at_risk=np.linspace(500, 1, 400).astype(int))
    assert max(listed((survival.survival_curves(thin))["data"][2]["x"])) < 399  # the end rests on too few


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (value.risk_bubbles, CELLS),
        (value.tracking_lines, WEEKS),
        (value.holdout_columns, pd.DataFrame({"repeats": [], "customers": []})),
        (churn.list_columns, LISTS),
        (churn.auc_marks, pd.DataFrame({"roc_auc": []})),
        (churn.calibration_marks, pd.DataFrame({"expected": []})),
        (churn.importance_bars, pd.DataFrame({"feature": pd.Series(dtype=str), "importance": pd.Series(dtype=float)})),
        (churn.profit_curve, pd.DataFrame({"profit": []})),
        (survival.survival_curves, curves("all")),
    ],
)
def test_an_empty_frame_is_an_empty_figure(draw, frame: pd.DataFrame) -> None:
    assert not (draw(frame.iloc[:0])).data
