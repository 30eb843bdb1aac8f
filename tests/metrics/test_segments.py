"""Saved segments: versions, membership over time against rules asked day by day, overlap, and what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from unittest.mock import Mock

import pandas as pd
import pytest

from crm_analytics.errors import BadInput, BadRule, BadValue, UnknownName
from crm_analytics.ingest import load
from crm_analytics.metrics.catalogue import compute
from crm_analytics.query import causes, evaluation, held, membership, stepping
from crm_analytics.query.rules import All, Any_, InSegment, Not, Where, did, from_json, where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import segments
from tests.conftest import bring_in, filled, in_memory
from tests.metrics.loading import load_frame, load_orders, rows_of

#: Ann buys every month, Bob until March, Cid from April on.
ORDERS = [
    *(("ann", f"2024-{month:02}-10", 10.0) for month in range(1, 7)),
    *(("bob", f"2024-{month:02}-12", 20.0) for month in range(1, 4)),
    *(("cid", f"2024-{month:02}-14", 30.0) for month in range(4, 7)),
]
RECENT = All((where("recency_days", "at_most", 60), where("orders", "at_least", 2)))
ENDS = [
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2024, 3, 31),
    date(2024, 4, 30),
    date(2024, 5, 31),
    date(2024, 6, 14),
]


def members(warehouse: Warehouse, rule, day: date) -> set[str]:
    frame = warehouse.read("metrics/audience_ids", Audience(rule, day, day))
    return set(frame["customer_id"])


def fill(warehouse: Warehouse) -> None:
    load_orders(warehouse, ORDERS)
    membership.save(warehouse, "Recent", RECENT, "the test", description="Bought lately.")


@pytest.fixture
def saved(tmp_path) -> Iterator[Warehouse]:
    warehouse = in_memory(tmp_path, filled(fill))
    yield warehouse
    warehouse.close()


def test_history_is_what_the_rule_says_on_each_day(saved) -> None:
    frame = compute(saved, "segment_history", saved.audience(), segment="Recent", months="6")
    assert [day.date() for day in frame["date"]] == ENDS
    before: set[str] = set()
    for row in frame.itertuples():
        found = members(saved, RECENT, row.date.date())
        assert (row.customers, row.entered, row.left) == (len(found), len(found - before), len(before - found))
        before = found
    assert frame["customers"].tolist() == [0, 2, 2, 2, 2, 2]


def test_members_know_since_when_and_why(saved) -> None:
    compute(saved, "segment_history", saved.audience(), segment="Recent", months="6")
    frame = compute(saved, "segment_members", saved.audience(), segment="Recent")
    assert rows_of(frame, "customer_id", "entered_on", "reason") == [
        ("ann", "2024-02-29", "Orders is at least 2"),
        ("cid", "2024-05-31", "Orders is at least 2"),
    ]
    with saved.duck.session() as session:
        left = session.rows(
            "SELECT customer_id, to_on, left_because FROM workspace.segment_members WHERE to_on IS NOT NULL"
        )
    assert left == [("bob", date(2024, 5, 31), "Days since last order is at most 60")]
    then = compute(saved, "segment_members", saved.audience(as_of=date(2024, 4, 30)), segment="Recent")
    assert rows_of(then, "customer_id", "entered_on") == [("ann", "2024-02-29"), ("bob", "2024-02-29")]


def test_a_day_not_evaluated_is_said(saved) -> None:
    frame = compute(saved, "segment_members", saved.audience(), segment="Recent")
    assert frame["entered_on"].isna().all()
    assert frame.attrs["notes"] == ["Not evaluated yet up to this day: Recent; segment_history does it."]


def one_more(warehouse: Warehouse, customer: str, day: str) -> None:
    frame = pd.DataFrame({"customer_id": [customer], "ordered_at": [day], "amount": [9.0], "order_id": [f"new {day}"]})
    load_frame(warehouse, "orders", frame.astype({"ordered_at": "datetime64[us]"}), import_id=2)


def days_of(warehouse: Warehouse) -> list[evaluation.Day]:
    with warehouse.duck.session() as session:
        return evaluation.days_of(session, segments.one(session, "Recent"))


def test_late_rows_change_the_past_from_their_day_on(saved) -> None:
    compute(saved, "segment_history", saved.audience(), segment="Recent", months="6")
    one_more(saved, "cid", "2024-03-20")
    assert [each.fresh for each in days_of(saved)] == [True, True, False, False, False, False]
    frame = compute(saved, "segment_history", saved.audience(), segment="Recent", months="6")
    assert frame["customers"].tolist() == [len(members(saved, RECENT, day)) for day in ENDS] == [0, 2, 2, 3, 2, 2]
    assert all(each.fresh for each in days_of(saved))
    (note,) = frame.attrs["notes"]
    assert "from 31 Mar 2024 on" in note
    assert note.endswith("On 1 of 4 days it has another size.")


def test_who_came_and_who_went(saved) -> None:
    membership.save(saved, "Many", where("orders", "at_least", 3), "the test")
    audience, march = saved.audience(), date(2024, 3, 31)
    one = compute(saved, "segment_flow", audience, segment="Recent", before=march)
    assert rows_of(one, "from_segment", "to_segment", "customers", "revenue") == [
        ("Recent", "Recent", 1, 60.0), ("Recent", "not in it", 1, 60.0), ("not yet a customer", "Recent", 1, 90.0),
    ]  # fmt: skip
    two = compute(saved, "segment_flow", audience, segment="Recent", other="Many", before="2024-02-29")
    assert rows_of(two, "from_segment", "to_segment", "customers") == [
        ("Recent", "Many", 1), ("Recent", "in both", 1), ("not yet a customer", "in both", 1),
    ]  # fmt: skip
    only = compute(
        saved, "segment_flow", saved.audience(where("customer_id", "is", "cid")), segment="Recent", before=march
    )
    assert only["customers"].tolist() == [1]
    assert compute(saved, "segment_flow", audience).empty


@pytest.mark.slow  # eleven imports
def test_what_has_happened_to_a_past_day_is_named(warehouse, tmp_path) -> None:
    def brought(name: str, text: str) -> int:
        (tmp_path / name).write_text(text)
        return bring_in(warehouse, tmp_path / name).import_id

    day = date(2025, 6, 30)
    brought("orders.csv", "order_id,customer_id,order_date,amount\n1,ann,2025-06-01,10\n2,bob,2025-07-01,20\n")
    brought("people.csv", "customer_id,name,city\nann,Ann,Rome\nbob,Bob,Oslo\n")
    said = All((where("city", "is", "Rome"), Not(did("case"))))
    membership.save(warehouse, "Calm", said, "the test")
    membership.save(warehouse, "Buyers", where("orders", "at_least", 1), "the test")

    def because(segment: str) -> str:
        with warehouse.duck.session() as session:
            found = segments.one(session, segment)
            before, *_ = evaluation.days_of(session, found)
        evaluation.evaluate(warehouse, found, [day])
        with warehouse.duck.session() as session:
            after, *_ = evaluation.days_of(session, found)
        assert after.fresh
        return before.because

    for name in ("Calm", "Buyers"):
        with warehouse.duck.session() as session:
            evaluation.evaluate(warehouse, segments.one(session, name), [day])
    late = brought("late.csv", "order_id,customer_id,order_date,amount\n3,ann,2025-06-02,10\n")
    assert because("Buyers") == "late rows (late.csv)"
    brought("after.csv", "order_id,customer_id,order_date,amount\n4,ann,2025-07-02,10\n")
    assert because("Buyers") == ""  # dated after the day
    load.undo(warehouse, late, "the test")
    assert because("Buyers") == "an undo (late.csv)"
    because("Calm")
    brought("cases.csv", "case_id,customer_id,opened_at,complaint\nx,ann,2025-07-03,yes\n")
    assert because("Calm") == ""
    brought("more.csv", "case_id,customer_id,opened_at,complaint\ny,ann,2025-06-03,yes\n")
    assert because("Calm") == "late rows (more.csv)"
    brought("moved.csv", "customer_id,name,city\nann,Ann,Paris\n")
    assert because("Calm") == "City without history (moved.csv)"
    assert because("Buyers") == ""  # whom files name who never bought
    brought("later.csv", "case_id,customer_id,opened_at,complaint\ny,ann,2025-07-06,yes\n")
    assert because("Calm") == "late rows (later.csv)"  # that took the place of the one before the day
    answers = "answer_id,customer_id,question,answered_at,score\n"
    brought("first.csv", f"{answers}1,ann,Happy?,2025-06-10,5\n2,bob,Happy?,2025-06-11,4\n")
    membership.save(warehouse, "Rated", did("answered", [Where("question_kind", "is", "csat")]), "the test")
    with warehouse.duck.session() as session:
        evaluation.evaluate(warehouse, segments.one(session, "Rated"), [day])
    tens = brought("tens.csv", f"{answers}3,cid,Happy?,2025-07-10,10\n4,cid,Other?,2025-07-10,10\n")
    assert because("Rated") == "a question of another kind (tens.csv)"  # answers of 0 to 10: it never was one of 1 to 5
    brought("nines.csv", f"{answers}5,eve,Other?,2025-07-11,9\n6,eve,Else?,2025-07-11,2\n")
    assert because("Rated") == ""
    load.undo(warehouse, tens, "the test")
    assert because("Rated") == "a question of another kind (tens.csv)"


@pytest.mark.slow  # of five segments, after each of five changes
def test_what_an_evaluated_day_stands_on_makes_it_anew(saved, tmp_path) -> None:
    day = pd.DataFrame(
        {"order_id": ["line"], "customer_id": ["bob"], "ordered_at": ["2024-06-14"], "product_id": ["p"]}
    )
    lines = day.assign(quantity=1.0, amount=50.0).astype({"ordered_at": "datetime64[us]"})
    load_frame(saved, "order_lines", lines, import_id=2)
    rules = {
        "Loyal": where("is_loyal", "is", True), "Costly": where("margin", "more_than", 10), "Outer": InSegment("Recent"),
        "Waiting": where("status", "is", "prospect"), "Web": where("channel", "is", "web"),
    }  # fmt: skip
    for name, rule in rules.items():
        membership.save(saved, name, rule, "the test")

    def changed() -> dict[str, str]:
        """The segments of which something changed the latest day, and why; each is of the size that its rule has."""
        evaluation.refresh(saved)
        found = {}
        for name in rules:
            frame = compute(saved, "segment_history", saved.audience(), segment=name, months="1")
            assert frame["customers"].iloc[-1] == len(members(saved, membership.named(saved, name), ENDS[-1]))
            with saved.duck.session() as session:
                days = evaluation.reevaluated(session, segments.one(session, name))
                session.do("DELETE FROM workspace.segment_reevaluations WHERE segment = $name", {"name": name})
            assert len(frame.attrs["notes"]) == any(each.customers != each.customers_before for each in days)
            found.update((name, each.because) for each in days if each.customers != each.customers_before)
        return found

    assert changed() == {}
    saved.set_preferences("me", loyal_purchase_days=4, activity_window_days=30)
    assert changed() == {"Loyal": "the parameter activity window days; the parameter loyal purchase days"}
    membership.save(saved, "Recent", where("orders", "at_least", 1), "the test", seen=1)
    assert changed() == {"Outer": "the rule of “Recent”"}
    (tmp_path / "costs.csv").write_text("product_id,unit_cost\np,7\n")
    bring_in(saved, tmp_path / "costs.csv", kind="products")
    assert changed() == {"Costly": "products without history (costs.csv)"}
    (tmp_path / "people.csv").write_text("customer_id,joined_on,channel\nann,2024-01-01,web\neve,2024-01-01,\n")
    bring_in(saved, tmp_path / "people.csv", kind="customers")
    assert changed() == {
        "Waiting": "customers without history (people.csv)", "Web": "Channel without history (people.csv)"
    }  # fmt: skip


@pytest.mark.slow  # two imports
def test_a_corrected_column_of_past_orders_makes_their_days_anew(tmp_path) -> None:
    warehouse = in_memory(tmp_path)
    gifts = from_json(
        {"did": "ordered_with", "where": [{"field": "attributes.gift", "operator": "is", "value": "yes"}]}
    )
    for name, gift in (("first.csv", "no"), ("corrected.csv", "yes")):
        (tmp_path / name).write_text(f"order_id,customer_id,order_date,amount,gift\n1,ann,2024-01-02,10,{gift}\n")
        bring_in(warehouse, tmp_path / name)
        if name == "first.csv":
            membership.save(warehouse, "Gifts", gifts, "the test")
        frame = compute(warehouse, "segment_history", warehouse.audience(), segment="Gifts")
        assert frame["customers"].tolist() == [int(gift == "yes")]
    assert "late rows (corrected.csv)" in frame.attrs["notes"][0]
    warehouse.close()


def test_parameters_and_the_rule_asked_for_make_a_day_anew(saved) -> None:
    membership.save(saved, "Outer", InSegment("Recent"), "the test")
    evaluation.refresh(saved)

    def because() -> list[object]:
        with saved.duck.session() as session:
            (before,) = evaluation.days_of(session, segments.one(session, "Outer"))
        evaluation.refresh(saved)
        with saved.duck.session() as session:
            (after,) = evaluation.days_of(session, segments.one(session, "Outer"))
        assert (after.fresh, after.customers) == (True, len(members(saved, membership.named(saved, "Outer"), ENDS[-1])))
        return [before.because, before.customers, after.customers]

    assert because() == ["", 2, 2]
    saved.set_preferences("me", loyal_purchase_days=4)
    assert because() == ["the parameter loyal purchase days", 2, 2]
    membership.save(saved, "Recent", where("orders", "at_least", 1), "the test", seen=1)
    assert because() == ["the rule of “Recent”", 2, 3]


def test_rules_of_buyers_hold_of_nobody_who_never_bought(saved) -> None:
    load_frame(saved, "customers", pd.DataFrame({"customer_id": ["eve"]}), import_id=2)
    rules = [where(name, "more_than", 0) for name in causes._ZERO]
    rules += [Not(where(name, "is_empty")) for name in causes._EMPTY]
    text, values = saved.flags([*rules, All()], ENDS[-1])
    with saved.duck.session() as session:
        (row,) = [each for each in session.rows(text, values) if each[0] == "eve"]
    assert row == ("eve", *(False for _ in rules), True)


def test_what_a_step_leaves_is_what_the_intervals_say(saved) -> None:
    membership.save(saved, "Often", where("orders", "at_least", 2), "the test")
    evaluation.refresh(saved)
    membership.save(saved, "New", where("orders", "at_least", 1), "the test")
    one_more(saved, "bob", "2024-07-20")
    evaluation.refresh(saved)  # two from what was left, one anew
    with saved.duck.session() as session:
        found = []
        for kept in (3, 0):
            evaluated = segments.listed(session)
            bits = held.bits(session, evaluated)
            held.find(session, evaluated, bits)
            assert session.value("SELECT count(*) FROM step_places WHERE is_kept") == kept
            names = dict(zip(bits, [each.segment for each in evaluated], strict=True))
            rows = session.rows("SELECT customer_no, bits FROM step_held WHERE bits <> 0")
            found.append({(no, names[bit]) for no, some in rows for bit in names if some >> bit & 1})
            held.forget(session)
        assert found[0] == found[1]
        rows = session.rows("SELECT segment, count(*) FROM workspace.segment_members WHERE to_on IS NULL GROUP BY ALL")
        assert dict(rows) == Counter(name for _, name in found[0])


def test_a_clock_that_goes_back_loses_no_member(saved, monkeypatch) -> None:
    clock = Mock()
    monkeypatch.setattr(stepping, "datetime", clock)
    with saved.duck.session() as session:
        recent = segments.one(session, "Recent")
        for minute, day in ((50, ENDS[0]), (10, ENDS[1])):  # the hour is repeated
            clock.now.return_value = datetime(2099, 10, 25, 2, minute)
            evaluation.evaluate(saved, recent, [day], only=True)
        asked = stepping.Asked(recent, membership.rule_of(session, recent))
        assert stepping.step(saved, [asked], ENDS[1], ENDS[0], saved.data_version, causes.Causes(), rewind=True)
        rows = session.rows("SELECT customer_id FROM workspace.segment_members WHERE to_on IS NULL ORDER BY ALL")
    assert rows == [("ann",), ("bob",)]


@pytest.mark.slow  # four evaluations
def test_a_clock_that_goes_back_leaves_no_bit_of_before(saved, monkeypatch) -> None:
    clock = Mock()
    monkeypatch.setattr(stepping, "datetime", clock)
    monkeypatch.setattr(held, "BITS", 2)  # three segments in turn: one gives way to another
    membership.save(saved, "Often", where("orders", "at_least", 4), "the test")
    membership.save(saved, "Gone", where("recency_days", "more_than", 30), "the test")
    turns = [(9, "Often", 2), (8, "Gone", 3), (7, "Recent", 4), (6, "Often", 5)]
    for minute, name, place in turns:
        clock.now.return_value = datetime(2099, 10, 25, 2, minute)
        with saved.duck.session() as session:
            evaluation.evaluate(saved, segments.one(session, name), [ENDS[place]], only=True)
            found = session.rows(
                """SELECT b.segment, n.customer_id FROM mart.segment_held AS h JOIN mart.numbers AS n USING (customer_no)
                JOIN mart.segment_bits AS b ON h.bits & b.bit <> 0 ORDER BY ALL"""
            )
            kept = {segment for (segment,) in session.rows("SELECT segment FROM mart.segment_bits")}
            rows = session.rows(
                "SELECT segment, customer_id FROM workspace.segment_members WHERE to_on IS NULL ORDER BY ALL"
            )
        assert name in kept
        assert found == [each for each in rows if each[0] in kept]


def test_after_a_load_the_latest_day_is_added_to_what_is_known(saved) -> None:
    assert evaluation.refresh(saved) == 1
    one_more(saved, "bob", "2024-07-20")
    evaluation.refresh(saved)
    assert [(each.day, each.customers, each.entered, each.left, each.fresh) for each in days_of(saved)] == [
        (date(2024, 6, 14), 2, 2, 0, True),
        (date(2024, 7, 20), 3, 1, 0, True),
    ]
    frame = compute(saved, "segment_members", saved.audience(), segment="Recent")
    assert rows_of(frame, "customer_id", "entered_on", "reason")[1] == (
        "bob",
        "2024-07-20",
        "Days since last order is at most 60",
    )


def test_several_segments_are_refreshed_together_each_with_its_own_reasons(saved) -> None:
    often = All((where("orders", "at_least", 4), where("recency_days", "at_most", 39)))
    membership.save(saved, "Often", often, "the test")
    membership.save(saved, "Twice", did("bought", value=2), "the test")
    assert evaluation.refresh(saved) == 3
    one_more(saved, "bob", "2024-07-20")
    assert evaluation.refresh(saved) == 3
    with saved.duck.session() as session:
        rows = session.rows(
            "SELECT segment, customer_id, reason, left_because FROM workspace.segment_members "
            "WHERE from_on > DATE '2024-06-14' OR to_on IS NOT NULL ORDER BY ALL"
        )
    seldom = "Days since last order is at most 39"
    assert rows == [
        ("Often", "ann", stepping.FIRST, seldom),  # 40 days ago
        ("Often", "bob", f"Orders is at least 4 and {seldom}", None),
        ("Recent", "bob", "Days since last order is at most 60", None),
    ]


def test_every_change_is_a_version_and_the_second_saver_is_told(saved) -> None:
    second = membership.save(saved, "Recent", RECENT, "ann", description="Other words.", seen=1)
    assert (second.version, second.rule_version) == (2, 1)
    third = membership.save(saved, "Recent", where("orders", "at_least", 3), "ann", seen=2)
    assert (third.version, third.rule_version) == (3, 3)
    with pytest.raises(BadInput, match=r"Recent: ann saved version 3 of it on .*nothing was overwritten"):
        membership.save(saved, "Recent", RECENT, "bob", seen=2)
    with pytest.raises(BadInput, match="nothing was overwritten"):
        membership.save(saved, "Recent", RECENT, "bob")
    with saved.duck.session() as session:
        assert [each.version for each in segments.versions(session, "Recent")] == [3, 2, 1]
        acts = session.rows("SELECT who, act, what FROM workspace.audit WHERE act LIKE 'segment%' ORDER BY done_at")
    assert acts[-1] == ("ann", "segment saved", "Recent, version 3")


def test_a_frozen_segment_is_a_list_that_stays(saved) -> None:
    made = membership.save(saved, "Spring", RECENT, "the test", frozen_as_of=date(2024, 4, 30))
    assert made.frozen
    rule = membership.resolve(saved, InSegment("Spring"))
    assert members(saved, rule, date(2024, 6, 14)) == {"ann", "bob"}
    frame = compute(saved, "segments", saved.audience())
    row = frame.set_index("segment").loc["Spring"]
    assert row["rule_in_words"].startswith("the list of 30 Apr 2024: Days since last order")
    assert (row["frozen"], row["customers"], row["revenue"]) == (True, 2, 120.0)
    assert membership.save(saved, "Spring", RECENT, "x", frozen_as_of=date(2024, 6, 14), seen=1).rule_version == 2
    rule = membership.resolve(saved, InSegment("Spring"))
    assert members(saved, rule, date(2024, 6, 14)) == {"ann", "cid"}


def test_segments_name_each_other_but_never_in_a_circle(saved) -> None:
    membership.save(saved, "Both", All((InSegment("Recent"), where("revenue", "more_than", 70))), "x")
    rule = membership.resolve(saved, InSegment("Both"))
    assert members(saved, rule, date(2024, 6, 14)) == {"cid"}
    assert members(saved, Not(rule), date(2024, 6, 14)) == {"ann", "bob"}
    with pytest.raises(BadRule, match="Recent → Both → Recent"):
        membership.save(saved, "Recent", Any_((RECENT, InSegment("Both"))), "x", seen=1)
    with pytest.raises(BadRule, match="Recent → Recent"):
        membership.save(saved, "Recent", InSegment("Recent"), "x", seen=1)
    with pytest.raises(BadRule, match="asked for by Both"):
        membership.archive(saved, "Recent", "x", 1)
    membership.archive(saved, "Both", "x", 1)
    with pytest.raises(UnknownName):
        membership.resolve(saved, InSegment("Both"))


def test_what_is_looked_up_stays_when_the_segment_changes(saved) -> None:
    asked = membership.resolve(saved, InSegment("Recent"))
    link = saved.links.keep(asked, "x")
    membership.save(saved, "Recent", where("orders", "at_least", 100), "x", seen=1)
    assert saved.links.rule(link) == asked
    assert members(saved, saved.links.rule(link), date(2024, 6, 14)) == {"ann", "cid"}


def test_an_audience_that_is_known_asks_the_database_nothing(saved, monkeypatch) -> None:
    link = saved.links.keep(did("bought", []), "x")
    assert saved.links.rule("of nobody") is None
    saved.base(saved.latest())
    entered, changes = saved.entered(segments.listed), saved.duck.changes

    def ask() -> list[str]:
        return saved.read("metrics/audience_ids", saved.audience(saved.links.rule(link)))["customer_id"].tolist()

    found = ask()  # makes a table of ids, which is no change of what people entered
    monkeypatch.setattr(saved.duck, "open_session", None)
    assert (ask(), saved.entered(segments.listed), saved.duck.changes) == (found, entered, changes)


def test_segments_and_their_overlap(saved) -> None:
    membership.save(saved, "Loyal", did("bought", value=3), "x")
    frame = compute(saved, "segments", saved.audience(before=date(2024, 3, 31)))
    columns = ("segment", "version", "customers", "customer_share", "revenue", "customers_before")
    assert rows_of(frame, *columns) == [
        ("Loyal", 1, 3, 1.0, 210.0, 2), ("Recent", 1, 2, pytest.approx(2 / 3), 150.0, 2),
    ]  # fmt: skip
    assert frame["rule_in_words"].tolist()[0] == "bought at least 3 times"
    narrow = compute(saved, "segments", saved.audience(where("customer_id", "is_not", "ann")))
    assert narrow["customers"].tolist() == [2, 1]
    frame = compute(saved, "segment_overlap", saved.audience())
    assert rows_of(frame, "segment", "other", "customers", "share_of_segment") == [
        ("Loyal", "Loyal", 3, 1.0), ("Loyal", "Recent", 2, pytest.approx(2 / 3)),
        ("Recent", "Loyal", 2, 1.0), ("Recent", "Recent", 2, 1.0),
    ]  # fmt: skip


def test_names_that_do_not_do(saved) -> None:
    for name in ("", "  ", "x" * 81, "a\nb", "RECENT"):
        with pytest.raises(BadValue):
            membership.save(saved, name, RECENT, "x")
