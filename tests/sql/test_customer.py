"""One customer: found by any key, on one line of time, in a rhythm, and changed since last month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import customer
from crm_analytics.query import person
from crm_analytics.query.rules import where
from tests.conftest import in_memory
from tests.metrics.loading import load_frame, rows_of

AS_OF = date(2024, 6, 30)
AT = ("ordered_at", "issued_on", "due_on", "paid_on", "contacted_at", "answered_at", "opened_at", "resolved_at", "happened_at", "given_on",
      "redeemed_on", "joined_on", "left_on")  # fmt: skip
ROWS: dict[str, list[dict[str, object]]] = {
    "orders": [
        {"order_id": "W-1", "customer_id": "ann", "ordered_at": "2024-01-01", "amount": 10.0, "channel": "web"},
        {
            "order_id": "W-2",
            "customer_id": "ann",
            "ordered_at": "2024-02-10",
            "amount": 30.0,
            "channel": "shop",
            "attributes": '{"gift_wrap":"yes","code":"SPRING","note":null,"sign":""}',
        },
        {"order_id": "W-3", "customer_id": "ann", "ordered_at": "2024-02-12", "amount": -5.0, "channel": "shop"},
        {"order_id": "W-4", "customer_id": "ann", "ordered_at": "2024-06-20", "amount": 50.0, "channel": None},
        {"order_id": "W-5", "customer_id": "bob", "ordered_at": "2024-06-30", "amount": 9.0, "channel": "web"},
        {"order_id": "W-6", "customer_id": "ann", "ordered_at": "2024-07-20", "amount": 70.0, "channel": "web"},
    ],
    "customers": [
        {
            "customer_id": "ann",
            "name": "Ann Müller",
            "email": "Ann@x.example",
            "phone": "+49 (0)30 123456",
            "postal_code": "10115",
        },
        {"customer_id": "bob", "name": "Bob <b>", "email": "bob@y.example", "phone": None, "postal_code": "10115"},
    ],
    "invoices": [
        {
            "invoice_id": "F9",
            "customer_id": "ann",
            "issued_on": "2024-02-10",
            "due_on": "2024-03-10",
            "paid_on": "2024-03-14",
            "amount": 30.0,
        },
    ],
    "contacts": [
        {
            "contact_id": "1",
            "campaign_id": "K1",
            "customer_id": "ann",
            "arm": "mail",
            "channel": "email",
            "contacted_at": "2024-03-01",
            "responded": True,
        },
        {
            "contact_id": "2",
            "campaign_id": "K2",
            "customer_id": "ann",
            "arm": "Control",
            "channel": "email",
            "contacted_at": "2024-04-01",
            "delivered": False,
        },
    ],
    "survey_answers": [
        {
            "answer_id": "a1",
            "customer_id": "ann",
            "survey": "order",
            "question": "recommend",
            "score": 9.0,
            "answered_at": "2024-02-20",
        }
    ],
    "cases": [
        {
            "case_id": "c1",
            "customer_id": "ann",
            "kind": "late",
            "channel": "phone",
            "opened_at": "2024-02-15",
            "resolved_at": "2024-02-17",
        }
    ],
    "interactions": [{"interaction_id": "i1", "customer_id": "ann", "kind": "visit", "happened_at": "2024-05-05"}],
    "benefits": [
        {
            "benefit_id": "b1",
            "customer_id": "ann",
            "kind": "gift",
            "value": 5.0,
            "given_on": "2024-05-06",
            "redeemed_on": "2024-07-01",
        }
    ],
    "memberships": [
        {"membership_id": "m1", "customer_id": "ann", "programme": "Circle", "tier": "gold", "joined_on": "2024-05-07"}
    ],
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """All nine tables, loaded once: the tests only read them."""
    warehouse = in_memory(tmp_path_factory.mktemp("data"))
    for place, (kind, rows) in enumerate(ROWS.items(), start=1):
        frame = pd.DataFrame(rows)
        load_frame(
            warehouse, kind, frame.astype({name: "datetime64[us]" for name in AT if name in frame}), import_id=place
        )
    with warehouse.changing(rebuild="customers") as session:  # as a file's load notes it
        session.do("INSERT INTO workspace.attributes VALUES (1, 'orders', 'code', 'code', 'text')")
        session.do(
            "INSERT INTO workspace.imports (import_id, kind, source, file, sha256, bytes, rows_read, new, same, changed, rejected, "
            "mapping, report, who, imported_at) "
            "VALUES (1, 'orders', 'main', 'f', 's', 1, 6, 6, 0, 0, 0, '{}', '{\"problems\":[]}', 'x', TIMESTAMP '2024-03-01')"
        )
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann", ["ann"]), ("ANN@X.example", ["ann"]), ("müller", ["ann"]), ("Muller", ["ann"]), ("mūller", ["ann"]),
        ("030 123456", ["ann"]), ("w-5", ["bob"]), ("f9", ["ann"]),
        ("10115", ["ann", "bob"]), ("  Bob <b>  ", ["bob"]), ("%", []), ("", []), ("zoe", []), ("example", ["ann", "bob"]),
    ],
)  # fmt: skip
def test_customer_search(loaded, text: str, found: list[str]) -> None:
    narrow = loaded.audience(where("customer_id", "is", "nobody"), as_of=AS_OF)  # the search looks at everybody
    assert customer.customer_search(loaded, narrow, text=text)["customer_id"].tolist() == found


def test_customer_timeline(loaded) -> None:
    frame = compute(loaded, "customer_timeline", loaded.audience(as_of=AS_OF), customer="ann")
    assert rows_of(frame, "happened_on", "kind", "what", "amount", "reference") == [
        ("2024-06-20", "purchase", None, 50.0, "W-4"),
        ("2024-05-07", "joined", "Circle, gold", None, "m1"),
        ("2024-05-06", "benefit", "gift", 5.0, "b1"),
        ("2024-05-05", "interaction", "visit", None, "i1"),
        ("2024-04-01", "control group", "K2, email", None, "K2"),
        ("2024-03-14", "payment", "4 days late", 30.0, "F9"),
        ("2024-03-01", "contact", "K1, email, responded", None, "K1"),
        ("2024-02-20", "answer", "order, recommend, 9.0", None, "a1"),
        ("2024-02-17", "case resolved", "late", None, "c1"),
        ("2024-02-15", "case", "late, phone", None, "c1"),
        ("2024-02-12", "return", "shop", -5.0, "W-3"),
        ("2024-02-10", "invoice", "due 2024-03-10", 30.0, "F9"),
        ("2024-02-10", "purchase", "shop", 30.0, "W-2"),
        ("2024-01-01", "purchase", "web", 10.0, "W-1"),
    ]
    said = frame.set_index("reference")["file_says"]
    assert said["W-2"] == "gift wrap: yes; code: SPRING"
    assert said.drop("W-2").isna().all()
    assert customer._listed("gift_wrap", list("abcdef")) == "gift wrap: a, b, c, d and 2 more"
    assert compute(loaded, "customer_timeline", loaded.audience(as_of=AS_OF)).empty


def test_customer_order_rows(loaded) -> None:
    def found(customer: str, as_of: date = AS_OF) -> list[tuple[object, ...]]:
        audience = loaded.audience(where("customer_id", "is", customer), as_of=as_of)
        return rows_of(
            loaded.read("metrics/customer_order_rows", audience), "ordered_on", "order_id", "is_line", "attributes"
        )

    assert found("ann") == [("2024-02-10", "W-2", False, '{"gift_wrap":"yes","code":"SPRING","note":null,"sign":""}')]
    assert found("bob") == found("ann", date(2024, 2, 9)) == []  # his file says nothing more; her order is later


def test_customer_rhythm(loaded) -> None:
    frame = compute(loaded, "customer_rhythm", loaded.audience(as_of=AS_OF), customer="ann")
    assert rows_of(frame, "ordered_on", "gap_days", "amount") == [
        ("2024-01-01", None, 10.0), ("2024-02-10", 40, 30.0), ("2024-06-20", 131, 50.0),
    ]  # fmt: skip
    assert customer.expected_next(frame) == date(2024, 9, 14)  # 85.5 days, rounded to even
    words = customer.rhythm_in_words(frame, AS_OF)
    assert words is not None
    assert "due about 14 Sep 2024" in words
    assert "days overdue" in str(customer.rhythm_in_words(frame, date(2024, 12, 1)))
    assert customer.expected_next(frame.head(2)) is None
    assert customer.rhythm_in_words(frame.head(0), AS_OF) is None


def test_customer_changes(loaded) -> None:
    frame = compute(loaded, "customer_changes", loaded.audience(as_of=AS_OF), customer="ann").set_index("field")
    assert frame.loc["revenue", ["before", "now", "why"]].tolist() == ["35.00", "85.00", "1 purchase of 50"]
    assert frame.loc["days since the last purchase", ["before", "now"]].tolist() == ["110", "10"]
    assert "margin" not in frame.index
    new = compute(loaded, "customer_changes", loaded.audience(as_of=AS_OF), customer="bob").set_index("field")
    assert new.loc["status", "now"] == "new"
    idle = compute(loaded, "customer_changes", loaded.audience(as_of=date(2024, 5, 31)), customer="ann").set_index(
        "field"
    )
    assert idle.loc["days since the last purchase", "why"] == "no purchase in the month"
    assert compute(loaded, "customer_changes", loaded.audience(as_of=AS_OF), customer="nobody").empty


def test_what_is_kept_of_a_person(loaded) -> None:
    with loaded.duck.session() as session, session.transaction():
        session.do(
            "INSERT INTO workspace.segment_members VALUES ('Best', 1, 'ann', DATE '2024-03-01', NULL, 'revenue', NULL)"
        )
        session.do("INSERT INTO workspace.export_members VALUES (1, 'ann', 'control'), (1, 'bob', 'treated')")
        session.do(
            """INSERT INTO workspace.exports BY NAME SELECT 1 AS export_id, 'Best' AS segment, '{}' AS rule, '' AS rule_in_words,
            DATE '2024-06-30' AS as_of, '1' AS data_version, FALSE AS unknown_consents, 0.1 AS control_share, 1 AS seed, 2 AS members,
            0 AS no_consent, 0 AS over_cap, 1 AS exported, 1 AS control, '[]' AS "columns", 'csv' AS form, 'K9' AS campaign_id,
            'Spring' AS campaign_name, 'me' AS who, TIMESTAMP '2024-06-30' AS exported_at"""
        )
    with loaded.duck.session() as session:
        assert person.segments(session, "ann")[["segment", "reason"]].to_numpy().tolist() == [["Best", "revenue"]]
        assert person.control_groups(session, "ann")["campaign_name"].tolist() == ["Spring"]
        assert person.control_groups(session, "bob").empty
        assert person.records(session, "ann")[["source", "record"]].to_numpy().tolist() == [["main", "ann"]]
        assert person.records(session, "nobody").empty


def test_a_value_is_written_as_a_person_reads_it() -> None:
    assert [customer._written("revenue", 1234.5), customer._written("r_score", np.int64(3))] == ["1,234.50", "3"]
    assert customer._written("status", pd.NA) is None
