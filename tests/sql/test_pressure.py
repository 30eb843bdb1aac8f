"""Each statement about contacts over time on rows that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import in_memory
from tests.metrics.loading import load_frame, load_orders, rows_of

#: Ann buys twice on one day after three contacts; Bob once after one; Cid never hears of anything.
ORDERS = [
    ("ann", "2024-01-01", 10.0), ("ann", "2024-02-10", 60.0), ("ann", "2024-02-10", 40.0),
    ("bob", "2024-02-20", 30.0),
    ("cid", "2024-02-25", 5.0),
]  # fmt: skip
AS_OF = date(2024, 3, 1)


def contacts() -> pd.DataFrame:
    rows = [
        ("ann", "K1", "A", "email", "2024-01-20 09:00", True, True, False),  # 21 days before the purchase
        ("ann", "K2", "A", "phone", "2024-02-03 10:30", True, False, False),  # 7 days before
        ("ann", "K3", None, None, "2024-02-10 08:00", None, False, True),  # the same day, channel of the campaign
        ("ann", "K3", "control", "email", "2024-02-09 08:00", True, True, False),  # held back
        ("bob", "K1", "A", "email", "2024-02-19 09:00", True, True, False),
        ("bob", "K2", "A", "phone", "2024-02-19 10:00", False, False, False),  # never sent
        ("bob", "K9", "A", "phone", "2024-03-02 10:00", True, False, False),  # after the day
    ]
    names = ["customer_id", "campaign_id", "arm", "channel", "contacted_at", "sent", "responded", "unsubscribed"]
    frame = pd.DataFrame(rows, columns=names).assign(contact_id=[f"T{n}" for n in range(len(rows))])
    flags = dict.fromkeys(["sent", "responded", "unsubscribed"], "boolean")
    return frame.astype(flags | {"contacted_at": "datetime64[us]"})


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    made = in_memory(tmp_path_factory.mktemp("data"))
    load_orders(made, ORDERS)
    load_frame(made, "contacts", contacts(), import_id=2)
    load_frame(made, "campaigns", pd.DataFrame({"campaign_id": ["K3"], "channel": ["sms"]}), import_id=3)
    wishes = pd.DataFrame(
        {"customer_id": ["ann", "bob"], "channel": "email", "desired_contacts_per_30_days": [1.0, 5.0]}
    )
    load_frame(made, "consents", wishes, import_id=4)
    yield made
    made.close()


@pytest.fixture
def read(warehouse: Warehouse):
    def rows(name: str, *columns: str, rule=EVERYONE, **knobs: object):
        frame = warehouse.read(f"metrics/{name}", Audience(rule, AS_OF, AS_OF), **{"controls": "||k3=control|"} | knobs)
        return rows_of(frame, *(columns or frame.columns))

    return rows


def test_attribution(read) -> None:
    knobs = {"by": "channel", "window": 30, "half_life": 7, "from_orders": True}
    found = {row[0]: row[1:] for row in read("attribution", **knobs)}
    assert set(found) == {"email", "phone", "sms"}
    # first, last, linear, decay, position: Ann's two orders are one conversion day with three steps, worth 100
    decay = [100 * part / (0.125 + 0.5 + 1) for part in (0.125, 0.5, 1)]
    assert found["email"][6:] == pytest.approx((130.0, 30.0, 100 / 3 + 30, decay[0] + 30, 40 + 30))
    assert found["phone"][6:] == pytest.approx((0.0, 0.0, 100 / 3, decay[1], 20))
    assert found["sms"][6:] == pytest.approx((0.0, 100.0, 100 / 3, decay[2], 40))
    assert [sum(row[place] for row in found.values()) for place in range(1, 6)] == pytest.approx([3.0] * 5)
    assert read("attribution", "part", "steps", **knobs | {"window": 6}) == [("email", 1), ("sms", 1)]
    assert [row[0] for row in read("attribution", **knobs | {"by": "campaign"})] == ["K1", "K2", "K3"]
    assert read("attribution", "part", rule=where("customer_id", "is", "bob"), **knobs) == [("email",)]
    assert read("attribution", **knobs | {"from_orders": False}) == []


def test_contact_pressure(read) -> None:
    columns = ("contacts", "cell", "customers", "sent", "answers_known", "responses", "opt_outs", "revenue")
    assert read("contact_pressure", *columns, window=30) == [
        (1, "never bought", 2, 1, 1, 1, 0, 30.0),
        (1, "once, 30 days", 2, 1, 1, 1, 0, 0.0),
        (2, "once, 90 days", 1, 1, 1, 0, 0, 0.0),
        (3, "once, 90 days", 1, 1, 1, 0, 1, 100.0),
    ]
    # 20 January, 3 and 10 February: no two of them lie within seven days, both ends counted
    assert {row[0] for row in read("contact_pressure", *columns, window=7)} == {1}
    assert {row[0] for row in read("contact_pressure", *columns, window=8)} == {1, 2}


def test_contact_load(read) -> None:
    columns = ("contacts", "customers", "never", "silent", "over_wish", "neglected_revenue_12m")
    found = sorted(row for row in read("contact_load", *columns, window=30, silent_days=20) if row[1])
    assert found == [(0, 1, 1, 0, 0, 5.0), (1, 1, 0, 0, 0, 0.0), (2, 1, 0, 0, 1, 0.0)]
    silent = read("contact_load", "silent", window=30, silent_days=11, rule=where("customer_id", "is", "bob"))
    assert silent == [(0,)]
    assert sum(row[0] for row in read("contact_load", "silent", window=30, silent_days=10)) == 2


def test_contact_times(read) -> None:
    assert read("contact_times") == [
        ("email", 1, 9, 1, 0, 1, 1),  # Monday 19 February
        ("email", 6, 9, 1, 0, 1, 1),  # Saturday 20 January
        ("phone", 6, 10, 1, 0, 1, 0),
        ("sms", 6, 8, 1, 0, 1, 0),
    ]


def test_contact_arms(read) -> None:
    found = read("contact_arms", "campaign_id", "arm", "is_named")
    assert found == [("K1", "a", True), ("K2", "a", True), ("K3", "control", True), ("K9", "a", True)]


def test_contact_cap_trial(read) -> None:
    # of those with a contact in the 30 days before K2 (3 February) Ann bought for 100; Bob has one on its day; K9 is not asked for
    found = read("contact_cap_trial", window=30, cap=1, campaigns="|K2|K3|")
    assert found == [("K2", False, 2, 130.0, 100.0**2 + 30.0**2, 2), ("K3", True, 1, 100.0, 100.0**2, 1)]
    assert read("contact_cap_trial", window=30, cap=2, campaigns="|K2|K3|") == [("K3", True, 1, 100.0, 100.0**2, 1)]
    assert read("contact_cap_trial", window=30, cap=3, campaigns="|K2|K3|") == []
