"""The pyramid, profit and offers as drawn: the frame's numbers, the theme's colours, calm when there is little."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts import offers, profitability, pyramid, theme

MOVES = ("stayed", "moved_up", "moved_down", "entered", "left")


def tiers() -> pd.DataFrame:
    frame = pd.DataFrame({"tier": ["top", "large", "inactive"], "customers": [1, 4, 9], "revenue": [900.0, 300.0, 0.0]})
    frame["customer_share"] = frame["customers"] / 14
    frame["revenue_share"] = [0.75, 0.25, np.nan]
    for place, move in enumerate(MOVES):
        frame[move] = [place, 1, 2]
        frame[f"{move}_change"] = [10.0 * (place - 2), 5.0, np.nan]
    return frame


def curve() -> pd.DataFrame:
    profit = np.array([0.0, 50, 90, 100, 80])
    return pd.DataFrame(
        {"customer_share": np.arange(5) / 4, "profit_share": profit / 80, "customers": np.arange(5), "profit": profit}
    )


def matrix() -> pd.DataFrame:
    rows = [(name, line) for name in ("top", "small") for line in ("Tea <b>", "Pots")]
    frame = pd.DataFrame(rows, columns=["customer_class", "product_line"])
    gaps = {"cross_sell_gap": [np.nan, np.nan, 30.0, -2.0], "penetration": [1.0, 0.5, 0.4, 0.6]}
    return frame.assign(customers=[2, 1, 4, 6], revenue=5.0, index=100.0, **gaps)


def tried() -> pd.DataFrame:
    rows = [(method, ranked) for ranked in ("margin", "chance") for method in ("similar products", "best-sellers")]
    frame = pd.DataFrame(rows, columns=["method", "ranked_by"])
    return frame.assign(
        customers=50, hit_rate=[0.4, 0.2, 0.5, 0.3], low_95=0.1, high_95=0.6, map_at_10=0.05, money_per_customer=2.0
    )


CHARTS = {
    "tiers": (pyramid.pyramid_tiers, tiers),
    "changes": (pyramid.pyramid_changes, tiers),
    "whale": (profitability.whale_curve, curve),
    "matrix": (profitability.profitability_matrix, matrix),
    "offers": (offers.offers_columns, tried),
}


@pytest.mark.parametrize(("draw", "frame"), CHARTS.values(), ids=CHARTS.keys())
def test_full_and_empty(draw, frame) -> None:
    given = frame()
    figure = draw(given)
    assert figure.data
    assert figure.layout.paper_bgcolor == theme.NOTHING
    pd.testing.assert_frame_equal(given, frame())
    assert not draw(frame().iloc[:0]).data


def test_pyramid_bars_are_the_shares() -> None:
    left, right = pyramid.pyramid_tiers(tiers(), currency="EUR").data
    assert (-np.array(left.x)).tolist() == tiers()["customer_share"].tolist()
    assert list(right.x) == [0.75, 0.25, 0]
    assert right.text[0] == "EUR 900 · 75.0%"


def test_changes_are_summed_over_the_tiers_that_know_them() -> None:
    figure = pyramid.pyramid_changes(tiers())
    assert list(figure.data[0].x) == [-15.0, -5.0, 5.0, 15.0, 25.0]
    assert figure.layout.annotations[0].text == "stayed in their tier: 1, <b>−15</b>"
    assert not pyramid.pyramid_changes(tiers().assign(stayed_change=np.nan)).data


def test_whale_marks_its_peak() -> None:
    figure = profitability.whale_curve(curve())
    assert (figure.data[2].x[0], figure.data[2].y[0]) == (0.75, 100)
    assert "125.0%" in figure.layout.annotations[0].text


def test_matrix_outlines_the_best_next_line_and_shows_names_as_they_are() -> None:
    figure = profitability.profitability_matrix(matrix())
    assert [(shape.x0, shape.y0) for shape in figure.layout.shapes] == [(0.52, -0.46)]
    assert figure.layout.yaxis.ticktext[0] == "Tea ‹b›"
    assert figure.data[0].text[1].tolist() == ["50%", "60%"]


def test_offers_stand_beside_their_rival() -> None:
    figure = offers.offers_columns(tried())
    assert [bar.name for bar in figure.data] == ["similar products", "best-sellers"]
    assert list(figure.data[0].y) == [0.4, 0.5]
    assert figure.data[0].error_y.array.tolist() == pytest.approx([0.2, 0.1])
