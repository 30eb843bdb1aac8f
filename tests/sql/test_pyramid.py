"""Tiers of two years and who is watched, on orders that can be ranked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience
from tests.metrics.loading import rows_of

AS_OF, YEAR_AGO, HALF_AGO = date(2024, 6, 30), date(2023, 6, 30), date(2023, 12, 30)
#: Ten buyers of the last year: c0 is the top (1 of 10), large ends at 1, medium at 2, the rest are small.
NOW = [(f"c{place}", "2024-05-01", 100.0 - place) for place in range(10)]
#: Five of the year before: c9 was the top, c8 to c6 and gone were small.
BEFORE = [("c9", "2023-06-30", 50.0), ("c8", "2023-06-01", 40.0), ("c7", "2023-05-01", 30.0), ("c6", "2023-04-01", 20.0),
          ("gone", "2023-03-01", 10.0), ("back", "2023-02-01", 5.0), ("back", "2023-03-01", -5.0)]  # fmt: skip


@pytest.fixture
def read(base):
    """A function that reads a statement on these orders and one prospect."""
    warehouse = base([*NOW, *BEFORE, ("none", "2024-01-01", -1.0)])

    def rows(name: str, *columns: str, rule=EVERYONE, **knobs: object):
        frame = warehouse.read(f"metrics/{name}", Audience(rule, AS_OF, YEAR_AGO), **knobs)
        return rows_of(frame, *columns)

    return rows


def test_pyramid(read) -> None:
    assert read("pyramid", "tier_before", "tier", "customers", "revenue", "revenue_before", year_ago=YEAR_AGO) == [
        ("inactive", "inactive", 1, 0.0, 0.0),
        ("not yet a buyer", "medium", 1, 99.0, 0.0),
        ("not yet a buyer", "prospects", 1, -1.0, 0.0),
        ("not yet a buyer", "small", 4, 386.0, 0.0),
        ("not yet a buyer", "top", 1, 100.0, 0.0),
        ("small", "inactive", 1, 0.0, 10.0),
        ("small", "small", 3, 279.0, 90.0),
        ("top", "small", 1, 91.0, 50.0),
    ]
    only_c0 = where("customer_id", "is", "c0")  # tiers stay those of the whole base
    assert read("pyramid", "tier", "customers", rule=only_c0, year_ago=YEAR_AGO) == [("top", 1)]


def test_pareto_watch(read) -> None:
    columns = ("customer_id", "revenue_12m", "revenue_6m", "is_top", "was_top", "entry_revenue", "half_share")
    assert read("pareto_watch", *columns, half_ago=HALF_AGO) == [
        ("c0", 100.0, 100.0, True, False, 99.0, 1.0),
        ("c1", 99.0, 99.0, True, False, 99.0, 1.0),
        ("c9", 91.0, 91.0, False, True, 99.0, 1.0),
    ]
    assert read("pareto_watch", "customer_id", rule=where("customer_id", "is", "c9"), half_ago=HALF_AGO) == [("c9",)]
