"""The waterfall: it ends where it should, says direction by sign and arrow, and is calm without effects."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts import theme
from crm_analytics.charts.tree import sales_tree_waterfall

from .test_charts import HEX, spec


def tree(effects: tuple[float, ...] = (90.0, -20.0, 40.0, 12.5, -2.5), before: float = 1000.0) -> pd.DataFrame:
    levers = ["customers", "purchases per customer", "value per order", "returns", "guests"]
    return pd.DataFrame(
        {
            "lever": levers,
            "unit": ["customers", "orders per customer", "money per order", "money", "money"],
            "before": [40.0, 2.0, 12.5, -20.0, 10.0],
            "after": [44.0, 1.9, 13.0, -7.5, 7.5],
            "effect": effects,
            "effect_share": np.array(effects) / 120,
            "revenue_before": before,
            "revenue_after": before + sum(effects),
            "period_start": pd.Timestamp(2024, 2, 1),
            "period_end": pd.Timestamp(2024, 2, 29),
            "period_start_before": pd.Timestamp(2024, 1, 3),
            "period_end_before": pd.Timestamp(2024, 1, 31),
        }
    )


def words(figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def test_bars_lead_from_the_earlier_to_the_later_revenue() -> None:
    bars, revenues = sales_tree_waterfall(tree()).data
    np.testing.assert_array_equal(bars.base, [1000.0, 1090.0, 1070.0, 1110.0, 1122.5])
    np.testing.assert_array_equal(bars.x, tree()["effect"])
    assert list(revenues.x) == [1000.0, 1120.0]
    assert bars.base[-1] + bars.x[-1] == revenues.x[1]
    assert list(revenues.y) == [0, 6]
    assert list(bars.y) == [1, 2, 3, 4, 5]


def test_direction_is_said_by_arrow_sign_and_colour() -> None:
    figure = sales_tree_waterfall(tree(), "EUR")
    assert words(figure) == [
        "3 Jan 2024 – 31 Jan 2024 <b>EUR 1.00k</b>",
        "customers <b>▲ +EUR 90</b>",
        "purchases per customer <b>▼ −EUR 20</b>",
        "value per order <b>▲ +EUR 40</b>",
        "returns <b>▲ +EUR 12.50</b>",
        "guests <b>▼ −EUR 2.50</b>",
        "1 Feb 2024 – 29 Feb 2024 <b>EUR 1.12k</b>",
    ]
    assert list(figure.data[0].marker.color) == [theme.BETTER, theme.WORSE, theme.BETTER, theme.BETTER, theme.WORSE]
    assert figure.layout.xaxis.tickprefix == "EUR "


@pytest.mark.parametrize("effects", [(90.0, -20.0, 40.0, 12.5, -2.5), (-90.0, -20.0, -40.0, -1.0, 0.5), (0.0,) * 5])
def test_everything_lies_within_the_axis_and_below_the_first_words(effects: tuple[float, ...]) -> None:
    figure = sales_tree_waterfall(tree(effects))
    bars, revenues = figure.data
    low, high = figure.layout.xaxis.range
    reached = [*bars.base, *(np.array(bars.base) + np.array(bars.x)), *revenues.x]
    assert low < min(reached)
    assert max(reached) < high
    bottom, top = figure.layout.yaxis.range
    assert top < 0 < max(revenues.y) < bottom


def test_no_tick_runs_through_the_words_of_the_next_row() -> None:
    figure = sales_tree_waterfall(tree())
    below = [annotation.y for annotation in figure.layout.annotations][1:]
    lengths = [next_words - shape.y1 for shape, next_words in zip(figure.layout.shapes, below, strict=True)]
    height = figure.layout.height - 40
    row = height / (len(below) + 1)
    assert all(length * row > theme.TEXT_SIZE + 1 for length in lengths)


def test_returns_and_guests_that_changed_nothing_are_left_out() -> None:
    figure = sales_tree_waterfall(tree((90.0, 0.0, 40.0, 0.0, 0.0)))
    assert [text.split(" <b>")[0] for text in words(figure)[1:-1]] == [
        "customers",
        "purchases per customer",
        "value per order",
    ]
    assert "purchases per customer <b>0</b>" in words(figure)


def test_without_effects_the_figure_is_empty() -> None:
    for frame in (tree().iloc[:0], tree().assign(effect=np.nan)):
        figure = sales_tree_waterfall(frame)
        assert not figure.data
        assert figure.layout.xaxis.visible is False


def test_it_is_small_keeps_to_the_theme_and_leaves_the_frame_alone() -> None:
    given = tree()
    text = json.dumps(spec(sales_tree_waterfall(given)))
    pd.testing.assert_frame_equal(given, tree())
    assert len(text) < 50_000
    assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", text)) <= HEX
    assert set(re.findall(r"rgba\([^)]*\)", text)) <= {theme.NOTHING}


def test_hovering_tells_the_lever_its_values_and_units() -> None:
    bars, revenues = sales_tree_waterfall(tree(), "EUR").data
    assert list(bars.customdata[0]) == ["customers", 40.0, 44.0, "customers", "EUR 90"]
    assert list(revenues.customdata) == ["3 Jan 2024 – 31 Jan 2024", "1 Feb 2024 – 29 Feb 2024"]
    assert all(trace.hovertemplate.endswith("<extra></extra>") for trace in (bars, revenues))
