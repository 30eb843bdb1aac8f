"""Page Programme by AppTest: without a plan, with one, with an edit; and what the editor wants of an edited table."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from crm_analytics.config import DATA_VARIABLE, Settings
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import programme_drafts as offers
from crm_analytics.ui import programme_more, session
from crm_analytics.ui.programme_editor import changes_of, table_of
from crm_analytics.verbs import plan as verbs_plan
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace import programmes_drafts as drafts
from crm_analytics.workspace.programmes import Change, PlanRow
from crm_analytics.workspace.programmes_drafts import Draft
from crm_analytics.workspace.programmes_fields import ACTIONS, read_values
from tests.conftest import in_memory
from tests.pages.conftest import headings, said

ORDERS = "order_id,customer_id,order_date,amount\n" + "\n".join(
    f"{month}-{c},c{c},{month}-{1 + c % 28:02},{10 + c}" for month in pd.period_range("2024-01", "2025-05", freq="M") for c in range(35)
)  # fmt: skip
PLAN = {
    "programme.csv": "programme_id,name,promise,valid_from,valid_to,budget\nP,<b>Closer</b>,Thanks,2025-01-01,2025-12-31,1000\n",
    "objectives.csv": "objective_id,metric,target_kind,target,due_on\nO1,revenue,change,0.1,2025-12-31\n",
    "actions.csv": "action_id,kind,scheduled_on,executed_on,budget\nA1,regular,2025-02-01,2025-02-03,100\n",
}
NEW = {"metric": "orders", "target": 5.0, "due_on": date(2025, 12, 31)}


def load_plan(folder: Path) -> None:
    warehouse = Warehouse.open(Settings(Path(os.environ[DATA_VARIABLE])))
    files = []
    for name, text in PLAN.items():
        (folder / name).write_text(text, encoding="utf-8")
        files.append((folder / name, name))
    verbs_plan.load_plan(warehouse, files, "ann")
    warehouse.close()


def test_without_orders_the_doors_are_shown(open_app):
    app = open_app(page="pages/programme.py")
    assert not app.exception
    assert "Load my orders" in said(app)


def test_a_plan_is_begun_and_shown(open_app):
    app = open_app(ORDERS, more_edit="true", more_programme="true", page="pages/programme.py")
    assert "There is no plan yet" in said(app)
    assert app.button(key="plan_begin").label == "Begin a programme"
    values = {"name": "Closer", "valid_from": date(2025, 1, 1), "valid_to": date(2025, 12, 31)}
    assert verbs_plan.begin(session.warehouse(), values, "ann") == "PR1"
    app.run()
    assert not app.exception
    words = said(app)
    assert "No objective is set" in words
    assert "A chain begins with an objective" in words
    assert "1 Diagnosis" in words
    assert "Open: market figures" in words
    assert "diagnosis at the start is not frozen" not in words


def test_the_page_with_a_plan(open_app, tmp_path):
    open_app(ORDERS)
    import streamlit as st

    st.cache_resource.clear()  # lets the database go
    load_plan(tmp_path)
    app = open_app(more_edit="true", more_programme="true", page="pages/programme.py")
    assert not app.exception
    words = said(app).replace("\\:", ":")
    assert "of 1 objective: 1 off track" in words
    assert "of 1 action: 1 late" in words
    assert "No market figures are loaded" in words
    assert "\\<b\\>Closer" in words  # shown as it is
    assert [metric.value for metric in app.metric][:2] == ["0 of 1", "0%"]
    assert headings(app)
    assert all(each == each[:1].upper() + each[1:] for each in headings(app))  # in sentence case, on every table
    what_was_typed_is_offered(app)


def test_a_movement_of_a_share_is_told_in_points() -> None:
    told = [programme_more._moved(*each, None) for each in ((0.062, "share"), (-0.01, "share"), (12.0, "count"))]
    assert told == ["+6.2 points", "−1.0 points", "12"]


def what_was_typed_is_offered(app) -> None:
    """What another browser left unsaved is offered, taken up, and saved on top of what was saved meanwhile."""
    duck = session.warehouse().duck
    app.text_input(key="who").set_value("ann").run()
    mine = f"ann {app.session_state['plan_browser']}"
    with duck.session() as writing, writing.transaction():
        (goal,) = plans.rows(writing, "objectives", "P")
        edited = Change("objectives", "O1", goal.values | {"owner": "Zoe", "due_on": date(2025, 11, 30)}, 1)
        new = Change("objectives", None, dict.fromkeys(goal.values) | NEW, None)
        drafts.keep(writing, mine, "P", "objectives", [replace(edited, values=edited.values | {"owner": "Zo"}), new])
        drafts.keep(writing, "bob", "P", "actions", [Change("actions", "A1", None, 1)])
        plans.save(writing, "P", [Change("objectives", "O1", goal.values | {"direction": "hold"}, 1)], "bob")
    words = said(app.run())
    assert "You were editing objectives on" in words
    assert "2 changes not saved" in words
    assert "bob was editing actions on" in words
    assert "plan_save" not in [each.key for each in app.button]  # first it is decided about
    with duck.session() as writing, writing.transaction():  # the other browser goes on typing
        drafts.keep(writing, mine, "P", "objectives", [edited, new])
    app.button(key=f"plan_go_on_{mine}_objectives").click().run()
    assert not app.exception
    assert app.button(key="plan_save").label == "Save 2 changes"
    app.button(key="plan_save").click().run()
    assert "2 rows saved" in said(app)
    with duck.session() as reading:
        goal, added = plans.rows(reading, "objectives", "P")
        assert [each.who for each in drafts.listed(reading, "P")] == ["bob"]
    assert (goal.values["owner"], goal.values["due_on"], goal.values["direction"]) == (
        "Zoe",
        date(2025, 11, 30),
        "hold",
    )
    assert (added.row_id, added.values["metric"], added.values["target"]) == ("O2", "orders", 5.0)


def test_drafts_are_of_one_person_and_browser_each(tmp_path, monkeypatch):
    """Two of one name, or of none, keep a draft each; who goes on with the other's has a copy, but for the row that both typed."""
    warehouse = in_memory(tmp_path)
    monkeypatch.setattr(session, "warehouse", lambda: warehouse)
    monkeypatch.setattr(offers.st, "toast", (said := []).append)
    plan = PlanRow("programme", "P", "P", 1, {}, False, "ann", datetime(2025, 1, 1))
    both, one, two = (Change("actions", row_id, {"name": row_id}, 1) for row_id in ("A1", "A2", "A3"))
    hers = replace(both, values={"name": "hers"})
    ann, bob = {"who": "Kim"}, {"who": "Kim"}
    for browser, typed in ((ann, [both, one]), (bob, [hers, two])):
        monkeypatch.setattr(offers.st, "session_state", browser)
        offers.keep(warehouse, plan, "actions", typed)

    def kept() -> dict[tuple[str, ...], Draft]:
        with warehouse.duck.session() as reading:
            return {tuple(one.values["name"] for one in each.changes): each for each in drafts.listed(reading, "P")}

    assert set(kept()) == {("A1", "A2"), ("hers", "A3")}
    assert {offers._name(each) for each in kept().values()} == {"Kim"}
    lines = []
    monkeypatch.setattr(offers, "_line", lambda plan, each: lines.append(each))
    monkeypatch.setattr(offers.st, "session_state", {"who": "Kim"})
    assert not offers.offered(warehouse, plan, "actions")  # a third one is told of both, and may begin
    assert len(lines) == 2
    monkeypatch.setattr(offers.st, "session_state", bob)
    offers._go_on(plan, kept()["A1", "A2"])
    assert set(kept()) == {("A1", "A2"), ("hers", "A3", "A2")}
    assert bob[offers.typing_key(plan, "actions")][1] == (hers, two, one)
    assert said == ["You are editing 1 of these rows yourself: they stay as you have them."]
    lines.clear()
    assert not offers.offered(warehouse, plan, "actions")
    assert lines == []  # what one has taken is not offered again
    offers.done(warehouse, plan, "actions", saved=True)
    assert set(kept()) == {("A1",)}  # what is saved is nobody's draft
    warehouse.close()


def test_going_on_again_brings_what_is_new(tmp_path, monkeypatch):
    """Bob goes on typing new rows after Ann went on with his draft: she gets each once, and saving takes them all from him."""
    warehouse = in_memory(tmp_path)
    monkeypatch.setattr(session, "warehouse", lambda: warehouse)
    monkeypatch.setattr(offers.st, "toast", lambda text: None)
    plan = PlanRow("programme", "P", "P", 1, {}, False, "ann", datetime(2025, 1, 1))
    first, second, third = (Change("actions", None, {"name": name}, None) for name in "XYZ")
    ann, bob = {"who": "Ann"}, {"who": "Bob"}

    def types(browser: dict, changes: list[Change]) -> None:
        monkeypatch.setattr(offers.st, "session_state", browser)
        offers.keep(warehouse, plan, "actions", changes)

    def of_bob() -> Draft | None:
        with warehouse.duck.session() as reading:
            return next((each for each in drafts.listed(reading, "P") if each.who.startswith("Bob ")), None)

    for changes, then in (([first], (first,)), ([first, second], (first, second))):
        types(bob, changes)
        monkeypatch.setattr(offers.st, "session_state", ann)
        offers._go_on(plan, of_bob())
        assert ann[offers.typing_key(plan, "actions")][1] == then
    types(
        ann, [replace(first, values={"name": "her own"}), second]
    )  # what she has changed does not come back as it was
    types(bob, [first, second, third])
    monkeypatch.setattr(offers.st, "session_state", ann)
    offers._go_on(plan, of_bob())
    assert [each.values["name"] for each in ann[offers.typing_key(plan, "actions")][1]] == ["her own", "Y", "Z"]
    lines = []
    monkeypatch.setattr(offers.shell, "inert", lambda text: lines.append(text) or text)
    offers._line(plan, replace(of_bob(), who="Ann 00000000"))
    assert ", in another browser or before this one was closed: 3 changes not saved." in lines[0]
    offers.done(warehouse, plan, "actions", saved=True)
    assert of_bob() is None
    warehouse.close()


def test_a_browser_is_the_same_in_all_its_tabs(monkeypatch):
    """Streamlit sends the token of a browser under another mask each time."""
    found = []
    for cookie in (
        "2|00000000|0102030405060708090a0b0c0d0e0f10|1",
        "2|01010101|000302050407060908 0b0a0d0c0f0e11|1".replace(" ", ""),
        "",
    ):
        monkeypatch.setattr(offers.st, "session_state", {})
        monkeypatch.setattr(offers.st, "context", SimpleNamespace(cookies={"_streamlit_xsrf": cookie}))
        found.append(offers._browser())
    assert found[0] == found[1] != found[2]


def test_who_may_discard_a_draft(monkeypatch):
    keys = []
    monkeypatch.setattr(offers.st, "button", lambda label, **more: keys.append((label, more["args"][1].who)))
    monkeypatch.setattr(offers.st, "session_state", {"who": "ann", "plan_browser": "00000001"})
    plan = PlanRow("programme", "P", "P", 1, {}, False, "ann", datetime(2025, 1, 1))
    long_ago = datetime(2025, 1, 1)
    for who, at in (
        ("ann 00000001", datetime.now()), ("ann 00000002", datetime.now()), ("ann 00000003", long_ago), ("bob", long_ago),
        ("somebody unnamed 00000001", datetime.now()), ("somebody unnamed 00000002", long_ago),
    ):  # fmt: skip
        offers._line(plan, Draft(who, "P", "actions", (), at))
    assert [who for label, who in keys if label == "Discard"] == [
        "ann 00000001",
        "ann 00000003",
        "somebody unnamed 00000002",
    ]


@pytest.fixture
def row() -> PlanRow:
    values = read_values(ACTIONS, {"kind": "regular", "scheduled_on": "2025-02-01", "budget": "100"})
    return PlanRow("actions", "P", "A1", 3, values, False, "ann", pd.Timestamp("2025-01-01").to_pydatetime())


def test_an_unchanged_table_wants_nothing(row):
    assert changes_of(ACTIONS, {"A1": row}, table_of(ACTIONS, [row])) == []


def test_what_was_changed_added_and_removed_is_wanted(row):
    table = table_of(ACTIONS, [row])
    table.loc[0, "budget"] = 90.0
    table.loc[0, "executed_on"] = pd.Timestamp("2025-02-02")
    (change,) = changes_of(ACTIONS, {"A1": row}, table)
    assert (change.row_id, change.seen, change.values["budget"], change.values["executed_on"]) == (
        "A1",
        3,
        90.0,
        date(2025, 2, 2),
    )
    new = pd.DataFrame([{"action_id": None, "kind": "regular", "scheduled_on": pd.Timestamp("2025-03-01")}])
    added, removed = changes_of(ACTIONS, {"A1": row}, new)
    assert (added.row_id, added.values["scheduled_on"], added.seen) == (None, date(2025, 3, 1), None)
    assert (removed.row_id, removed.values, removed.seen) == ("A1", None, 3)
    assert changes_of(ACTIONS, {}, pd.DataFrame([{"action_id": None}])) == []
