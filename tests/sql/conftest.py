"""Small bases, written out in the test that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

import pytest

from crm_analytics.query.warehouse import Warehouse
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_orders


@cache
def _of(rows: tuple[tuple[str | None, str, float], ...]) -> Callable[[Warehouse], None]:
    return partial(load_orders, rows=rows)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Statements read no file."""
    opened = in_memory(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Callable[[Sequence[tuple[str | None, str, float]]], Warehouse]]:
    """A function that makes a warehouse of orders given as (customer, day, amount)."""
    opened: list[Warehouse] = []

    def make(rows: Sequence[tuple[str | None, str, float]]) -> Warehouse:
        opened.append(in_memory(tmp_path, filled(_of(tuple(rows)))))
        return opened[-1]

    yield make
    for warehouse in opened:
        warehouse.close()
