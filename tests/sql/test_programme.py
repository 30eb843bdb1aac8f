"""Rows given, rows expected: the statements of the programme's figures."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.metrics.loading import load_frame, rows_of

#: Ann buys three times, Bob twice, Cid once; one guest.
ORDERS = [
    ("ann", "2024-01-10", 100.0),
    ("ann", "2024-01-20", 50.0),
    ("ann", "2024-03-20", 50.0),
    ("bob", "2024-01-31", 30.0),
    ("bob", "2024-02-20", 10.0),
    ("cid", "2024-02-01", 20.0),
    (None, "2024-02-15", 7.5),
]
AS_OF = date(2024, 3, 31)
AUDIENCE = Audience(EVERYONE, AS_OF, date(2024, 2, 5))


@pytest.fixture
def warehouse(base) -> Warehouse:
    return base(ORDERS)


def read(warehouse: Warehouse, name: str, **knobs: object) -> list[tuple]:
    frame = warehouse.read(f"metrics/{name}", AUDIENCE, **knobs)
    return rows_of(frame, *frame.columns)


def test_programme_levels(warehouse: Warehouse) -> None:
    # mean gaps: Ann 10 days in January, (10 + 60) / 2 = 35 from March on: 25 more; Bob 20 in February
    assert read(warehouse, "programme_levels") == [
        ("2024-01-01", 1, 10.0),
        ("2024-02-01", 1, 20.0),
        ("2024-03-01", 0, 25.0),
    ]


def test_programme_repeat(warehouse: Warehouse) -> None:
    # Ann and Bob come in January, Ann comes back in it, Bob in February, when Cid comes
    assert read(warehouse, "programme_repeat") == [("2024-01-01", 2, 1), ("2024-02-01", 1, 1)]


def test_programme_top_share(warehouse: Warehouse) -> None:
    # the first ceil(0.2 n) is Ann throughout: 150 of 180, 150 of 210, 200 of 260
    found = read(warehouse, "programme_top_share", since=date(2024, 1, 1))
    assert found == [
        ("2024-01-31", pytest.approx(150 / 180)),
        ("2024-02-29", pytest.approx(150 / 210)),
        ("2024-03-31", pytest.approx(200 / 260)),
    ]


def test_programme_basis(warehouse: Warehouse) -> None:
    assert read(warehouse, "programme_basis", until=date(2024, 1, 31)) == [(3, 180.0)]
    assert read(warehouse, "programme_basis", until=date(2023, 1, 31)) == [(0, 0.0)]


def test_market(warehouse: Warehouse) -> None:
    import pandas as pd

    rows = [("2024-01-01", 1000, 0.5), ("2024-02-01", 1100, None), ("2024-05-01", 1200, 0.6)]
    frame = pd.DataFrame(rows, columns=["period_start", "market_volume", "market_repurchase_rate"])
    frame["period_start"] = pd.to_datetime(frame["period_start"]).dt.date
    load_frame(warehouse, "market", frame)
    assert read(warehouse, "market") == [("2024-01-01", 1000.0, 0.5), ("2024-02-01", 1100.0, None)]


def test_programme_members(warehouse: Warehouse) -> None:
    import pandas as pd

    # Ann is a member on 1 February, Cid joins later and is in neither group; nobody has bought before but Ann and Bob
    rows = [("m1", "ann", "2024-01-15", None), ("m2", "cid", "2024-02-10", None)]
    frame = pd.DataFrame(rows, columns=["membership_id", "customer_id", "joined_on", "left_on"])
    for name in ("joined_on", "left_on"):
        frame[name] = pd.to_datetime(frame[name]).dt.date
    load_frame(warehouse, "memberships", frame)
    knobs = {"starts_on": date(2024, 2, 1), "year_before": date(2023, 2, 1), "equal_before": date(2023, 12, 3)}
    frame = warehouse.read("metrics/programme_members", AUDIENCE, **knobs)
    names = ["days", "fifth", "is_member", "customers", "revenue", "revenue_before", "gain"]
    assert rows_of(frame, *names) == [(1, 1, 0, 1, 10.0, 30.0, -20.0), (2, 2, 1, 1, 50.0, 150.0, -100.0)]


def test_programme_benefits(warehouse: Warehouse) -> None:
    import pandas as pd

    rows = [
        ("b1", "ann", "voucher", "Rational", 10.0, 7.0, "2024-01-15", "2024-02-01"),
        ("b2", "bob", "voucher", "rational", 10.0, 7.0, "2024-02-01", "2024-04-02"),  # taken up after the day
        ("b3", "ann", "gift", "emotional", 8.0, None, "2024-03-01", None),
        ("b4", "cid", "gift", "emotional", 8.0, 3.0, "2024-05-01", None),  # given after the day
    ]
    names = ["benefit_id", "customer_id", "kind", "value_offered", "value", "cost", "given_on", "redeemed_on"]
    frame = pd.DataFrame(rows, columns=names)
    for name in ("given_on", "redeemed_on"):
        frame[name] = pd.to_datetime(frame[name]).dt.date
    load_frame(warehouse, "benefits", frame)
    assert read(warehouse, "programme_benefits") == [
        ("gift", "emotional", 1, 1, 0, 8.0, None),
        ("voucher", "rational", 2, 2, 1, 20.0, 14.0),
    ]


def test_programme_holdout(warehouse: Warehouse) -> None:
    with warehouse.duck.session() as session:
        session.do(
            "INSERT INTO workspace.programme_holdouts VALUES ('P', 'bob', 0.5, 'me', TIMESTAMP '2024-01-31 00:00:00')"
        )
    # Cid came on the first day itself: in no draw
    found = read(warehouse, "programme_holdout", programme_id="P", starts_on=date(2024, 2, 1))
    assert found == [("2024-01-01", 0, 1, 1, 50.0, 2500.0), ("2024-01-01", 1, 1, 1, 10.0, 100.0)]


def test_programme_responses(warehouse: Warehouse) -> None:
    day = pd.Timestamp("2024-02-01")
    rows = [
        ("K1", "ann", "A", True, True, True), ("K1", "ann", "A", True, False, False),  # twice: counted once
        ("K1", "bob", "control", False, None, None), ("K1", "cid", "A", True, False, None),
        ("K1", "dan", "A", True, None, None), ("K1", "dan", "control", False, None, True),  # in both: in neither
        ("K2", "ann", None, True, None, False), ("K2", "bob", None, False, None, None),  # no arms: by what was sent
        ("K3", "ann", "A", True, None, None),  # not asked for
        ("K4", "ann", "A", True, None, None),  # after the day
    ]  # fmt: skip
    names = ["campaign_id", "customer_id", "arm", "sent", "delivered", "responded"]
    frame = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[3:], "boolean"))
    days = [pd.Timestamp("2024-04-01") if each == "K4" else day for each in frame["campaign_id"]]
    load_frame(warehouse, "contacts", frame.assign(contacted_at=days))
    # campaign, arm, several arms, customers, in named arms, knows sent, sent, knows delivered, delivered, knows responded, responded
    assert read(warehouse, "programme_responses", campaign="K1") == [
        ("K1", "A", False, 2, 2, 2, 2, 2, 1, 1, 1), ("K1", "control", False, 1, 1, 1, 0, 0, 0, 0, 0),
        ("K1", None, True, 1, 1, 1, 1, 0, 0, 1, 1),
    ]  # fmt: skip
    assert read(warehouse, "programme_responses", campaign="K2") == [
        ("K2", "not sent", False, 1, 0, 1, 0, 0, 0, 0, 0), ("K2", "sent", False, 1, 0, 1, 1, 0, 0, 1, 0),
    ]  # fmt: skip
    assert read(warehouse, "programme_responses", campaign="K4") == []
