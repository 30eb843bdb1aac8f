"""What figures leave out: each statement on a case that can be checked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.metrics.data.debts import data_debt
from crm_analytics.query.rules import where
from tests.metrics.loading import load_frame, rows_of

#: A guest on the last day; two mugs of 15 are bob's whole order, and a mug is known to cost 4.
ORDERS = [("ann", "2024-01-10", 100.0), ("bob", "2024-02-01", 30.0), (None, "2024-02-02", 7.0)]
ANN = where("customer_id", "is", "ann")


@pytest.fixture
def warehouse(base):
    made = base(ORDERS)
    lines = {"order_id": ["9", "00001"], "line_no": [1.0, 1.0], "product_id": ["mug", "mug"], "quantity": [1.0, 2.0],
             "unit_price": [3.0, 15.0]}  # fmt: skip
    load_frame(made, "order_lines", pd.DataFrame(lines), 2)
    load_frame(made, "products", pd.DataFrame({"product_id": ["mug"], "unit_cost": [4.0]}), 3)
    return made


def test_debt_orders(warehouse) -> None:
    def found(*asked) -> list[tuple[object, ...]]:
        frame = warehouse.read("metrics/debt_orders", warehouse.audience(*asked))
        return rows_of(frame, "orders", "guest_orders", "revenue", "guest_revenue", "costed_revenue")

    assert found() == [(3, 1, 137.0, 7.0, 30.0)]
    assert found(where("revenue", "at_least", 0), date(2024, 2, 1)) == [(2, 0, 130.0, 0.0, 30.0)]
    assert found(ANN) == [(1, 0, 100.0, 0.0, 0.0)]


def test_debt_lines(warehouse) -> None:
    # order 9 has no header and its line no day; the other line has the day of its order
    frame = warehouse.read("metrics/debt_lines", warehouse.audience())
    assert rows_of(frame, "lines", "undated_lines") == [(2, 1)]


def test_debt_consent(warehouse) -> None:
    # ann said no once, bob says yes from a later day on, what cid said is not known
    rows = [("ann", "no", date(2024, 1, 1)), ("bob", "yes", date(2024, 3, 1)), ("cid", "unknown", None)]
    load_frame(warehouse, "customers", pd.DataFrame({"customer_id": ["ann", "bob", "cid"]}), 4)
    load_frame(warehouse, "consents", pd.DataFrame(rows, columns=["customer_id", "consent", "since"]), 5)

    def found(*asked) -> list[tuple[object, ...]]:
        frame = warehouse.read("metrics/debt_consent", warehouse.audience(*asked))
        return rows_of(frame, "customers", "without_consent")

    assert found() == [(3, 2)]
    assert found(ANN) == [(1, 0)]
    assert found(where("customer_id", "is_not", "nobody"), date(2024, 3, 1)) == [(3, 1)]


def test_debt_events(warehouse) -> None:
    cases = {"case_id": ["1", "2"], "customer_id": ["ann", None], "opened_at": [pd.Timestamp("2024-01-01"), None]}
    load_frame(warehouse, "cases", pd.DataFrame(cases).astype({"opened_at": "datetime64[us]"}), 4)
    invoices = {"invoice_id": ["1"], "customer_id": [None], "amount": [5.0]}
    load_frame(warehouse, "invoices", pd.DataFrame(invoices).astype({"customer_id": "str"}), 5)
    contacts = {"campaign_id": ["k"], "customer_id": ["ann"], "contacted_at": [pd.Timestamp("2024-02-03")]}
    load_frame(warehouse, "contacts", pd.DataFrame(contacts).astype({"contacted_at": "datetime64[us]"}), 6)
    frame = warehouse.read("metrics/debt_events", warehouse.audience())
    assert rows_of(frame, "table_name", "rows", "without_customer", "without_day", "after_day") == [
        ("cases", 2, 1, 1, 0), ("contacts", 1, 0, 0, 1), ("invoices", 1, 1, 1, 0), ("survey_answers", 0, 0, 0, 0),
    ]  # fmt: skip
    said = data_debt(warehouse, warehouse.audience(), page="campaigns")["about"].tolist()
    assert any(
        each.startswith("1 of 1 contacts are of days after 2 Feb 2024, the day of these figures") for each in said
    )
    assert len(data_debt(warehouse, warehouse.audience(as_of=date(2024, 2, 3)), page="campaigns")) == len(said) - 1
