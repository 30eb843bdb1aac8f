"""Each page full, empty and with too little; the guard; links; the bar; clicks on charts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.config import PROJECT
from crm_analytics.query import rules
from crm_analytics.ui import session
from tests.pages.conftest import orders_csv, said

Open = Callable[..., AppTest]
PAGES = ["pages/overview.py", "pages/segments.py", "pages/pareto.py", "pages/data.py"]
TOO_LITTLE = "customer,date,amount\nA,2025-01-03,10\nA,2025-02-03,10\nB,2025-01-09,5\n"


def on(app: AppTest, page: str) -> AppTest:
    """The app on another page."""
    return app.switch_page(page).run()


def charts(app: AppTest) -> list[dict]:
    """The figures on the page, as their JSON."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("page", PAGES)
def test_page_is_calm_without_any_data(open_app: Open, page: str) -> None:
    app = open_app(page=page)
    assert not app.exception
    assert not app.error
    words = said(app)
    assert ("Load my orders" in words) or ("Nothing has been loaded yet" in words)


@pytest.mark.parametrize("page", PAGES)
def test_page_is_calm_with_three_orders(open_app: Open, page: str) -> None:
    app = open_app(TOO_LITTLE, page=page)
    assert not app.exception
    assert not app.error
    assert page == "pages/data.py" or "Too little for a finding yet" in said(app)
    assert page != "pages/overview.py" or "There is nothing to draw yet" in said(app)
    assert "1 customers" not in said(app)


@pytest.mark.parametrize(
    ("page", "least"), [("pages/overview.py", 3), ("pages/segments.py", 2), ("pages/pareto.py", 2)]
)
def test_page_is_full_with_a_company(open_app: Open, page: str, least: int) -> None:
    app = open_app(orders_csv(), page=page)
    assert not app.exception
    assert not app.error
    assert len(charts(app)) >= least
    assert any(caption.value.startswith("Data version") for caption in app.caption)


def test_overview_shows_the_sales_of_the_file(open_app: Open) -> None:
    app = open_app(orders_csv())
    revenue = sum(float(line.split(",")[3]) for line in orders_csv().splitlines()[1:])
    drawn = next(figure for figure in charts(app) if figure["data"][0]["type"] == "bar")
    frame = session.warehouse().read("metrics/summary", session_audience(app), start=date(2000, 1, 1))
    assert frame["orders"][0] > 0
    assert app.title[0].value == "Overview"
    assert drawn["data"]
    total = session.warehouse().duck
    with total.session() as reading:
        assert float(reading.value("SELECT sum(net_amount) FROM mart.orders")) == pytest.approx(revenue)


def listed(app: AppTest):
    """The list of customers on the page."""
    return next(frame.value for frame in app.dataframe if "customer_id" in frame.value)


def session_audience(app: AppTest):
    """What the bar chose in the app's session."""
    return app.session_state["current_audience"]


def test_page_file_that_streamlit_runs_alone_goes_back_through_the_app(open_app: Open) -> None:
    """AppTest forgets before every run that the app has a navigation, and then runs the page file alone, as a fresh
    server does for a deep link; tests/browser asks a real one."""
    app = open_app(orders_csv())
    for page in PAGES:
        app = on(app, page)
        assert not app.exception
        assert app.title, page  # drawn by app.py alone


def test_every_page_starts_with_the_guard() -> None:
    for path in sorted((PROJECT / "pages").glob("*.py")):
        code = path.read_text(encoding="utf-8")
        assert code.index("require_app()\n") < code.index("noqa: E402")


def test_a_day_and_a_comparison_in_the_link_are_kept(open_app: Open) -> None:
    app = open_app(orders_csv(), as_of="2024-12-31", compared="Quarter")
    assert not app.exception
    chosen = session_audience(app)
    assert (chosen.as_of, chosen.before) == (date(2024, 12, 31), date(2024, 9, 30))


def test_a_rule_in_the_link_selects_everywhere(open_app: Open) -> None:
    app = open_app(orders_csv())
    rule = rules.where("country", "is", "France")
    name = session.warehouse().links.keep(rule, "the test")
    linked = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    linked.query_params["audience"] = name
    linked.run()
    assert not linked.exception
    assert session_audience(linked).rule == rule
    everyone = session.warehouse().read("metrics/audience_size", session_audience(app))["customers"][0]
    french = session.warehouse().read("metrics/audience_size", session_audience(linked))["customers"][0]
    rows = [line.split(",") for line in orders_csv().splitlines()[1:]]
    assert (everyone, french) == (len({row[1] for row in rows}), len({row[1] for row in rows if row[4] == "France"}))


def test_an_unknown_audience_in_the_link_is_said(open_app: Open) -> None:
    app = open_app(orders_csv(), audience="0123456789abcdef")
    assert not app.exception
    assert any("does not know" in warning.value for warning in app.warning)


def test_a_segment_filters_the_list_and_becomes_the_audience(open_app: Open) -> None:
    app = open_app(orders_csv(), page="pages/segments.py")
    segment = next(option for option in app.pills(key="list_segment").options if option not in ("All", "Prospects"))
    app.pills(key="list_segment").set_value(segment).run()
    assert set(listed(app)["segment"]) == {segment}
    app.button(key="audience_segment").click().run()
    assert not app.exception
    assert session_audience(app).rule == rules.where("segment", "is", segment)
    on(app, "pages/overview.py")
    assert session_audience(app).rule == rules.where("segment", "is", segment)


def test_a_class_filters_the_list(open_app: Open) -> None:
    app = open_app(orders_csv(), page="pages/pareto.py")
    app.pills(key="list_abc_class").set_value("A").run()
    assert set(listed(app)["abc_class"]) == {"A"}


def test_names_from_a_file_are_shown_as_text(open_app: Open) -> None:
    naughty = "<script>alert(1)</script>"
    text = "customer,date,amount,country\n" + "".join(
        f'"{naughty}{n}",2025-0{1 + n % 9}-0{1 + n % 7},{n + 1},"{naughty}"\n' for n in range(40)
    )
    app = open_app(text, page="pages/pareto.py")
    assert not app.exception
    assert all(naughty not in html.proto.body for html in app.get("html"))
    assert listed(app)["customer_id"].str.startswith(naughty).all()


def test_the_sample_is_a_company_of_its_own_and_one_click_leaves_it(open_app: Open) -> None:
    app = open_app()
    app.button(key="enter_sample").click().run()
    for _ in range(600):
        if app.metric:
            break
        time.sleep(0.1)
        app.run()
    assert not app.exception
    assert "Sample company" in said(app)
    assert any(metric.label == "Revenue" for metric in app.metric)
    on(app, "pages/data.py")
    assert not app.get("file_uploader")
    app.button(key="leave_sample").click().run()
    assert "Sample company" not in said(app)
    assert session_audience(app) is None
    assert "Load my orders" in said(on(app, "pages/overview.py"))
