"""Saved segments: each of their statements on a case that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from crm_analytics.metrics.catalogue import compute
from crm_analytics.query import controls, evaluation, membership
from crm_analytics.query.rules import Not, did, where
from crm_analytics.schema import label_of_group
from crm_analytics.workspace import segments
from crm_analytics.workspace.campaign_plans import Entered, enter
from tests.metrics.loading import load_frame, rows_of

ORDERS = [("ann", "2024-01-10", 100.0), ("ann", "2024-02-20", 50.0), ("bob", "2024-02-01", 30.0)]
TWICE = where("orders", "at_least", 2)


@pytest.fixture
def warehouse(base):
    return base(ORDERS)


def test_segment_size(warehouse) -> None:
    assert rows_of(warehouse.read("metrics/segment_size", warehouse.audience()), "customers", "revenue", "margin") == [
        (2, 180.0, None)
    ]
    found = warehouse.read("metrics/segment_size", warehouse.audience(TWICE))
    assert rows_of(found, "customers", "revenue") == [(1, 150.0)]


def test_audience_ids(warehouse) -> None:
    assert rows_of(warehouse.read("metrics/audience_ids", warehouse.audience()), "customer_id") == [("ann",), ("bob",)]
    assert rows_of(warehouse.read("metrics/audience_ids", warehouse.audience(TWICE)), "customer_id") == [("ann",)]


def test_segment_members(warehouse) -> None:
    saved = membership.save(warehouse, "Twice", TWICE, "the test")
    with warehouse.duck.session() as session:
        rule = membership.rule_of(session, segments.one(session, "Twice"))
    evaluation.evaluate(warehouse, saved, [date(2024, 1, 31), date(2024, 2, 20)])
    knobs = {"segment": "Twice", "rule_version": 1, "limit": 10}
    found = warehouse.read("metrics/segment_members", warehouse.audience(rule), **knobs)
    assert rows_of(found, "customer_id", "entered_on", "reason") == [("ann", "2024-02-20", "Orders is at least 2")]
    later = warehouse.read("metrics/segment_members", warehouse.audience(rule, date(2024, 3, 1)), **knobs)
    assert rows_of(later, "customer_id", "entered_on", "reason") == [("ann", None, None)]


def test_segment_flow(warehouse) -> None:
    found = warehouse.read("metrics/segment_flow", warehouse.audience(before=date(2024, 1, 31)))
    assert rows_of(found, "customer_id", "revenue_12m", "was_known") == [("ann", 150.0, True), ("bob", 30.0, False)]


def test_segment_profile(warehouse) -> None:
    found = warehouse.read("metrics/segment_profile", warehouse.audience(TWICE), field="orders")
    assert rows_of(found, "value", "customers") == [("2", 1)]
    whole = warehouse.read("metrics/segment_profile", warehouse.audience(), field="orders")
    assert rows_of(whole, "value", "customers") == [("1", 1), ("2", 1)]
    assert warehouse.read("metrics/segment_profile", warehouse.audience(TWICE), field="country").empty


def test_buyers(base) -> None:
    warehouse = base([*ORDERS, ("cid", "2024-02-02", -5.0)])
    assert rows_of(warehouse.read("metrics/buyers", warehouse.audience()), "buyers") == [(2,)]
    assert rows_of(warehouse.read("metrics/buyers", warehouse.audience(TWICE)), "buyers") == [(1,)]


def test_profile_habits(warehouse) -> None:
    # 10 January 2024 was a Wednesday, 20 February a Tuesday, 1 February a Thursday
    found = warehouse.read("metrics/profile_habits", warehouse.audience(TWICE), field="weekday")
    assert rows_of(found, *found.columns) == [(2, 1, 1), (3, 1, 1), (4, 0, 1)]
    found = warehouse.read("metrics/profile_habits", warehouse.audience(TWICE), field="month")
    assert rows_of(found, *found.columns) == [(1, 1, 1), (2, 1, 2)]


@pytest.fixture
def sold(warehouse):
    """Ann has bought two lines and returned a third, Bob one."""
    names = ["order_id", "customer_id", "ordered_at", "product_line", "quantity", "amount"]
    rows = [
        ("L1", "ann", "2024-02-20", "Shoes", 1.0, 30.0), ("L1", "ann", "2024-02-20", "Shoes", 1.0, 30.0),
        ("L1", "ann", "2024-02-20", "Hats", 1.0, 10.0), ("L2", "ann", "2024-02-21", "Coats", -1.0, -50.0),
        ("L3", "bob", "2024-02-22", "Shoes", 2.0, 60.0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names).astype({"ordered_at": "datetime64[us]"})
    load_frame(warehouse, "order_lines", frame, import_id=2)
    return warehouse


def test_profile_lines(sold) -> None:
    ann = where("customer_id", "is", "ann")
    found = sold.read("metrics/profile_lines", sold.audience(ann))
    assert rows_of(found, *found.columns) == [("Hats", 1, 1), ("Shoes", 1, 2)]


BOUGHT = [
    (did("bought_product", [{"field": "product_line", "operator": "is", "value": "Hats"}]), ["ann"]),
    (did("bought_product", [{"field": "product_line", "operator": "is", "value": "Coats"}]), []),
    (did("bought_product", measure="units", value=2), ["ann", "bob"]),
    (did("bought_product", measure="units", value=3), ["ann"]),
    (did("bought_product", measure="amount", operator="less_than", value=65), ["bob"]),
    (did("returned"), ["ann"]),
    (did("bought", [{"field": "on", "operator": "last_days", "value": 1}]), ["bob"]),
]


def test_what_customers_bought_selects_them(sold) -> None:
    for rule, found in BOUGHT:
        ids = sold.read("metrics/audience_ids", sold.audience(rule))["customer_id"].tolist()
        others = sold.read("metrics/audience_ids", sold.audience(Not(rule)))["customer_id"].tolist()
        assert ids == found, rule
        assert sorted([*ids, *others]) == ["ann", "bob"]


def test_explore(warehouse) -> None:
    knobs = {"rows": "orders", "columns": "all", "controls": "|"}
    columns = ("row_value", "column_value", "period_start", "revenue", "orders", "contacts", "customers")
    found = warehouse.read("metrics/explore", warehouse.audience(), **knobs, period="all")
    assert rows_of(found, *columns) == [("1", "all", None, 30.0, 1, 0, 1), ("2", "all", None, 150.0, 2, 0, 1)]
    found = warehouse.read("metrics/explore", warehouse.audience(TWICE), **knobs, period="month")
    assert rows_of(found, *columns) == [
        ("2", "all", "2024-01-01", 100.0, 1, 0, 1), ("2", "all", "2024-02-01", 50.0, 1, 0, 1),
    ]  # fmt: skip
    knobs |= {"rows": "revenue", "columns": "recency"}
    found = warehouse.read("metrics/explore", warehouse.audience(), **knobs, period="all")
    assert rows_of(found, "row_value", "column_value", "customers") == [
        ("score 1 of 5", "score 1 of 5", 1),
        ("score 3 of 5", "score 3 of 5", 1),
    ]
    assert [label_of_group(name) for name in ("revenue", "recency", "status")] == [
        "Monetary score",
        "Recency score",
        "Status",
    ]


def test_explore_tells_responses(warehouse) -> None:
    names = ["contact_id", "campaign_id", "customer_id", "arm", "direction", "sent", "responded", "converted"]
    rows = [
        ("1", "k", "ann", "A", None, True, True, None), ("2", "k", "ann", "A", "out", True, False, True),
        ("3", "k", "bob", "A", None, True, None, None), ("4", "k", "bob", "Holdout", None, None, False, None),
        ("5", "k", "ann", "A", None, None, None, True), ("6", "k", "ann", "A", None, False, None, False),
        ("7", "k", "ann", "A", "in", None, True, None), ("8", "k", "bob", "Holdout", None, False, None, True),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names).assign(contacted_at=pd.Timestamp("2024-02-01").as_unit("us"))
    load_frame(
        warehouse, "contacts", frame.astype(dict.fromkeys(("sent", "responded", "converted"), "boolean")), import_id=2
    )
    knobs = {"rows": "orders", "columns": "all", "period": "all", "controls": "|holdout|"}
    found = warehouse.read("metrics/explore", warehouse.audience(), **knobs)
    assert rows_of(found, "row_value", "contacts", "responses") == [("1", 0, 0), ("2", 3, 2)]
    # whatever it is divided by, the same contacts count; control groups too where they stand by themselves
    for rows, cells in (
        ("contact_channel", {"unknown": 3}),
        ("campaign_id", {"k": 3}),
        ("arm", {"A": 3, "Holdout": 2}),
    ):
        found = compute(warehouse, "explore", warehouse.audience(), measure="contacts", rows=rows)
        assert dict(zip(found["row"], found["value"], strict=True)) == cells
    silent = [{"field": "responded", "operator": "is", "value": False}]
    asked = warehouse.audience(did("contacted", silent))
    assert warehouse.read("metrics/audience_ids", asked)["customer_id"].tolist() == ["ann"]


def test_cluster_features(base) -> None:
    warehouse = base([*ORDERS, ("cid", "2024-02-02", -5.0)])
    found = warehouse.read("metrics/cluster_features", warehouse.audience())
    columns = ("customer_id", "recency_days", "purchase_days", "revenue", "average_order_value", "mean_gap_days")
    assert rows_of(found, *columns) == [("ann", 0, 2, 150.0, 75.0, 41.0), ("bob", 19, 1, 30.0, 30.0, None)]


def test_contactable(warehouse) -> None:
    names = ["customer_id", "channel", "consent", "desired_contacts_per_30_days", "since"]
    rows = [
        ("ann", None, "no", None, date(2024, 1, 1)), ("ann", "email", "yes", 2.0, date(2024, 1, 1)),
        ("bob", "email", "yes", None, date(2024, 1, 1)), ("bob", "email", "no", None, date(2024, 2, 1)),
    ]  # fmt: skip
    load_frame(warehouse, "consents", pd.DataFrame(rows, columns=names), import_id=2)
    rows = [
        ("1", "ann", "2024-02-19", True, "A"), ("2", "ann", "2024-01-01", True, "A"), ("3", "ann", "2024-02-18", False, "A"),
        ("4", "ann", "2024-02-19", None, "Holdout"),  # drawn and left alone: no contact
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["contact_id", "customer_id", "contacted_at", "sent", "arm"]).assign(
        channel="Email"
    )
    load_frame(warehouse, "contacts", frame.astype({"contacted_at": "datetime64[us]"}), import_id=3)
    knobs = {"channel": "email", "day": date(2024, 2, 20), "since": date(2024, 1, 21), "controls": "|holdout|"}
    found = warehouse.read("metrics/contactable", warehouse.audience(), **knobs)
    columns = ("customer_id", "consent", "desired_contacts_per_30_days", "contacts_30_days")
    assert rows_of(found, *columns) == [("ann", "yes", 2.0, 1), ("bob", "no", None, 0)]
    assert warehouse.read("metrics/contact_channels", warehouse.audience())["channel"].tolist() == ["Email"]
    out = pd.DataFrame(
        {"contact_id": ["u", "v"], "customer_id": "ann", "channel": ["EMAIL", "sms"], "unsubscribed": [True, None]}
    )
    for number, (day, said) in enumerate([("2023-12-31", "yes"), (None, "no")], start=4):
        at = pd.Series(pd.to_datetime([day, day])).astype("datetime64[us]")
        frame = out.assign(contacted_at=at, contact_id=[f"u{number}", f"v{number}"], complained=[None, True])
        load_frame(
            warehouse, "contacts", frame.astype({"unsubscribed": "boolean", "complained": "boolean"}), import_id=number
        )
        found = warehouse.read("metrics/contactable", warehouse.audience(), **knobs)
        assert found["consent"].tolist() == [said, "no"]


def test_a_no_to_everything_goes_before_an_earlier_yes(warehouse) -> None:
    names = ["customer_id", "channel", "consent", "since"]
    rows = [
        ("ann", "email", "yes", date(2024, 1, 2)), ("ann", None, "no", date(2024, 1, 3)),
        ("bob", "email", "yes", date(2024, 1, 2)), ("bob", None, "no", date(2024, 1, 1)),
    ]  # fmt: skip
    load_frame(warehouse, "consents", pd.DataFrame(rows, columns=names), import_id=2)

    def said() -> list[str]:
        knobs = {"day": date(2024, 2, 20), "since": date(2024, 1, 21), "controls": "|"}
        return warehouse.read("metrics/contactable", warehouse.audience(), channel="email", **knobs)["consent"].tolist()

    assert said() == ["no", "yes"]
    out = pd.DataFrame({"contact_id": ["u"], "customer_id": "bob", "unsubscribed": True, "campaign_id": "no channel"})
    load_frame(warehouse, "contacts", out.assign(contacted_at=pd.Timestamp("2024-01-05").as_unit("us")), import_id=3)
    assert said() == ["no", "no"]


@pytest.mark.parametrize(("alone", "by_hand"), [("holdout", None), ("Control", None), ("B", "b"), ("", "not sent")])
def test_who_was_left_alone_was_not_contacted(warehouse, alone: str, by_hand: str | None) -> None:
    rows = [("1", "ann", alone or None, None if alone else False), ("2", "bob", "mail" if alone else None, None)]
    frame = pd.DataFrame(rows, columns=["contact_id", "customer_id", "arm", "sent"]).assign(campaign_id="k")
    frame = frame.assign(contacted_at=pd.Timestamp("2024-02-01").as_unit("us")).astype({"sent": "boolean"})
    audience = warehouse.audience(did("contacted", []))
    load_frame(warehouse, "contacts", frame, import_id=2)

    def contacted() -> list[str]:
        return warehouse.read("metrics/audience_ids", audience)["customer_id"].tolist()

    if by_hand:  # what is entered afterwards holds at once, though no data have changed
        assert contacted() == (["ann", "bob"] if alone else ["bob"])
        with warehouse.duck.session() as session, session.transaction():
            enter(session, "k", Entered(control_arm=by_hand), "the test")
    assert contacted() == ["bob"]
    text, values = warehouse.flags([audience.rule], audience.as_of)
    with warehouse.duck.session() as session:
        assert sorted(session.rows(text, values)) == [("ann", False), ("bob", True)]
        text, values = warehouse.sql("metrics/audience_ids", audience)
        assert session.rows(text, values) == [("bob",)]
    kinds = [
        compute(warehouse, "customer_timeline", warehouse.audience(), customer=each)["kind"] for each in ("ann", "bob")
    ]
    assert ["control group" in kind.tolist() for kind in kinds] == [True, False]


def test_running_controls(warehouse) -> None:
    # thirty days before the as-of date, a day more, another arm, and a day to come
    rows = [
        ("ann", "Control", "2024-01-21"),
        ("bob", "control", "2024-01-20"),
        ("bob", "A", "2024-02-01"),
        ("bob", "control", "2024-02-21"),
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "arm", "contacted_at"]).assign(contact_id=list("abcd"))
    load_frame(warehouse, "contacts", frame.astype({"contacted_at": "datetime64[us]"}), import_id=2)
    audience = warehouse.audience()
    assert controls.running(warehouse, audience, audience.as_of) == {"ann"}
    with warehouse.duck.session() as session, session.transaction():
        enter(session, "", Entered(control_arm="A"), "the test")  # named by hand, whatever it is called
    assert controls.running(warehouse, audience, audience.as_of) == {"bob"}
    bob = replace(audience, rule=where("customer_id", "is", "bob"))
    knobs = {"since": date(2024, 1, 20), "controls": "||=control|"}
    assert warehouse.read("metrics/running_controls", audience, **knobs)["customer_id"].tolist() == ["ann", "bob"]
    assert warehouse.read("metrics/running_controls", bob, **knobs)["customer_id"].tolist() == ["bob"]
