"""The occasions of a day and what speaks against them, on people that can be followed by hand."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from crm_analytics.query import evaluation, membership
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_frame, load_orders, rows_of

#: Ann buys every ten days and then stops; Bob's first purchase is a year old; Cid is a prospect with a birthday.
ORDERS = [("ann", f"2024-0{1 + n // 3}-{1 + n % 3 * 10:02}", 10.0) for n in range(6)] + [
    ("bob", "2023-03-31", 30.0), ("bob", "2023-04-05", 30.0), ("bob", "2023-04-10", 30.0),
]  # fmt: skip
DAY = date(2024, 3, 31)


def fill(made: Warehouse) -> None:
    load_orders(made, ORDERS)
    born = pd.to_datetime(pd.Series(["1980-05-05", "1990-01-01", "1985-03-31"])).dt.date
    people = pd.DataFrame({"customer_id": ["ann", "bob", "cid"], "name": ["Ann A", "Bob", None], "born_on": born})
    load_frame(made, "customers", people, import_id=2)
    at = pd.to_datetime(["2024-03-01", "2024-03-10"]).astype("datetime64[us]")
    ended = pd.Series(pd.to_datetime(["2024-03-29 12:00", None])).astype("datetime64[us]")
    cases = pd.DataFrame(
        {"case_id": ["1", "2"], "customer_id": ["bob", "cid"], "kind": "late", "opened_at": at, "resolved_at": ended}
    )
    load_frame(made, "cases", cases, import_id=3)


@pytest.fixture
def warehouse(tmp_path):
    made = in_memory(tmp_path, filled(fill))
    yield made
    made.close()


@pytest.fixture
def read(warehouse):
    def rows(*columns: str, rule=EVERYONE, day: date = DAY, **knobs: object):
        given = {
            "since_days": 7,
            "outcome_days": 30,
            "end_of_february": False,
            "with_consents": False,
            "controls": "|control|",
        }
        frame = warehouse.read("metrics/today", Audience(rule, day, day), day=day, **(given | knobs))
        return rows_of(frame, *(columns or ("occasion", "customer_id", "reason")))

    return rows


def test_today(read) -> None:
    assert read() == [
        ("anniversary", "bob", "first purchase 1 year ago"),
        ("birthday", "cid", "birthday"),
        ("complaint resolved", "bob", "complaint about late resolved on 2024-03-29"),
    ]
    assert read(day=date(2024, 4, 15)) == []
    assert read(rule=where("customer_id", "is", "cid")) == [("birthday", "cid", "birthday")]
    # Ann's five gaps sum to 51 days; with two of the base's mean (7.6, for Bob's is 5) that is 9.46: late after 21 days
    late = [read("customer_id", day=date(2024, 3, day), since_days=1) for day in (13, 14, 15)]
    assert late == [[], [("ann",)], []]


def test_who_is_blocked(warehouse, read) -> None:
    wishes = pd.DataFrame(
        {
            "customer_id": ["bob", "bob", "cid"], "channel": ["Email", "phone", "email"], "consent": ["yes", "yes", "no"],
            "desired_contacts_per_30_days": [2.0, 9.0, None],
        }
    )  # fmt: skip
    load_frame(warehouse, "consents", wishes, import_id=4)
    at = pd.to_datetime(["2024-03-20", "2024-03-22", "2024-03-25"]).astype("datetime64[us]")
    contacts = pd.DataFrame(
        {"contact_id": ["1", "2", "3"], "campaign_id": "K", "customer_id": "bob", "channel": ["email", "email", "phone"],
         "arm": ["A", "A", "control"], "contacted_at": at, "responded": [True, False, None]}
    ).astype({"responded": "boolean"})  # fmt: skip
    load_frame(warehouse, "contacts", contacts, import_id=5)
    columns = (
        "occasion",
        "customer_id",
        "channel",
        "no_consent",
        "over_cap",
        "control_until",
        "is_held_out",
        "has_open_complaint",
    )
    # Bob has had the two e-mails he wished for, so the phone it is; he is in a control group to 24 April
    assert read(*columns, with_consents=True) == [
        ("anniversary", "bob", "phone", False, None, "2024-04-24", False, False),
        ("birthday", "cid", None, True, None, None, False, True),
        ("complaint resolved", "bob", "phone", False, None, "2024-04-24", False, False),
    ]
    with warehouse.duck.session() as session:
        session.do(
            "INSERT INTO workspace.contact_caps VALUES ('Phone', 0, 'the test', $now)", {"now": datetime(2024, 3, 1)}
        )
        session.do(
            "INSERT INTO workspace.programme_holdouts VALUES ('P', 'bob', 0.05, 'the test', $now)",
            {"now": datetime(2024, 3, 1)},
        )
    first = read(*columns, with_consents=True, decided="anew")[0]
    assert first == ("anniversary", "bob", "email", False, 2, "2024-04-24", True, False)


def test_who_unsubscribed_has_no_consent(warehouse, read) -> None:
    at = pd.to_datetime(["2024-03-20", "2024-03-20", None]).astype("datetime64[us]")
    contacts = pd.DataFrame(
        {"contact_id": ["1", "2", "3"], "campaign_id": "K", "customer_id": ["bob", "bob", "cid"], "channel": ["Email", "phone", "email"],
         "contacted_at": at, "unsubscribed": [True, True, None], "complained": [None, None, True]}
    ).astype({"unsubscribed": "boolean", "complained": "boolean"})  # fmt: skip
    load_frame(warehouse, "contacts", contacts, import_id=4)
    columns = ("customer_id", "channel", "no_consent")
    assert read(*columns)[:2] == [("bob", None, True), ("cid", None, True)]  # no consents are loaded
    wishes = pd.DataFrame(
        {"customer_id": ["bob", "bob", "cid"], "channel": ["email", "phone", "email"], "consent": "yes"}
    )
    wishes["since"] = [date(2024, 3, 20), date(2024, 3, 21), None]
    load_frame(warehouse, "consents", wishes, import_id=5)
    # Bob has consented to the phone once more
    assert read(*columns, with_consents=True)[:2] == [("bob", "phone", False), ("cid", None, True)]


def test_a_consent_without_a_channel_holds_for_all_of_which_nothing_else_was_said(warehouse, read) -> None:
    wishes = pd.DataFrame(
        {"customer_id": ["bob", "bob", "cid", "cid"], "channel": [None, "phone", None, "email"], "consent": ["yes", "no", "no", "no"]}
    )  # fmt: skip
    load_frame(warehouse, "consents", wishes.head(1), import_id=4)
    columns = ("customer_id", "channel", "no_consent")
    assert read(*columns, with_consents=True)[:2] == [("bob", None, False), ("cid", None, True)]  # no channel is known
    load_frame(warehouse, "consents", wishes.tail(3), import_id=5)
    assert read(*columns, with_consents=True)[:2] == [("bob", "email", False), ("cid", None, True)]


def test_a_no_without_a_channel_is_one_to_all(warehouse, read) -> None:
    columns = ("customer_id", "channel", "no_consent")
    at = pd.to_datetime(["2024-03-20", "2024-03-20", "2024-03-21"]).astype("datetime64[us]")
    contacts = pd.DataFrame(
        {"contact_id": ["1", "2", "3"], "customer_id": ["bob", "bob", "cid"], "channel": ["email", None, "chat"], "contacted_at": at,
         "direction": [None, None, "in"], "unsubscribed": [None, True, None]}
    ).astype({"unsubscribed": "boolean"})  # fmt: skip
    load_frame(warehouse, "contacts", contacts, import_id=4)
    assert read(*columns)[0] == ("bob", None, True)
    wishes = pd.DataFrame(
        {"customer_id": ["bob", "bob", "cid", "cid"], "channel": ["email", None] * 2, "consent": ["yes", "yes", "yes", "no"],
         "since": [date(2024, 3, day) for day in (19, 21, 1, 2)]}
    )  # fmt: skip
    load_frame(warehouse, "consents", wishes, import_id=5)
    # of the channels there is only the e-mail: nothing was ever sent over the chat, so what Bob said later is of none
    assert read(*columns, with_consents=True)[:2] == [("bob", None, True), ("cid", None, True)]


def test_the_last_day_of_february(base) -> None:
    made = base([("eve", "2024-02-29", 5.0), ("eve", "2025-02-27", 5.0)])
    knobs = {"since_days": 7, "outcome_days": 30, "with_consents": False, "controls": "|"}
    for end, found in ((True, ["anniversary"]), (False, [])):
        audience = Audience(EVERYONE, date(2025, 2, 28), date(2025, 2, 28))
        frame = made.read("metrics/today", audience, day=date(2025, 2, 28), end_of_february=end, **knobs)
        assert frame["occasion"].tolist() == found


def test_leaving_a_saved_segment(warehouse, read) -> None:
    saved = membership.save(warehouse, "Fresh", where("recency_days", "at_most", 20), "the test")
    evaluation.evaluate(warehouse, saved, [date(2024, 3, 1), date(2024, 3, 28)])
    found = [row for row in read() if row[0] == "segment left"]
    assert [row[1] for row in found] == ["ann"]
    assert found[0][2].startswith("left Fresh")
    assert read(day=date(2024, 4, 5), decided="later") == []
