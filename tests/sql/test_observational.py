"""What is known of customers before and after a contact, on three people that can be followed by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd

from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience
from tests.metrics.loading import load_frame, rows_of

ORDERS = [
    ("ann", "2024-01-01", 10.0), ("ann", "2024-02-28", 5.0), ("ann", "2024-03-01", 20.0), ("ann", "2024-03-31", 7.0),
    ("ann", "2024-04-01", 99.0),
    ("bob", "2024-02-01", 30.0), ("bob", "2024-01-30", 1.0),
    ("cid", "2024-03-05", 40.0),
    ("dot", "2024-01-01", 50.0),
]  # fmt: skip


def test_observational(base) -> None:
    warehouse = base(ORDERS)
    at = pd.to_datetime(["2024-03-01", "2024-03-01", "2024-02-01"]).astype("datetime64[us]")
    contacts = pd.DataFrame(
        {"contact_id": ["1", "2", "3"], "campaign_id": ["K", "K", "L"], "customer_id": ["ann", "dot", "bob"]}
    )
    load_frame(warehouse, "contacts", contacts.assign(contacted_at=at, arm=[None, "control", None]), import_id=2)
    audience = Audience(EVERYONE, date(2024, 4, 30), date(2024, 4, 30))
    knobs = {"campaign": "K", "window": 30, "controls": "|control|"}
    frame = warehouse.read("metrics/observational", audience, from_on=date(2024, 3, 1), **knobs)
    # Cid was nobody yet; Dot was drawn and left alone; before: 30 January (31 days) to the day before; after: to 31 March
    assert rows_of(frame, *frame.columns) == [
        (1, 2.0, 2.0, 60.0, 15.0, 0.0, 5.0, 1.0, 27.0, 1.0),
        (0, 2.0, 29.0, 31.0, 31.0, 1.0, 31.0, 1.0, 0.0, 0.0),
    ]
    earlier = warehouse.read("metrics/observational", audience, from_on=date(2024, 1, 30), **knobs)
    assert rows_of(earlier, "contacted", "revenue_after") == [(1, 5.0)]
