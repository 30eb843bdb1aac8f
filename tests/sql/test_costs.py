"""What lines cost and bring, by order, customer and product: rows written out, figures by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from crm_analytics.query.facts import build_orders
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_frame

AS_OF = date(2024, 3, 31)
LINES = [
    # order, customer, when, product, pieces, amount
    ("1", "ann", "2024-01-01 23:50", "mug", 2.0, 30.0),
    ("1", "ann", "2024-01-02 00:10", "pot", 1.0, 50.0),
    ("2", "ann", "2024-01-05 10:00", "mug", -1.0, -15.0),
    ("3", "bob", "2024-01-06 10:00", "pot", 1.0, 50.0),
    ("3", "bob", "2024-01-06 10:00", "postage", 1.0, 4.0),
    ("4", None, "2024-01-07 10:00", "mug", None, 14.0),
    ("5", None, "2024-01-08 10:00", "mug", 1.0, 16.0),
]


def load_lines(warehouse: Warehouse, import_id: int = 1) -> None:
    columns = ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "amount"]
    frame = pd.DataFrame(LINES, columns=columns).astype({"ordered_at": "datetime64[us]", "customer_id": "str"})
    load_frame(warehouse, "order_lines", frame, import_id)


def load_products(warehouse: Warehouse, costs: dict[str, float | None], import_id: int = 2) -> None:
    frame = pd.DataFrame({"product_id": list(costs), "product_line": "table", "unit_cost": list(costs.values())})
    load_frame(warehouse, "products", frame, import_id)


def fill(warehouse: Warehouse) -> None:
    load_lines(warehouse)
    load_products(warehouse, {"mug": 4.5, "pot": None})
    header = pd.DataFrame({"order_id": ["5"], "customer_id": ["cid"], "amount": [16.0]})
    header["ordered_at"] = pd.Series(["2024-01-08 10:00"], dtype="datetime64[us]")
    load_frame(warehouse, "orders", header, 3)


@pytest.fixture
def shop(tmp_path):
    """Lines, products of which only the mug has a cost, and a header that knows whose order 5 is."""
    warehouse = in_memory(tmp_path, filled(fill))
    yield warehouse
    warehouse.close()


def rows(warehouse: Warehouse, select: str) -> list[tuple[object, ...]]:
    with warehouse.duck.session() as session:
        return session.rows(select)


COSTS = "SELECT order_id, net_amount, cost_amount, costed_amount FROM mart.orders ORDER BY order_id"
MARGINS = "SELECT customer_id, margin FROM mart.customers_20240331 ORDER BY customer_id"


def test_an_order_costs_what_its_lines_with_a_cost_cost(shop) -> None:
    assert rows(shop, COSTS) == [
        ("1", Decimal("80"), Decimal("9"), Decimal("30")),
        ("2", Decimal("-15"), Decimal("-4.5"), Decimal("-15")),
        ("3", Decimal("54"), None, None),
        ("4", Decimal("14"), None, None),  # an amount without pieces: of how many is not known
        ("5", Decimal("16"), Decimal("4.5"), Decimal("16")),
    ]


def test_margin_is_of_the_lines_with_a_cost_and_never_revenue(shop) -> None:
    shop.base(AS_OF)
    assert rows(shop, MARGINS) == [("ann", Decimal("10.5")), ("bob", None), ("cid", Decimal("11.5"))]


def test_lines_belong_to_the_person_and_the_day_of_their_order(shop) -> None:
    found = rows(
        shop,
        "SELECT customer_id, ordered_on, order_id, product_id, product_line, quantity, net_amount, cost_amount, is_service "
        "FROM mart.lines ORDER BY order_id, product_id",
    )
    day = {each: date(2024, 1, each) for each in range(1, 9)}
    assert found == [
        ("ann", day[1], "1", "mug", "table", 2.0, Decimal("30"), Decimal("9"), False),
        ("ann", day[1], "1", "pot", "table", 1.0, Decimal("50"), None, False),
        ("ann", day[5], "2", "mug", "table", -1.0, Decimal("-15"), Decimal("-4.5"), False),
        ("bob", day[6], "3", "postage", None, 1.0, Decimal("4"), None, True),
        ("bob", day[6], "3", "pot", "table", 1.0, Decimal("50"), None, False),
        (None, day[7], "4", "mug", "table", None, Decimal("14"), None, False),
        ("cid", day[8], "5", "mug", "table", 1.0, Decimal("16"), Decimal("4.5"), False),
    ]


def test_lines_sum_to_the_orders_with_and_without_services(shop) -> None:
    by_order = "SELECT order_id, sum(net_amount), sum(cost_amount) FROM {} GROUP BY order_id ORDER BY order_id"
    for excluded in (False, True):
        shop.set_preferences("the test", exclude_services=excluded)
        assert rows(shop, by_order.format("mart.lines")) == rows(shop, by_order.format("mart.orders"))
    assert rows(shop, "SELECT sum(net_amount) FROM mart.lines") == [(Decimal("145"),)]


@pytest.mark.parametrize("costs", [{"mug": 5.0}, {"pot": 20.0}, {"mug": None}, {"vase": 1.0}])
def test_another_cost_reaches_orders_that_no_file_touched(shop, costs) -> None:
    load_products(shop, costs, 4)
    refreshed = rows(shop, "SELECT * FROM mart.orders ORDER BY ALL")
    with shop.duck.session() as session, session.transaction():
        build_orders(session, shop.preferences)
    assert refreshed == rows(shop, "SELECT * FROM mart.orders ORDER BY ALL")


def test_a_source_without_products_reads_those_of_the_others(shop) -> None:
    with shop.changing() as session:
        session.do("UPDATE source.order_lines SET source = 'shop' WHERE order_id = '2'")
        session.do("UPDATE source.order_lines SET source = 'market' WHERE order_id = '5'")
        session.do(
            "INSERT INTO source.products (import_id, line, unit, current, source, product_id) VALUES (9, 1, 1, TRUE, 'market', 'jar')"
        )
    found = {row[0]: row[2] for row in rows(shop, COSTS) if row[0] in "125"}
    assert found == {"1": Decimal("9"), "2": Decimal("-4.5"), "5": None}


def test_pieces_beyond_all_measure_leave_the_cost_unknown(shop) -> None:
    with shop.changing() as session:
        session.do("UPDATE source.order_lines SET quantity = 1e30 WHERE order_id = '2'")
    assert rows(shop, COSTS)[1] == ("2", Decimal("-15"), None, None)


def test_amounts_of_a_land_with_large_numbers_are_exact(tmp_path) -> None:
    """The product of two numbers of eighteen digits overflows from ten thousand millions on."""
    warehouse = in_memory(tmp_path)
    lines = pd.DataFrame(
        {
            "order_id": ["1", "2"],
            "customer_id": "ann",
            "product_id": "x",
            "quantity": [2000.0, 3.0],
            "unit_price": [5e7, 0.1],
        }
    )
    load_frame(warehouse, "order_lines", lines.assign(ordered_at=pd.Timestamp("2024-01-02")), 1)
    products = pd.DataFrame(
        {"product_id": ["x"], "unit_cost": [1e12], "list_price": [6e7]}
    )  # 3 at that cost are money, 2,000 are none
    load_frame(warehouse, "products", products, 2)
    assert rows(warehouse, COSTS) == [
        ("1", Decimal("100000000000"), None, None),
        ("2", Decimal("0.3"), Decimal("3000000000000"), Decimal("0.3")),
    ]
    assert rows(warehouse, "SELECT order_id, paid, before_discount FROM mart.priced_orders ORDER BY order_id") == [
        ("1", Decimal("100000000000"), Decimal("120000000000")),
        ("2", Decimal("0.3"), Decimal("180000000")),
    ]
    warehouse.close()
