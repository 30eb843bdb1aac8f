"""What is known of the customers of a trial before it, on people that can be followed by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd

from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience
from tests.metrics.loading import load_frame, rows_of

ORDERS = [
    ("ann", "2023-11-01", 10.0), ("ann", "2024-02-20", 5.0), ("ann", "2024-03-31", 20.0), ("ann", "2024-04-01", 7.0),
    ("bob", "2024-03-01", 30.0), ("eve", "2024-03-05", 1.0),
]  # fmt: skip
COLUMNS = (
    "treated",
    "converted",
    "bought_for",
    "purchase_days",
    "recency_days",
    "known_days",
    "spent",
    "spent_90_days",
)


def test_uplift_members(base) -> None:
    warehouse = base(ORDERS)
    rows = [
        ("K", "ann", "A", "2024-03-01", None), ("K", "bob", "control", "2024-03-01", None), ("K", "cid", "A", "2024-03-01", None),
        ("K", "dot", "A", "2024-03-01", None), ("K", "dot", "control", "2024-03-01", None), ("L", "ann", "A", "2024-02-01", True),
        ("F", "ann", "A", None, None), ("F", "eve", "no", None, None),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["campaign_id", "customer_id", "arm", "contacted_at", "responded"])
    frame = frame.astype({"contacted_at": "datetime64[us]", "responded": "boolean"})
    frame = frame.assign(contact_id=[f"T{n}" for n in range(len(frame))], attributes=['{"v": "1"}', *[None] * 7])
    frame["converted"] = pd.array([None] * 6 + [True, False], dtype="boolean")
    load_frame(warehouse, "contacts", frame, import_id=2)
    audience = Audience(EVERYONE, date(2024, 4, 30), date(2024, 4, 30))
    knobs = {"window": 30, "controls": "|control|"}
    found = warehouse.read("metrics/uplift_members", audience, campaign="K", from_on=date(2024, 3, 1), **knobs)
    # Dot is in two arms and in none of them; Cid has never bought
    assert rows_of(found, *COLUMNS) == [
        (1, 1, 20.0, 2.0, 10.0, 121.0, 15.0, 5.0),
        (0, 1, 30.0, 0.0, None, None, 0.0, 0.0),
        (1, 0, None, 0.0, None, None, 0.0, 0.0),
    ]
    assert rows_of(found, "contacts", "responses", "attributes") == [
        (1.0, 1.0, '{"v": "1"}'),
        (0.0, 0.0, None),
        (0.0, 0.0, None),
    ]
    undated = warehouse.read(
        "metrics/uplift_members", audience, campaign="F", from_on=None, **knobs | {"controls": "||f=no|"}
    )
    assert rows_of(undated, "treated", "converted", "purchase_days") == [(1, 1, 0.0), (0, 0, 0.0)]
    # of Ann the file says it, of Eve nothing: she has bought, and did not convert
    blank = frame.tail(2).assign(
        campaign_id="B", contact_id=["b", "e"], converted=pd.array([True, None], dtype="boolean")
    )
    blank = blank.assign(contacted_at=pd.Timestamp("2024-03-01").as_unit("us"), responded_at=None)
    days = pd.to_datetime(["2024-03-10", None]).astype("datetime64[us]")
    load_frame(warehouse, "contacts", blank.assign(converted_at=days), import_id=3)
    for day, converted in ((30, 1), (9, 0)):
        audience = Audience(EVERYONE, date(2024, 3, day), date(2024, 3, day))
        found = warehouse.read("metrics/uplift_members", audience, campaign="B", from_on=date(2024, 3, 1), **knobs)
        assert rows_of(found, "customer_id", "converted") == [("ann", converted), ("eve", 0)]
    today = warehouse.read("metrics/uplift_members", audience, campaign=None, from_on=date(2024, 3, 1), **knobs)
    # everybody, in no arm: the same is known of Ann as on the day of the trial, and contacts of all campaigns count
    assert rows_of(today, "customer_id", "treated", "purchase_days", "recency_days", "spent")[:2] == [
        ("ann", None, 2.0, 10.0, 15.0),
        ("bob", None, 0.0, None, 0.0),
    ]
