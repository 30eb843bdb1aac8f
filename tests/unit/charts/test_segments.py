"""Charts of segments, explored cells and clusters: what is drawn is what the frame says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts.clusters import cluster_bars
from crm_analytics.charts.explore import explored
from crm_analytics.charts.segments import MOST_INDEX, overlap_heatmap, profile_indices, segment_history_lines


def test_profile_bars_begin_at_100_and_end_at_the_index() -> None:
    frame = pd.DataFrame(
        {
            "field": ["country", "status"], "value": ["Spain", "lapsed"], "share": [0.5, 0.1], "base_share": [0.05, 0.4],
            "customers": [50, 10], "index": [1000.0, 25.0],
        }
    )  # fmt: skip
    bars = profile_indices(frame).data[0]
    assert list(bars.text) == ["25", "1000"]
    assert [bars.base + length for length in bars.x] == [25.0, MOST_INDEX]
    assert not profile_indices(frame.head(0)).data


def test_history_has_the_size_and_who_came_and_went() -> None:
    dates = pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"])
    frame = pd.DataFrame({"date": dates, "customers": [5, 7, 6], "entered": [5, 3, 1], "left": [0, 1, 2]})
    size, came, went = segment_history_lines(frame).data
    assert (list(size.y), list(came.y), list(went.y)) == ([5, 7, 6], [3, 1], [-1, -2])
    assert not segment_history_lines(frame.head(1)).data


def test_overlap_leaves_the_diagonal_free() -> None:
    pairs = [("a", "a", 10, 1.0), ("a", "b", 4, 0.4), ("b", "a", 4, 0.8), ("b", "b", 5, 1.0)]
    frame = pd.DataFrame(pairs, columns=["segment", "other", "customers", "share_of_segment"])
    cells = overlap_heatmap(frame).data[0]
    assert [list(row) for row in cells.text] == [["", "40%"], ["80%", ""]]
    assert not overlap_heatmap(frame.head(1)).data


@pytest.mark.parametrize(
    ("columns", "period", "kind"),
    [(["all"], None, "bar"), (["x", "y"], None, "heatmap"), (["all"], "2024-01-01", "scatter")],
)
def test_explored_is_bars_cells_or_lines(columns: list[str], period: str | None, kind: str) -> None:
    rows = [(row, column, period, 10.0 * place, 40) for place, row in enumerate("ab", 1) for column in columns]
    frame = pd.DataFrame(rows, columns=["row", "column", "period_start", "value", "customers"])
    frame["period_start"] = pd.to_datetime(frame["period_start"])
    figure = explored(frame, "revenue", "EUR")
    assert {trace.type for trace in figure.data} == {kind}
    drawn = (
        figure.data[0].x if kind == "bar" else np.ravel(figure.data[0].z if kind == "heatmap" else figure.data[-1].y)
    )
    assert len(drawn) >= 1
    assert not explored(frame.assign(value=np.nan), "revenue").data


@pytest.mark.parametrize(
    ("values", "ends"),
    [([10, 20], (0, 28)), ([0, 0], (0, 0.4)), ([-20, -180], (-252, 0)), ([-20, 80], (-60, 120))],
)
def test_explored_bars_begin_at_zero_and_have_room_for_their_text(
    values: list[float], ends: tuple[float, float]
) -> None:
    frame = pd.DataFrame({"row": list("ab"), "column": "all", "period_start": pd.NaT, "value": values, "customers": 40})
    assert explored(frame, "revenue", "EUR").layout.xaxis.range == pytest.approx(ends)


def test_clusters_show_customers_beside_revenue() -> None:
    frame = pd.DataFrame(
        {
            "cluster": [1, 2], "name": ["Many purchases, large orders, bought lately", "Few"], "customers": [10, 30],
            "customer_share": [0.25, 0.75], "revenue_share": [0.8, 0.2],
        }
    )  # fmt: skip
    revenue, customers = cluster_bars(frame).data
    assert (list(revenue.x), list(customers.x)) == ([0.2, 0.8], [0.75, 0.25])
    assert not cluster_bars(frame.head(0)).data
