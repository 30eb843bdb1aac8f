"""The customer sheet by AppTest: found, shown, empty, and nothing personal in the address."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from crm_analytics.ui import session
from tests.pages.conftest import orders_csv, said

Open = Callable[..., AppTest]


def sheet_of(app: AppTest, text: str) -> AppTest:
    app.text_input(key="customer_text").set_value(text)
    return app.run()


def test_a_customer_is_found_and_shown(open_app: Open) -> None:
    app = open_app(orders_csv(), page="pages/customer.py")
    session.warehouse().set_preferences("the test", rfm_look_back_months=6)
    sheet_of(app, "c001")
    assert not app.exception
    assert not app.error
    headings = [each.value for each in app.subheader]
    assert headings == ["C001", "What happened", "Rhythm", "What changed since last month"]
    assert any("count the last 6 months" in each.help for each in app.metric if each.label == "RFM segment")
    drawn = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    orders = sum(line.split(",")[1] == "C001" for line in orders_csv().splitlines()[1:])
    assert len(drawn[0]["data"][0]["x"]) == orders or drawn[0]["data"][0]["x"].get("bdata")
    assert "customer_text" not in app.query_params
    assert "customer" not in app.query_params


def test_several_are_listed_and_one_is_chosen(open_app: Open) -> None:
    app = sheet_of(open_app(orders_csv(), page="pages/customer.py"), "c00")
    picker = next(box for box in app.selectbox if box.label.endswith("found"))
    assert "10 found" in picker.label
    picker.select("C005")
    app.run()
    assert app.subheader[0].value == "C005"


def test_nobody_is_said_calmly(open_app: Open) -> None:
    app = sheet_of(open_app(orders_csv(), page="pages/customer.py"), "nobody at all")
    assert not app.exception
    assert "Nobody has such a key" in said(app)


def test_without_a_search_the_page_says_what_it_is_for(open_app: Open) -> None:
    app = open_app(orders_csv(), page="pages/customer.py")
    assert not app.exception
    assert "Find a customer by any key" in said(app)


def test_without_data_it_leads_to_the_doors(open_app: Open) -> None:
    app = open_app(page="pages/customer.py")
    assert not app.exception
    assert "Load my orders" in said(app)
