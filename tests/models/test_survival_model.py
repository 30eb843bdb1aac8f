"""The log-rank test: published figures, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import survdiff

from crm_analytics.metrics.sales.retention import kaplan_meier
from crm_analytics.models.survival import log_rank
from tests.metrics.conftest import data


def counted(time: np.ndarray, gone: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = np.arange(int(time.max()) + 1)
    groups = np.unique(group)
    events = [[(gone & (group == each) & (time == day)).sum() for day in at] for each in groups]
    return np.array(events), np.array([[((group == each) & (time >= day)).sum() for day in at] for each in groups])


def test_telco_as_published() -> None:
    frame = pd.read_csv(data("telco_churn/Telco-Customer-Churn.csv"))
    events, at_risk = counted(
        frame["tenure"].to_numpy(), (frame["Churn"] == "Yes").to_numpy(), frame["Contract"].to_numpy()
    )
    found = log_rank(events, at_risk)
    assert (round(found.chi_square, 2), found.degrees) == (2352.87, 2)
    published = (
        {12: 0.7031, 36: 0.4911, 72: 0.1290},
        {12: 0.9908, 36: 0.9593, 72: 0.5681},
        {36: 0.9987, 60: 0.9862, 72: 0.9357},
    )
    for row, curve in enumerate(published):
        gone, _, _ = kaplan_meier(events[row], at_risk[row])
        assert {month: round(1 - gone[month], 4) for month in curve} == curve


def test_against_another_implementation() -> None:
    draw = np.random.default_rng(4)
    time, gone, group = draw.integers(1, 30, 300), draw.random(300) < 0.6, draw.integers(0, 4, 300)
    found = log_rank(*counted(time, gone, group))
    theirs = survdiff(time, gone.astype(int), group)
    assert (found.chi_square, found.p_value) == pytest.approx(theirs, rel=1e-9)


def test_nothing_to_compare() -> None:
    assert log_rank(np.array([[1, 2]]), np.array([[5, 4]])) is None
    assert log_rank(np.zeros((2, 3)), np.full((2, 3), 9)) is None
    assert log_rank(np.array([[1, 0], [0, 0]]), np.array([[3, 2], [0, 0]])) is None  # the second group is empty
