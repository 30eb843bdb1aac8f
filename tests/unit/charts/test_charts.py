"""Every chart: the frame's numbers unchanged, only the theme's colours, small, calm when there is little to draw."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from crm_analytics.charts import base, interpurchase, pareto, retention, rfm, sales, segments, theme
from crm_analytics.errors import BadValue

from . import frames

CHARTS = {
    "sales_columns": (sales.sales_columns, frames.sales),
    "sales_compared": (lambda frame: sales.sales_columns(frame, frames.sales(9, 2010), currency="EUR"), frames.sales),
    "retention_heatmap": (retention.retention_heatmap, frames.retention),
    "repurchase_curve": (retention.repurchase_curve, frames.repurchase),
    "interpurchase_columns": (lambda frame: interpurchase.interpurchase_columns(frame, 182), frames.interpurchase),
    "status_bar": (base.status_bar, frames.statuses),
    "rfm_treemap": (rfm.rfm_treemap, frames.rfm),
    "rfm_grid": (rfm.rfm_grid, frames.rfm_grid),
    "rfm_migration_heatmap": (rfm.rfm_migration_heatmap, frames.migration),
    "rfm_migration_flow": (rfm.rfm_migration_flow, frames.migration),
    "segment_flow": (lambda frame: segments.segment_flow(frame, "My own segment", "Loyal"), frames.migration),
    "pareto_curve": (lambda frame: pareto.pareto_curve(frame, 0.746, 0.261), frames.pareto),
    "abc_columns": (pareto.abc_columns, frames.abc),
}
HEX = {colour for name, colour in vars(theme).items() if name.isupper() and isinstance(colour, str)} | {
    *theme.SEGMENTS.values(), *theme.STATUSES.values(), *theme.CLASSES.values(),
}  # fmt: skip
each_chart = pytest.mark.parametrize(("draw", "frame"), CHARTS.values(), ids=CHARTS.keys())


def spec(figure: go.Figure) -> dict:
    """What is sent, less the template (it belongs to the surroundings, not to the chart)."""
    sent = json.loads(figure.to_json())
    sent["layout"].pop("template", None)
    return sent


@each_chart
def test_full(draw, frame):
    figure = draw(frame())
    assert figure.data
    assert len(json.dumps(spec(figure))) < 50_000
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == theme.NOTHING
    assert figure.layout.height >= 70


@each_chart
def test_empty_frame_gives_empty_figure(draw, frame):
    figure = draw(frame().iloc[:0])
    assert not figure.data
    assert figure.layout.xaxis.visible is False


@each_chart
def test_one_row(draw, frame):
    assert isinstance(draw(frame().iloc[:1]), go.Figure)


@each_chart
def test_the_frame_is_not_changed(draw, frame):
    given = frame()
    draw(given)
    pd.testing.assert_frame_equal(given, frame())


@each_chart
def test_colours_come_from_the_theme(draw, frame):
    text = json.dumps(spec(draw(frame())))
    used = {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", text)}
    assert used <= {colour.upper() for colour in HEX}
    mixed = {theme.NOTHING, theme.FAINT, theme.GHOST, theme.ACCENT_FAINT}
    mixed |= {theme.translucent(colour, 0.4) for colour in (*theme.SEGMENTS.values(), theme.GREY)}
    assert set(re.findall(r"rgba\([^)]*\)", text)) <= mixed


@each_chart
def test_axes_do_not_zoom_and_numbers_carry_units(draw, frame):
    figure = draw(frame())
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    told = [trace.link if trace.type == "sankey" else trace for trace in figure.data if trace.hoverinfo != "skip"]
    assert told
    assert all(each.hovertemplate.endswith("<extra></extra>") for each in told)


@pytest.mark.parametrize("measure", sales.MEASURES)
def test_sales_columns_draw_the_measure(measure):
    frame = frames.sales()
    columns = sales.sales_columns(frame, measure=measure).data[0]
    np.testing.assert_array_equal(columns.y, frame[measure])
    assert list(columns.x) == list(frame["period_start"])
    assert columns.marker.opacity[-1] == 0.4
    assert "not complete" in columns.customdata[-1][1]
    assert set(columns.marker.opacity[:-1]) == {1.0}


def test_sales_columns_refuse_an_unknown_measure():
    with pytest.raises(BadValue, match="average_order_value"):
        sales.sales_columns(frames.sales(), measure="margin")


def test_a_year_earlier_is_aligned_from_the_end():
    frame, before = frames.sales(6), frames.sales(4, 2010)
    earlier = sales.sales_columns(frame, before).data[1]
    assert list(earlier.x) == list(frame["period_start"][2:])
    np.testing.assert_array_equal(earlier.y, before["revenue"])
    assert earlier.customdata[0] == "Jan 2010"
    assert len(sales.sales_columns(frame, before.iloc[:0]).data) == 1


def test_retention_cells_hold_the_shares_and_stay_blank_where_not_observed():
    frame = frames.retention()
    cells = retention.retention_heatmap(frame).data[0]
    grid = frame[frame["age"] > 0].pivot(index="cohort", columns="age", values="share").iloc[:5, :5]
    drawn = cells.customdata[:, :, 0]
    full = [at for at in range(5) if at != 2]
    np.testing.assert_array_equal(drawn[full], grid.to_numpy(dtype=float)[full])
    assert cells.text[0][0] == "33%"
    assert cells.text[4][4] == ""
    assert cells.z[4][4] is None
    assert cells.y[0] == "Jan 2010 · 100"
    assert list(cells.x) == [1, 2, 3, 4, 5]


def test_cohorts_under_thirty_are_grey_and_say_so():
    figure = retention.retention_heatmap(frames.retention())
    shaded, grey, labels = figure.data
    assert all(each is None for each in shaded.z[2])
    assert set(grey.y) == {"Mar 2010 · 20"}
    assert "fewer than 30" in grey.hovertemplate
    np.testing.assert_array_equal(labels.text, grey.customdata[:, 1])


def test_sixty_cohorts_have_no_text_and_stay_small():
    frame = frames.retention(61)
    figure = retention.retention_heatmap(frame)
    cells = figure.data[0]
    assert cells.texttemplate is None
    assert len(cells.x) == len(cells.y) == 60
    assert len(json.dumps(spec(figure))) < 50_000
    np.testing.assert_allclose(
        cells.customdata[0], frame[frame["age"].between(1, 60)]["share"].head(60).astype(float), rtol=1e-6
    )


def test_repurchase_curve_marks_the_quoted_days():
    frame = frames.repurchase()
    figure = retention.repurchase_curve(frame)
    np.testing.assert_array_equal(figure.data[0].y, frame["share"])
    marks = figure.data[-1]
    assert list(marks.x) == [30, 90, 180, 365]
    np.testing.assert_array_equal(marks.y, frame.set_index("days")["share"][[30, 90, 180, 365]])
    assert list(retention.repurchase_curve(frame.head(100)).data[-1].x) == [30, 90]


def test_interpurchase_columns_fade_beyond_the_window():
    frame = frames.interpurchase()
    figure = interpurchase.interpurchase_columns(frame, 140)
    np.testing.assert_array_equal(figure.data[0].y, frame["weighted_share"])
    np.testing.assert_array_equal(np.array(figure.data[0].marker.opacity) == 0.4, frame["days_from"] >= 140)
    assert figure.layout.shapes[0].x0 == 140
    assert not interpurchase.interpurchase_columns(frame, None).layout.shapes


def test_an_open_last_bin_is_drawn():
    frame = frames.interpurchase(3).astype({"days_to": float})
    frame.loc[2, "days_to"] = np.nan
    columns = interpurchase.interpurchase_columns(frame, None).data[0]
    assert columns.width[2] == columns.width[1]
    assert columns.customdata[2][0] == "29 days and more"


def test_status_parts_add_up_and_a_tiny_one_is_in_the_legend():
    frame = frames.statuses()
    figure = base.status_bar(frame)
    assert [trace.x[0] for trace in figure.data] == list(frame["share"])
    assert [trace.customdata[0][0] for trace in figure.data] == list(frame["status"])
    assert [trace.customdata[0][2] for trace in figure.data] == list(frame["share"])
    assert all("%{x" not in trace.hovertemplate for trace in figure.data)
    assert [trace.showlegend for trace in figure.data] == [False, False, True, False]
    assert figure.data[2].text == ""


def test_treemap_has_one_explicit_root_and_segments_as_ids():
    frame = frames.rfm()
    tree = rfm.rfm_treemap(frame).data[0]
    assert list(tree.parents).count("") == 1
    assert list(tree.ids[1:]) == list(frame["segment"])
    assert list(tree.values[1:]) == list(frame["customers"])
    assert tree.values[0] == frame["customers"].sum()
    assert list(tree.marker.colors[1:]) == [theme.SEGMENTS[name] for name in frame["segment"]]


def test_grid_cells_give_segment_and_scores_to_a_click():
    frame = frames.rfm_grid()
    cells = rfm.rfm_grid(frame).data[0]
    assert cells.type == "bar"
    assert [list(each) for each in cells.customdata] == frame[
        ["segment", "r_score", "fm_score", "customers"]
    ].values.tolist()
    np.testing.assert_allclose(np.array(cells.base, dtype=float) + np.array(cells.y) / 2, frame["r_score"])


def test_migration_holds_every_pair_once():
    frame = frames.migration()
    moved, stayed = rfm.rfm_migration_heatmap(frame).data
    facts = {(was, now): count for count, _, _, was, now in moved.customdata.reshape(-1, 5) if not np.isnan(count)}
    assert facts == {(row.from_segment, row.to_segment): row.customers for row in frame.itertuples()}
    assert list(stayed.text) == ["50"] * 4
    assert all(moved.z[at][at] is None for at in range(4))
    flow = rfm.rfm_migration_flow(frame).data[0]
    pairs = [
        (flow.node.label[at], flow.node.label[to]) for at, to in zip(flow.link.source, flow.link.target, strict=True)
    ]
    assert dict(zip(pairs, flow.link.value, strict=True)) == facts


def test_pareto_marks_lie_where_they_say():
    frame = frames.pareto()
    curve, equality, marks = pareto.pareto_curve(frame, 0.746, 0.261).data
    np.testing.assert_array_equal(curve.y, frame["revenue_share"])
    assert list(equality.x) == list(equality.y) == [0, 1]
    assert list(zip(marks.x, marks.y, strict=True)) == [(0.2, 0.746), (0.261, 0.8)]
    assert len(pareto.pareto_curve(frame, None, float("nan")).data) == 2


def test_abc_pairs_share_of_revenue_with_share_of_customers():
    revenue, customers = pareto.abc_columns(frames.abc()).data
    assert customers.marker.opacity is None  # grey that is let through has a contrast below 3 on either card
    assert list(revenue.y) == [0.8, 0.15, 0.05]
    assert list(customers.y) == [0.26, 0.34, 0.4]
    assert [each[0] for each in customers.customdata] == list("ABC")
