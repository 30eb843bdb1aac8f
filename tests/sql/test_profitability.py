"""Profit, what classes buy, baskets and who bought what, on lines that can be added up by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_frame, rows_of

AS_OF, YEAR_AGO = date(2024, 6, 30), date(2023, 6, 30)
LINES = [
    ("1", "ann", "2024-06-01", "pan", 2.0, 10.0), ("1", "ann", "2024-06-01", "cup", 1.0, 5.0), ("1", "ann", "2024-06-01", "POST", 1.0, 4.0),
    ("2", "ann", "2024-06-10", "pan", -1.0, 10.0),
    ("3", "bob", "2024-06-20", "cup", 4.0, 5.0),
    ("4", "bob", "2023-06-01", "pan", 1.0, 10.0),
    ("5", None, "2024-06-30", "pan", 1.0, 10.0), ("5", None, "2024-06-30", "cup", 1.0, 5.0),
]  # fmt: skip


def fill(warehouse: Warehouse) -> None:
    """LINES: pans cost 4, cups are of unknown cost; bob costs 3 to serve."""
    names = ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"]
    lines = pd.DataFrame(LINES, columns=names).astype({"ordered_at": "datetime64[us]"})
    load_frame(warehouse, "order_lines", lines.assign(customer_id=lines["customer_id"].astype("str")))
    products = pd.DataFrame(
        {"product_id": ["pan", "cup"], "product_line": ["Kitchen", None], "product_name": ["Pan", None]}
    )
    load_frame(warehouse, "products", products.assign(unit_cost=[4.0, None]), import_id=2)
    load_frame(warehouse, "costs", pd.DataFrame({"customer_id": ["bob"], "amount": [3.0]}), import_id=3)


@pytest.fixture
def read(tmp_path):
    """A function that reads a statement on what `fill` loads."""
    warehouse = in_memory(tmp_path, filled(fill))

    def rows(name: str, *columns: str, rule=EVERYONE, **knobs: object):
        frame = warehouse.read(f"metrics/{name}", Audience(rule, AS_OF, YEAR_AGO), **knobs)
        return rows_of(frame, *(columns or frame.columns))

    yield rows
    warehouse.close()


ANN = where("customer_id", "is", "ann")


def test_profits(read) -> None:
    assert read("profits") == [(6.0, 1, 19.0), (3.0, 1, 30.0)]  # ann 10 - 4, bob 10 - 4 - 3
    assert read("profits", rule=ANN) == [(6.0, 1, 19.0)]


def test_profit_parts(read) -> None:
    columns = ("customers", "revenue", "margin", "cost_to_serve", "customers_with_costs", "customers_without_margin")
    assert read("profit_parts", *columns) == [(2, 49.0, 12.0, 3.0, 1, 0)]
    assert read("profit_parts", *columns, rule=ANN) == [(1, 19.0, 6.0, None, 0, 0)]


def test_profitability(read) -> None:
    columns = ("tier", "product_line", "customers", "revenue", "margin", "spent")
    assert read("profitability", *columns, year_ago=YEAR_AGO) == [
        ("small", "Kitchen", 1, 10.0, 6.0, 10.0),
        ("small", None, 1, 5.0, None, 5.0),
        ("top", None, 1, 20.0, None, 20.0),
    ]


def test_basket_sizes(read) -> None:
    assert read("basket_sizes", after=date.min) == [(4,)]
    assert read("basket_sizes", after=date.min, rule=ANN) == [(1,)]
    assert read("basket_sizes", after=date(2024, 6, 1)) == [(2,)]


def test_basket_days(read) -> None:
    days = read("basket_days")
    assert [row[0] for row in days] == sorted({each[2] for each in LINES}, reverse=True)
    assert sum(row[1] for row in days) == len(LINES)
    assert sum(row[1] for row in read("basket_days", rule=ANN)) == sum(each[1] == "ann" for each in LINES)


def test_basket_products(read) -> None:
    assert read("basket_products", fewest=1, after=date.min) == [(1, "cup", None, 3), (2, "pan", "Pan", 3)]
    assert read("basket_products", rule=ANN, fewest=2, after=date.min) == []


def test_a_product_without_a_name_of_its_own_is_called_as_on_its_lines(warehouse) -> None:
    names = ["order_id", "customer_id", "ordered_at", "product_id", "description", "quantity", "unit_price"]
    rows = [
        ("1", "ann", "2024-06-01", "jug", "Blue jug", 1.0, 10.0),
        ("2", "ann", "2024-06-02", "jug", "Jug, blue", 1.0, 10.0),
    ]
    load_frame(warehouse, "order_lines", pd.DataFrame(rows, columns=names).astype({"ordered_at": "datetime64[us]"}))
    audience = Audience(EVERYONE, AS_OF, YEAR_AGO)
    assert rows_of(warehouse.read("metrics/basket_products", audience, fewest=1, after=date.min), "product_name") == [
        ("Blue jug",)
    ]
    assert rows_of(warehouse.read("metrics/offer_products", audience, **DAYS), "product_name") == [("Blue jug",)]


def test_basket_items(read) -> None:
    found = read("basket_items", fewest=1, after=date.min)
    assert len(found) == 6
    baskets = {number: {item for basket, item in found if basket == number} for number, _ in found}
    assert sorted(map(sorted, baskets.values())) == [[1], [1, 2], [1, 2], [2]]
    assert read("basket_items", rule=ANN, fewest=1, after=date.min) == [(1, 1), (1, 2)]


BOB = 29  # the sample of one customer in 29 holds bob: 40861, the first four digits of the md5 of his id, is 29 times 1409
DAYS = {"until": AS_OF, "year_ago": YEAR_AGO, "lately": date(2024, 6, 9), "every": 1}


def test_offer_products(read) -> None:
    assert read("offer_products", **DAYS) == [
        ("cup", None, 1, 2, 25.0, None),
        ("pan", "Pan", 0, 1, 20.0, 12.0),
    ]
    assert read("offer_products", "product_id", "revenue", **DAYS | {"every": BOB}) == [("cup", 20.0), ("pan", None)]


def test_offer_pairs(read) -> None:
    knobs = {"after": date.min, "until": AS_OF, "every": 1}
    pairs = [(1, "cup", 5.0), (1, "pan", 20.0), (2, "cup", 20.0), (2, "pan", 10.0)]
    assert read("offer_pairs", **knobs) == pairs
    assert read("offer_pairs", **knobs | {"every": BOB}) == pairs[2:]
    assert read("offer_pairs", "product_id", rule=ANN, **knobs | {"after": AS_OF}) == []


def test_offer_people(read) -> None:
    assert read("offer_people") == [(1, "ann"), (2, "bob")]
    assert read("offer_people", rule=where("customer_id", "is", "bob")) == [(2, "bob")]
