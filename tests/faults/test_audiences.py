"""The ids of audiences are kept beside the database: what happens when they give way."""

from __future__ import annotations

import pytest

from crm_analytics.query import audiences
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import in_memory
from tests.metrics.loading import load_orders

ORDERS = [("ann", "2024-01-10", 100.0), ("ann", "2024-02-20", 50.0), ("bob", "2024-01-31", 30.0)]
SALES = "metrics/sales"  # reads orders, so it needs the ids


@pytest.fixture
def shop(tmp_path):
    warehouse = in_memory(tmp_path)
    load_orders(warehouse, ORDERS)
    yield warehouse
    warehouse.close()


def revenue(warehouse: Warehouse, customer: str, **knobs: object) -> float:
    audience = warehouse.audience(where("customer_id", "is", customer))
    return float(warehouse.read(SALES, audience, **knobs)["revenue"].sum())


def kept(warehouse: Warehouse) -> int:
    with warehouse.duck.session() as session:
        return int(session.value("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'kept'"))


def test_another_warehouse_of_the_same_database_takes_no_audience_for_its_own(shop):
    assert revenue(shop, "ann") == 150
    other = Warehouse(shop.duck, shop.settings)
    assert revenue(other, "bob") == 30
    assert revenue(shop, "ann", anew=1) == 150


def test_the_least_recently_used_gives_way_and_comes_again(shop, monkeypatch):
    monkeypatch.setattr(audiences, "KEPT", 1)
    assert [revenue(shop, name, anew=n) for n, name in enumerate(("ann", "bob", "ann"))] == [150, 30, 150]
    assert kept(shop) == 1


def test_an_import_makes_audiences_anew(shop):
    assert revenue(shop, "bob") == 30
    load_orders(shop, [*ORDERS, ("bob", "2024-03-01", 5.0)], import_id=2)
    assert revenue(shop, "bob") == 35
    assert kept(shop) == 1
