"""What two periods are made of, on orders that can be added up by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.metrics.loading import load_frame, rows_of

#: January against February; December and March belong to neither.
ORDERS = [
    ("ann", "2023-12-31", 900.0),
    ("ann", "2024-01-01", 100.0),
    ("ann", "2024-01-31", 50.0),
    ("bob", "2024-01-31", 30.0),
    ("bob", "2024-01-31", -10.0),
    (None, "2024-01-15", 7.5),
    ("ann", "2024-02-01", 60.0),
    ("cid", "2024-02-29", 20.0),
    ("cid", "2024-02-29", 0.0),
    ("dan", "2024-02-10", -5.0),
    (None, "2024-02-11", 4.0),
    (None, "2024-02-12", -1.5),
    ("ann", "2024-03-01", 700.0),
]
COLUMNS = ("is_after", "revenue", "bought", "customers", "orders", "orders_with_units", "units", "returned", "guests")
DAYS = {
    "after_from": date(2024, 2, 1), "after_to": date(2024, 2, 29),
    "before_from": date(2024, 1, 1), "before_to": date(2024, 1, 31),
}  # fmt: skip


@pytest.fixture
def read(base):
    """A function that reads the statement on ORDERS for a rule and a day."""
    warehouse = base(ORDERS)

    def rows(rule=EVERYONE, as_of: date = date(2024, 3, 1), **days: date):
        audience = Audience(rule, as_of, date(2024, 1, 31))
        return rows_of(warehouse.read("metrics/sales_tree", audience, **{**DAYS, **days}), *COLUMNS)

    return rows


def test_both_periods_with_their_first_and_last_days(read) -> None:
    assert read() == [
        (False, 177.5, 180.0, 2, 3, 0, None, -10.0, 7.5),
        (True, 77.5, 80.0, 2, 2, 0, None, -5.0, 2.5),
    ]


def test_a_narrower_audience_has_no_guests(read) -> None:
    assert read(where("customer_id", "is_not", "ann")) == [
        (False, 20.0, 30.0, 1, 1, 0, None, -10.0, 0.0),
        (True, 15.0, 20.0, 1, 1, 0, None, -5.0, 0.0),
    ]


def test_a_period_without_orders_has_no_row(read) -> None:
    assert [row[0] for row in read(before_from=date(2022, 1, 1), before_to=date(2022, 1, 31))] == [True]
    assert read(where("customer_id", "is", "nobody")) == []


def test_nothing_after_the_as_of_date_is_counted(read) -> None:
    assert read(as_of=date(2024, 2, 10))[1] == (True, 55.0, 60.0, 1, 1, 0, None, -5.0, 0.0)


def test_units_are_those_of_purchases_and_how_many_have_them(warehouse: Warehouse) -> None:
    rows = [("a", "2024-01-05", 10.0, 2.0), ("a", "2024-02-05", 10.0, 3.0), ("b", "2024-02-06", 10.0, None)]
    rows += [("b", "2024-02-07", -4.0, -1.0), (None, "2024-02-08", 5.0, 7.0)]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "units"])
    load_frame(warehouse, "orders", frame.astype({"ordered_at": "datetime64[us]", "customer_id": "str"}))
    found = warehouse.read("metrics/sales_tree", warehouse.audience(as_of=date(2024, 3, 1)), **DAYS)
    assert rows_of(found, "orders", "orders_with_units", "units") == [(1, 1, 2.0), (2, 1, 3.0)]
