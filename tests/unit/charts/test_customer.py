"""One customer, channels and payment as drawn."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.charts import channels, customer, theme


def events() -> pd.DataFrame:
    rows = [
        ("2024-03-01", "purchase", "web", 50.0),
        ("2024-02-01", "return", None, -5.0),
        ("2024-01-01", "contact", "<b>K1", np.nan),
    ]
    frame = pd.DataFrame(rows, columns=["happened_on", "kind", "what", "amount"])
    return frame.assign(happened_on=pd.to_datetime(frame["happened_on"]), reference=None)


def rhythm() -> pd.DataFrame:
    days = pd.to_datetime(["2024-01-01", "2024-01-11", "2024-02-10"])
    return pd.DataFrame({"ordered_on": days, "gap_days": pd.array([None, 10, 30], "Int64"), "amount": [5.0, 7.0, 9.0]})


def by_channel() -> pd.DataFrame:
    return pd.DataFrame({"channel": ["web", "shop"], "loyalty_share": [0.9, np.nan], "same_next_share": [0.8, 0.4]})


def paid() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["A", "B"],
            "invoices": [9, 40],
            "on_time_share": [0.5, 0.8],
            "low_95": [0.2, 0.7],
            "high_95": [0.7, 0.9],
        }
    )


CHARTS = {
    "lanes": (customer.timeline_lanes, events),
    "stems": (customer.rhythm_stems, rhythm),
    "channels": (channels.channels_bars, by_channel),
    "payment": (channels.payment_dots, paid),
}


@pytest.mark.parametrize(("draw", "frame"), CHARTS.values(), ids=CHARTS.keys())
def test_full_and_empty(draw, frame) -> None:
    given = frame()
    figure = draw(given)
    assert figure.data
    assert figure.layout.plot_bgcolor == theme.NOTHING
    pd.testing.assert_frame_equal(given, frame())
    assert not draw(frame().iloc[:0]).data


def test_lanes_hold_their_events_and_the_expected_purchase() -> None:
    figure = customer.timeline_lanes(events(), date(2024, 4, 1), currency="EUR")
    assert [trace.name for trace in figure.data] == ["purchases", "returns", "contacts", None]
    assert figure.data[0].customdata[0][2] == "<br>EUR 50"
    assert figure.data[2].customdata[0][1] == "<br>‹b›K1"
    assert figure.data[3].x[0] == pd.Timestamp("2024-04-01")
    assert list(figure.layout.yaxis.categoryarray) == ["contacts", "returns", "purchases"]


def test_stems_say_the_median_gap() -> None:
    figure = customer.rhythm_stems(rhythm())
    assert figure.layout.annotations[0].text == "median gap <b>20 days</b>"
    assert figure.data[0].customdata[0] == "first purchase"


def test_payment_is_ordered_by_invoices_with_its_interval() -> None:
    figure = channels.payment_dots(paid())
    assert list(figure.data[0].y) == ["B", "A"]
    assert figure.data[0].error_x.array.tolist() == pytest.approx([0.1, 0.2])
