"""Each statement about campaigns on rows that can be counted by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_frame, load_orders, rows_of

#: Ann buys 11 days before the wave, on its day and on the last day of its window; Bob one day too late; Cid in it and returns it.
ORDERS = [
    ("ann", "2024-01-20", 8.0), ("ann", "2024-01-31", 100.0), ("ann", "2024-03-01", 50.0),
    ("bob", "2024-03-02", 30.0), ("bob", "2023-12-31", 7.0), ("bob", "2023-12-30", 500.0),
    ("cid", "2024-02-05", 20.0), ("cid", "2024-02-06", -20.0),
    ("dan", "2024-02-29", 40.0), ("dan", "2024-03-20", 60.0),
    ("eve", "2024-02-02", 5.0),
]  # fmt: skip
AS_OF = date(2024, 3, 10)
CONTACTS = [
    # customer, campaign, arm, channel, day, direction, sent, delivered, return_cause, responded
    ("ann", "K1", "A", "mail", "2024-01-31", "out", True, True, None, True),
    ("bob", "K1", "A", "mail", "2024-01-31", "out", True, False, "moved", None),
    ("cid", "K1", "A", "mail", "2024-01-31", "out", True, None, None, None),
    ("cid", "K1", "A", "phone", "2024-02-03", "out", True, True, None, None),  # a second contact, over another channel
    ("dan", "K1", "control", "mail", None, "out", False, None, None, None),  # the wave's day is that of the treated
    ("eve", "K1", "A", "mail", "2024-01-31", "out", True, True, None, None),
    ("eve", "K1", "control", "mail", "2024-01-31", "out", False, None, None, None),  # in two arms
    ("dan", "K2", None, "phone", "2024-02-20", "out", True, True, None, None),  # inside the window of K1
    ("ann", "K2", None, "phone", "2024-03-05", "out", True, True, None, None),  # outside of it
    ("ann", "K2", None, "phone", "2024-03-06", "in", None, None, None, None),  # calls back: a response
    ("bob", "K2", None, "phone", "2024-03-11", "out", True, True, None, None),  # after the as-of date
]  # fmt: skip
NAMES = [
    "customer_id",
    "campaign_id",
    "arm",
    "channel",
    "contacted_at",
    "direction",
    "sent",
    "delivered",
    "return_cause",
    "responded",
]


def contacts() -> pd.DataFrame:
    frame = pd.DataFrame(CONTACTS, columns=NAMES).assign(contact_id=[f"T{n}" for n in range(len(CONTACTS))])
    frame["attributes"] = [
        '{"converted_on":"2024-01-01","currency":"EUR"}', '{"converted_on":"2024-02-01","currency":"usd"}', *[None] * (len(frame) - 2)
    ]  # fmt: skip
    frame["responded_at"] = [
        "2024-01-30",
        *[None] * 3,
        "2024-01-01",
        *[None] * (len(frame) - 5),
    ]  # Dan has no day of contact
    flags = dict.fromkeys(["sent", "delivered", "responded"], "boolean")
    return frame.astype(flags | dict.fromkeys(["contacted_at", "responded_at"], "datetime64[us]"))


def fill(warehouse: Warehouse) -> None:
    load_orders(warehouse, ORDERS)
    load_frame(warehouse, "contacts", contacts(), import_id=2)
    campaign = pd.DataFrame(
        {"campaign_id": ["K1", "K7"], "campaign_name": ["Winter", "To come"], "control_share": [0.3, None]}
    )
    load_frame(warehouse, "campaigns", campaign, import_id=3)
    costs = pd.DataFrame({"period_start": ["2024-01-01"] * 2, "kind": ["Acquisition", "retention"], "channel": ["web", None],
                          "amount": [100.0, 30.0]}).astype({"period_start": "datetime64[s]"})  # fmt: skip
    costs["period_start"] = costs["period_start"].dt.date
    load_frame(warehouse, "costs", costs, import_id=4)


@pytest.fixture
def read(tmp_path):
    warehouse = in_memory(tmp_path, filled(fill))

    def rows(name: str, *columns: str, rule=EVERYONE, as_of: date = AS_OF, **knobs: object):
        frame = warehouse.read(f"metrics/{name}", Audience(rule, as_of, as_of), **knobs)
        if "of_days" in frame and "of_days" not in columns:  # the same customers once more
            frame = frame[~frame["of_days"]]
        return rows_of(frame, *(columns or frame.columns))

    yield rows
    warehouse.close()


SUMS = {
    "by": None, "attribute": None, "first_on": date(2023, 12, 1), "last_on": date(2024, 4, 30), "until": AS_OF, "outcome_days": 30,
    "has_orders": True,
}  # fmt: skip


def test_campaign_sums(read) -> None:
    columns = (
        "arm",
        "in_several_arms",
        "customers",
        "contacts",
        "sent",
        "delivered",
        "responded",
        "converted",
        "buyers",
        "revenue",
    )
    rows = read("campaign_sums", *columns, campaign_from="K1", campaign_to="K1", **SUMS)
    # Ann bought for 150 in the window; Bob a day too late; Cid bought and returned it; Dan is dated by the treated
    assert sorted(rows, key=str) == [
        ("A", False, 1, 1, 1, 0, 0, 0, 0, 0.0),
        ("A", False, 1, 1, 1, 1, 1, 1, 1, 150.0),
        ("A", False, 1, 2, 1, 1, 0, 1, 1, 0.0),
        ("A", True, 1, 1, 1, 1, 0, 1, 1, 5.0),
        ("control", False, 1, 0, 0, 0, 1, 1, 1, 40.0),  # says only when he responded
    ]
    early = read("campaign_sums", "arm", "too_early", campaign_from="K1", campaign_to="K1", **SUMS)
    assert sorted(row for row in early if row[1]) == [("A", 1)]
    before = {
        row[0]: row[1:]
        for row in read(
            "campaign_sums",
            "revenue",
            "spent_before",
            "bought_before",
            "channel",
            "first_on",
            campaign_from="K1",
            campaign_to="K1",
            **SUMS,
        )
        if row[0]
    }
    # as many days before the wave: from 31 December on, not the day before that
    assert before[150.0] == (8.0, 1, "mail", "2024-01-31")
    assert before[40.0] == (0.0, 0, "mail", "2024-01-31")
    spent = read(
        "campaign_sums",
        "spent_before",
        "spent_before_squares",
        "spent_before_revenue",
        campaign_from="K1",
        campaign_to="K1",
        rule=where("customer_id", "is", "bob"),
        **SUMS,
    )
    assert spent == [(7.0, 49.0, 0.0)]


def test_sums_without_arms_count_a_call_back_as_a_response(read) -> None:
    columns = ("arm", "customers", "contacts", "responded", "converted", "own_outcomes", "margin")
    found = sorted(read("campaign_sums", *columns, campaign_from="K2", campaign_to="K2", **SUMS), key=str)
    assert found == [("sent", 1, 1, 0, 1, 0, None), ("sent", 1, 1, 1, 0, 0, None)]
    assert len(read("campaign_sums", "campaign_id", campaign_from="K1", campaign_to="K2", **SUMS)) == 7
    segments = read(
        "campaign_sums",
        "segment",
        "customers",
        campaign_from="K2",
        campaign_to="K2",
        **SUMS | {"by": "contact_channel"},
    )
    assert {row[0] for row in segments} == {"phone"}
    until = SUMS | {"until": date(2024, 2, 4)}
    early = read(
        "campaign_sums",
        "converted",
        "revenue",
        campaign_from="K1",
        campaign_to="K1",
        rule=where("customer_id", "is", "ann"),
        **until,
    )
    assert early == [(1, 100.0)]


def test_campaign_list(read) -> None:
    columns = ("campaign_id", "name", "channel", "contacts", "first_on", "last_on", "control_share")
    assert read("campaign_list", *columns, campaign="K2") == [
        ("K2", "K2", "phone", 3, "2024-02-20", "2024-03-06", None)
    ]
    assert read("campaign_list", *columns, campaign=None) == [
        ("K7", "To come", None, 0, None, None, None),
        ("K1", "Winter", "several", 7, "2024-01-31", "2024-02-03", 0.3),
        ("K2", "K2", "phone", 3, "2024-02-20", "2024-03-06", None),
    ]


def test_campaign_overlap(read) -> None:
    days = {"first_on": date(2024, 1, 31), "last_on": date(2024, 3, 4), "outcome_days": 30}
    # Dan, who has no day of his own, 20 days after that of the campaign; Ann only 34 days after hers
    assert read("campaign_overlap", campaign="K1", arm="control", **days) == [(1,)]
    assert read("campaign_overlap", campaign="K1", arm="a", **days) == [(0,)]
    assert read("campaign_overlap", campaign="K1", arm="a", **days | {"last_on": AS_OF, "outcome_days": 40}) == [(1,)]
    assert read("campaign_overlap", campaign="K2", arm="sent", **days | {"first_on": date(2024, 2, 20)}) == [(0,)]


def test_campaign_attributes(read) -> None:
    found = read("campaign_attributes", campaign=None, day="$.converted_on", currency="$.currency")
    assert found == [("K1", 1, 2, "EUR", "USD")]
    assert read("campaign_attributes", "too_early", "currencies", campaign="K1", day="$.none", currency="$.none") == [
        (0, 0)
    ]


def test_campaign_returns(read) -> None:
    assert read("campaign_returns", campaign="K1") == [("K1", "mail", "moved", 1)]
    assert read("campaign_returns", campaign="K2") == []


def test_campaign_channels(read) -> None:
    # Cid was mailed and phoned; Ann calls back over the phone
    assert read("campaign_channels", campaign="K1", controls="|control|") == [
        ("mail", "A", 4, 4, 2, None, None, 1, None),
        ("mail", "control", 1, 0, None, None, None, 1, None),
        ("phone", "A", 1, 1, 1, None, None, None, None),
    ]
    assert read("campaign_channels", campaign="K2", controls="|control|") == [
        ("phone", None, 2, 2, 2, None, None, 1, None)
    ]


def test_campaign_sums_by_the_day_of_the_first_purchase(read) -> None:
    columns = ("of_days", "arm", "in_several_arms", "day", "customers", "revenue")
    found = read("campaign_sums", *columns, campaign_from="K1", campaign_to="K1", **SUMS)
    # Bob has not bought in the window; Eve is in two arms
    assert [row[1:] for row in found if row[0]] == [
        ("A", False, 0, 1, 150.0),
        ("A", False, 5, 1, 0.0),
        ("A", False, None, 1, 0.0),
        ("A", True, 2, 1, 5.0),
        ("control", False, 29, 1, 40.0),
    ]


def test_campaign_past(read) -> None:
    columns = ("customers", "converted", "revenue", "spent_before", "spent_before_squares", "spent_before_revenue")
    found = read("campaign_past", *columns, last_from=date(2024, 2, 9), before_from=date(2024, 1, 9))
    # since 9 February Ann spent 50, Bob 30, Dan 40; before it Ann 108, Cid 0, Eve 5
    assert found == [(5, 3, 120.0, 113.0, 108.0**2 + 25, 108.0 * 50)]


def test_acquisition(read) -> None:
    found = read("acquisition", period="month")
    assert found == [
        ("2023-12-01", "not known", 1, 0, None, None),
        ("2024-01-01", "not known", 1, 0, None, 30.0),
        ("2024-01-01", "web", 0, 0, 100.0, None),
        ("2024-02-01", "not known", 3, 0, None, None),
        ("2024-03-01", "not known", 0, 2, None, None),
    ]
