"""The churn page: full, empty, with too little; an action and a horizon chosen; the models of a large base as a job."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.errors import NotEnoughData
from crm_analytics.ui import churn as parts
from crm_analytics.ui import jobs
from crm_analytics.workspace.scores import Scoring
from tests.metrics import buyers
from tests.pages.conftest import said

Open = Callable[..., AppTest]
PAGE = "pages/churn.py"


def company() -> str:
    return buyers.orders(300, 700).rename(columns={"ordered_at": "order_date"}).to_csv(index=False)


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def listed(app: AppTest):
    return next(frame.value for frame in app.dataframe if "value_at_risk" in frame.value)


def test_calm_without_data(open_app: Open) -> None:
    app = open_app(page=PAGE)
    assert not app.exception
    assert "Load my orders" in said(app)


def test_calm_with_three_orders(open_app: Open) -> None:
    app = open_app("customer,date,amount\nA,2025-01-03,10\nA,2025-02-03,10\nB,2025-01-09,5\n", page=PAGE)
    assert not app.exception
    assert not app.error
    words = said(app)
    assert "Neither a value nor a risk is known" in words
    assert "needs at least 100 customers who have bought; there are 2" in words
    assert "days of history; there are 31" in words
    assert "Not known yet" in words


def test_full_with_a_company_and_an_action_filters_the_list(open_app: Open) -> None:
    app = open_app(company(), horizon="90 days", page=PAGE)
    assert not app.exception
    assert not app.error
    assert len(charts(app)) == 3
    assert {metric.label for metric in app.metric} >= {"At risk", "Value at risk", "Overdue"}
    words = said(app)
    assert "by silence alone" in words
    assert "95% interval" in words
    everyone = listed(app)
    assert everyone["value_at_risk"].dropna().is_monotonic_decreasing
    app.pills(key="list_action").set_value("win back").run()
    assert set(listed(app)["action"]) == {"win back"}
    app.number_input(key="list_first").set_value(5).run()
    name = app.text_input(key=next(each.key for each in app.text_input if str(each.key).startswith("list_name_"))).value
    app.button(key="list_keep").click().run()
    assert "is a segment of 5 customers" in said(app)
    app.switch_page("pages/audience.py").run()
    assert not app.exception
    # the Audience page, with the list chosen and its export open
    assert app.selectbox(key="begin_with").value == name == "Win back 2024-11-30"
    assert "5 customers" in said(app)
    assert app.number_input(key="export_control")
    app.switch_page(PAGE).run()
    app.segmented_control(key="caught").set_value("Money").run()
    app.session_state["more_churn"] = True
    app.run()
    assert not app.exception
    assert len(charts(app)) >= 9
    assert "expected to leave" in said(app)
    assert "from the days of first purchase alone it expected" in said(app)


def test_a_horizon_too_long_for_the_history_is_told(open_app: Open) -> None:
    app = open_app(
        buyers.orders(120, 300).rename(columns={"ordered_at": "order_date"}).to_csv(index=False),
        horizon="180 days",
        page=PAGE,
    )
    assert not app.exception
    assert not app.error
    assert "needs at least 585 days of history" in said(app)


def test_a_large_base_is_computed_as_a_job(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "COMPUTED_AT_ONCE", 10)
    app = open_app(company(), horizon="90 days", page=PAGE)
    for _ in range(300):
        if app.metric:
            break
        time.sleep(0.1)
        app.run()
    assert not app.exception
    assert {metric.label for metric in app.metric} >= {"At risk", "Value at risk"}
    assert len(charts(app)) == 3
    keeping_the_scores_is_a_job_too(app, monkeypatch)


def keeping_the_scores_is_a_job_too(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Scoring(date(2024, 11, 30), 300, 90, "", "ann", datetime(2024, 12, 1), "2")
    few = NotEnoughData("A scoring that rules can ask", 1, 0, "customers with a value or a risk")
    for outcome, words in (
        (made, "risk, value and action of 300 customers as of"),
        (few, "A scoring that rules can ask"),
    ):
        go_on = Event()

        def keep(*asked: object, outcome=outcome, go_on=go_on, report, **more: object) -> Scoring:
            report(0.5, "half of them")
            go_on.wait(20)
            if isinstance(outcome, Scoring):
                return outcome
            raise outcome

        monkeypatch.setattr(parts.scoring, "keep_scores", keep)
        app.button(key="scores_keep").click().run()
        assert app.button(key="scores_keep").disabled
        assert words not in said(app)
        go_on.set()
        jobs.jobs().get(app.session_state[parts._SCORING]).future.exception(20)
        app.run()
        assert words in said(app)
        assert not app.exception
        assert not app.button(key="scores_keep").disabled
