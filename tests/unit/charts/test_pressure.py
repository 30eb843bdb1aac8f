"""Pictures of contacts, of campaigns without a control group, and of uplift: what is drawn is what the frame holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts import observational, pressure, uplift

DOSES = pd.DataFrame(
    {
        "contacts": [1, 2], "sent": [500, 200], "response_rate": [0.1, 0.08], "adjusted_rate": [0.1, 0.06],
        "adjusted_low_95": [0.08, 0.03], "adjusted_high_95": [0.12, 0.09], "opt_out_rate": [0.001, 0.01],
        "opt_out_low_95": [0.0, 0.004], "opt_out_high_95": [0.004, 0.03],
    }
)  # fmt: skip
TENTHS = pd.DataFrame(
    {
        "decile": range(1, 11), "treated_customers": 100, "control_customers": 100, "uplift": np.linspace(0.1, 0, 10),
        "low_95": np.linspace(0.05, -0.05, 10), "high_95": np.linspace(0.15, 0.05, 10), "qini": np.arange(1, 11) * 2.0,
        "qini_low_95": np.arange(1, 11) * 1.0, "qini_high_95": np.arange(1, 11) * 3.0, "random_qini": np.arange(1, 11) * 1.5,
        "advised": pd.array([True] * 3 + [False] * 7, dtype="boolean"),
    }
)  # fmt: skip
FOUND = pd.DataFrame(
    {
        "outcome": ["converted"], "difference": [0.02], "low_95": [0.01], "high_95": [0.03],
        "placebo_difference": [0.0], "placebo_low_95": [-0.01], "placebo_high_95": [0.01],
    }
)  # fmt: skip
BALANCE = pd.DataFrame({"feature": ["spent_year", "contacts"], "before": [0.6, 0.1], "after": [0.02, 0.0]})


def test_responses_and_opt_outs_share_an_axis() -> None:
    figure = pressure.pressure_curve(DOSES, cap=1)
    inside, everyone, opted = figure.data
    assert list(inside.y) == [0.1, 0.06]
    assert list(everyone.y) == [0.1, 0.08]
    assert list(opted.y) == [0.001, 0.01]
    assert figure.layout.shapes[0].x0 == 1.5


def test_hours_are_cells_and_days_alone_are_bars() -> None:
    frame = pd.DataFrame(
        {"weekday": [1, 3], "hour": pd.array([9, 10], dtype="Int64"), "contacts": [10, 20], "response_rate": [0.1, 0.2]}
    )
    frame = frame.assign(low_95=0.0, high_95=0.5)
    (cells,) = pressure.contact_hours(frame).data
    assert np.shape(cells.z) == (7, 2)
    assert cells.text[2][1] == "20%"
    (bars,) = pressure.contact_hours(frame.assign(hour=pd.array([None, None], dtype="Int64"))).data
    assert list(bars.x) == ["Mon", "Wed"]


def test_every_rule_has_its_bars() -> None:
    frame = pd.DataFrame({"model": ["linear", "linear", "last touch", "last touch"], "channel": ["a", "b"] * 2})
    frame = frame.assign(conversions=1.0, revenue=2.0, share=[0.6, 0.4, 0.5, 0.5])
    figure = pressure.credit_bars(frame)
    assert [trace.name for trace in figure.data] == ["linear", "last touch"]
    assert list(figure.data[0].y) == [0.6, 0.4]


def test_the_placebo_stands_below_the_effect() -> None:
    figure = observational.effect_and_placebo(FOUND, "converted")
    assert [trace.y[0] for trace in figure.data] == ["before it (placebo)", "after the contact"]
    assert figure.data[1].x[0] == 0.02
    alone = observational.effect_and_placebo(FOUND.assign(placebo_difference=np.nan), "converted")
    assert len(alone.data) == 1


def test_balance_has_both_states_of_every_feature() -> None:
    before, after = observational.balance_plot(BALANCE).data
    assert list(before.y) == ["contacts", "spent year"]
    assert list(before.x) == [0.1, 0.6]
    assert list(after.x) == [0.0, 0.02]


def test_the_curve_begins_with_nobody_and_the_advised_stand_out() -> None:
    curve = uplift.qini_curve(TENTHS).data[0]
    assert (curve.x[0], curve.y[0], curve.y[-1]) == (0.0, 0.0, 20.0)
    colours = uplift.uplift_bars(TENTHS).data[0].marker.color
    assert len(set(colours[:3])) == 1
    assert colours[0] != colours[-1]
    unknown = TENTHS.assign(advised=pd.array([None] * 10, dtype="boolean"))
    assert isinstance(uplift.uplift_bars(unknown).data[0].marker.color, str)


@pytest.mark.parametrize(
    "figure",
    [
        pressure.pressure_curve(DOSES.iloc[:0]),
        pressure.contact_hours(pd.DataFrame()),
        pressure.credit_bars(pd.DataFrame()),
        observational.effect_and_placebo(FOUND, "revenue"),
        observational.balance_plot(BALANCE.iloc[:0]),
        uplift.qini_curve(TENTHS.iloc[:0]),
        uplift.uplift_bars(TENTHS.iloc[:0]),
    ],
)
def test_nothing_is_drawn_of_nothing(figure) -> None:
    assert not figure.data
