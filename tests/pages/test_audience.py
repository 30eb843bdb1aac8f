"""The page Audience: a rule is built, counted, saved, told apart and exported."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from crm_analytics.query import membership, rules
from crm_analytics.query.rules import All, Any_, InSegment, Not, did, where
from crm_analytics.ui import session
from crm_analytics.workspace import exports, segments
from tests.pages.conftest import orders_csv, said

Open = Callable[..., AppTest]
PAGE = "pages/audience.py"
ORDERS = orders_csv(60, 300)

#: Every kind of condition, in three levels of groups.
DEEP = All(
    (
        where("country", "in", ["France", "Spain"]),
        Not(did("bought", [{"field": "on", "operator": "last_days", "value": 10}], operator="between", value=[2, 3])),
        Any_(
            (
                where("orders", "between", [3, 2000]),
                InSegment("Big"),
                Not(All((where("last_order_on", "last_days", 400), where("email", "is_empty")))),
            )
        ),
    )
)


def on(app: AppTest) -> AppTest:
    return app.switch_page(PAGE).run()


def test_page_is_calm_without_data(open_app: Open) -> None:
    app = open_app(page=PAGE)
    assert not app.exception
    assert "Load my orders" in said(app) or "Nothing has been loaded yet" in said(app)


def test_page_is_calm_with_three_orders(open_app: Open) -> None:
    app = open_app("customer,date,amount\nA,2025-01-03,10\nA,2025-02-03,10\nB,2025-01-09,5\n", page=PAGE)
    assert not app.exception
    assert not app.error
    assert "No segment is saved yet" in said(app)


def test_a_rule_is_counted_saved_and_becomes_the_audience(open_app: Open) -> None:
    app = open_app(ORDERS, page=PAGE)
    field = next(each for each in app.selectbox if each.label == "Field")
    assert app.selectbox(key="begin_with").options == ["A new segment"], "everyone is the audience, the rule an example"
    field.set_value("country").run()
    value = next(each for each in app.selectbox if each.label == "Value")
    assert value.value == value.options[0] != "Champions", "what was chosen for the segment says nothing of a country"
    value.set_value("France").run()
    french = len({row.split(",")[1] for row in ORDERS.splitlines()[1:] if row.endswith("France")})
    assert f"{french} customers" in said(app)
    app.text_input(key="segment_name").set_value("The French")
    app.button(key="segment_save_now").click().run()
    assert not app.exception
    assert "The French” is saved as version 1" in said(app).replace("\\", "")
    with session.warehouse().duck.session() as reading:
        assert segments.one(reading, "The French").rule == rules.to_json(where("country", "is", "France"))
    app.button(key="page_apply").click().run()
    rule = app.session_state["current_audience"].rule
    assert rule == InSegment("The French", 1, where("country", "is", "France"))
    assert "What sets them apart" in said(app)
    next(each for each in app.selectbox if each.label == "Field").set_value("revenue").run()
    assert "a value for Revenue is missing" in said(app), "and that they bring at least as much is asked, not exactly"
    assert {app.session_state[each.key] for each in app.selectbox if each.label == "Condition"} == {"at_least"}


def test_the_second_saver_is_told(open_app: Open) -> None:
    app = open_app(ORDERS)
    membership.save(session.warehouse(), "Ours", where("orders", "at_least", 2), "ann")
    app = on(app)
    app.selectbox(key="begin_with").set_value("Ours").run()
    membership.save(session.warehouse(), "Ours", where("orders", "at_least", 3), "bob", seen=1)
    app.button(key="segment_save_now").click().run()
    assert not app.exception
    assert any("nothing was overwritten" in warning.value for warning in app.warning)
    with session.warehouse().duck.session() as reading:
        assert segments.one(reading, "Ours").who == "bob"


def test_a_rule_of_every_kind_is_shown_and_comes_back_as_it_was(open_app: Open) -> None:
    app = open_app(ORDERS)
    membership.save(session.warehouse(), "Big", where("revenue", "at_least", 500), "ann")
    membership.save(session.warehouse(), "Deep", DEEP, "ann")
    app = on(app)
    app.selectbox(key="begin_with").set_value("Deep").run()
    assert not app.exception
    labels = [each.label for each in app.selectbox]
    assert labels.count("What they did") == 1
    assert labels.count("Saved segment") == 1
    asked = membership.resolve(session.warehouse(), DEEP)
    words = said(app).replace("\\", "")
    assert rules.in_words(asked) in words
    app.button(key="page_apply").click().run()
    assert app.session_state["current_audience"].rule == InSegment("Deep", 1, asked)


def test_members_go_out_with_a_control_group_and_segments_are_compared(open_app: Open) -> None:
    app = open_app(ORDERS, export_more="true", segments_more="true")
    for name, least in (("Some", 2), ("More", 5)):
        membership.save(session.warehouse(), name, where("orders", "at_least", least), "ann")
    app = on(app)
    assert not app.exception
    assert {"How it grew", "What they share", "Any measure, by what you like"} <= {each.value for each in app.subheader}
    assert "are in “Some” too" in said(app).replace("\\", "")
    app.selectbox(key="begin_with").set_value("Some").run()
    app.number_input(key="export_control").set_value(20).run()
    assert not app.exception
    assert (
        "are the control group" in next(each for each in app.markdown if "customers are exported" in each.value).value
    )
    assert app.get("download_button")
    with session.warehouse().duck.session() as reading:
        assert exports.listed(reading) == []  # nothing is recorded before it goes out
