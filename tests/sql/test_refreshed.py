"""Marts that are refreshed in part: by code that is newer than they are, with other settings, and numbers of customers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_analytics.query import facts, statements
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in, in_memory

HEADER = "order_id,customer_id,order_date,product_id,quantity,unit_price\n"
LINES = "".join(f"{n},m{n % 9},2024-01-{1 + n % 28:02},x,1,10\n" for n in range(40))
EARLIER = "90,a,2024-02-01,x,1,10\n"  # its id sorts before all others: numbered anew it would be the first


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Warehouse]:
    opened = in_memory(tmp_path)
    yield brought_in(opened, tmp_path, LINES)
    opened.close()


def brought_in(warehouse: Warehouse, folder: Path, lines: str) -> Warehouse:
    path = folder / f"{len(lines)}.csv"
    path.write_text(HEADER + lines)
    bring_in(warehouse, path)
    return warehouse


def orders_made(warehouse: Warehouse) -> int:
    """Another number whenever the table of orders is made anew."""
    with warehouse.duck.session() as session:
        return int(
            session.value("SELECT table_oid FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name = 'orders'")
        )


def test_other_code_that_makes_marts_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    writes = re.compile(r"(CREATE|ALTER|INSERT|DELETE|UPDATE)[^;\n]* mart\.(?!bases|numbers )")
    folder = Path(statements.__file__).parent
    makers = {path.stem for path in folder.glob("*.py") if writes.search(path.read_text(encoding="utf-8"))}
    assert makers <= set(statements.MAKERS)
    before = statements.digest.__wrapped__()
    monkeypatch.setattr(statements, "MAKERS", statements.MAKERS[1:])
    assert statements.digest.__wrapped__() != before


def test_only_what_orders_stand_on_makes_them_anew(loaded: Warehouse) -> None:
    first, version = orders_made(loaded), loaded.data_version
    grid = (("Gone",) * 5, *loaded.preferences.rfm_grid[1:])
    loaded.set_preferences("me", loyal_purchase_days=1, exclude_services=False, rfm_grid=grid, activity_window_days=9)
    assert loaded.data_version != version
    found = loaded.read("metrics/rfm_customers", loaded.audience(), limit=20)
    assert "Gone" in set(found["segment"])
    assert loaded.base(loaded.latest()).activity_window_days == 9
    assert orders_made(loaded) == first
    loaded.set_preferences("me", exclude_services=True)
    assert orders_made(loaded) != first
    asked = set()

    class Noting:
        def __getattr__(self, name: str) -> object:
            asked.add(name)
            return getattr(loaded.preferences, name)

    with loaded.duck.session() as session, session.transaction():
        facts.build_orders(session, Noting())
    asked_for = {"field_priority" if name == "trusted" else name for name in asked}  # the same, field by field
    assert asked_for == {*facts.READ, "rfm_grid"}


def test_marts_of_code_that_noted_less_and_samples(loaded: Warehouse, tmp_path: Path) -> None:
    """A partial refresh gives a new customer the next number, a whole one numbers all by id; samples are the same."""

    def drawn() -> tuple[dict[str, int], dict[str, int]]:
        with loaded.duck.session() as session:
            rows = session.rows("SELECT customer_id, customer_no, sample_no FROM mart.numbers")
        return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}

    with loaded.duck.session() as session, session.transaction():
        session.do("DELETE FROM workspace.meta WHERE name = 'lines_completed'")
    brought_in(loaded, tmp_path, EARLIER)
    with loaded.duck.session() as session:
        assert session.value("SELECT count(*) FROM mart.lines") == 41
        assert session.value("SELECT value FROM workspace.meta WHERE name = 'lines_completed'") == "False"
    numbers, samples = drawn()
    with loaded.changing():
        pass
    again, same = drawn()
    assert numbers["a"] == 10 != again["a"]
    assert samples == same
    assert all(0 <= each < 65536 for each in samples.values())
    assert samples["a"] == 0x0CC1  # the md5 of "a" begins so
