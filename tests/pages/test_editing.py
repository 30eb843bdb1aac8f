"""Parameters and the RFM rule edited on their pages; the rest of Pareto and Segments opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.ui import grid, session
from tests.pages.conftest import orders_csv, said

Open = Callable[..., AppTest]
TOO_LITTLE = "customer,date,amount\nA,2025-01-03,10\nA,2025-02-03,10\nB,2025-01-09,5\n"
OPENED = {
    "pages/pareto.py": ("more_movers", "more_profit", "more_offers"),
    "pages/segments.py": ("more_segments", "more_habits", "edit_rule"),
}


@pytest.mark.parametrize("page", OPENED)
@pytest.mark.parametrize("text", [orders_csv(), TOO_LITTLE], ids=["a company", "three orders"])
def test_everything_opened_is_calm(open_app: Open, page: str, text: str) -> None:
    app = open_app(text, **dict.fromkeys(OPENED[page], "true"), page=page)
    assert not app.exception
    assert not app.error
    words = said(app)
    if page == "pages/pareto.py":
        assert "No cost of goods is known" in words
        assert "There is nothing to learn offers from yet" in words
    else:
        assert "No order names a channel" in words
        assert "No invoice is loaded" in words


def test_a_scheme_is_previewed_saved_and_taken_back(open_app: Open) -> None:
    app = open_app(orders_csv(), edit_rule="true", page="pages/segments.py")
    assert app.button(key="grid_save").disabled
    warehouse = session.warehouse()
    warehouse.set_preferences("the test", rfm_look_back_months=6)
    app.selectbox(key="grid_scheme").select("PyMC-Marketing").run()
    assert "buyers would move to another segment" in said(app)
    assert any("count the last 6 months" in each.value for each in app.expander(key="edit_rule").caption)
    labels = grid._thresholds(warehouse, warehouse.audience()).index
    assert labels[1:].tolist() == [
        "purchase days of the last 6 months at least",
        "net revenue of the last 6 months at least",
    ]
    app.button(key="grid_save").click().run()
    assert not app.exception
    assert "Premium" in session.warehouse().preferences.segment_names
    app.selectbox(key="grid_scheme").select("The grid in force").run()
    app.button(key="grid_reset").click().run()
    assert "Champions" in session.warehouse().preferences.segment_names


def test_parameters_are_saved(open_app: Open) -> None:
    app = open_app(orders_csv(), more_parameters="true", page="pages/data.py")
    app.number_input(key="set_loyal").set_value(5)
    app.number_input(key="set_window").set_value(90)
    app.number_input(key="set_look_back").set_value(6)
    next(button for button in app.button if button.label == "Save the parameters").click().run()
    assert not app.exception
    assert (
        session.warehouse().preferences.loyal_purchase_days,
        session.warehouse().preferences.activity_window_days,
        session.warehouse().preferences.rfm_look_back_months,
    ) == (5, 90, 6)
    assert "set by hand" in said(app)
