"""Saved segments: each of their statements on a case that can be checked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from crm_analytics.query import membership
from crm_analytics.query.rules import where
from crm_analytics.workspace import segments
from tests.metrics.loading import rows_of

ORDERS = [("ann", "2024-01-10", 100.0), ("ann", "2024-02-20", 50.0), ("bob", "2024-02-01", 30.0)]
TWICE = where("orders", "at_least", 2)


@pytest.fixture
def warehouse(base):
    return base(ORDERS)


def test_segment_size(warehouse) -> None:
    assert rows_of(warehouse.read("metrics/segment_size", warehouse.audience()), "customers", "revenue", "margin") == [
        (2, 180.0, None)
    ]
    found = warehouse.read("metrics/segment_size", warehouse.audience(TWICE))
    assert rows_of(found, "customers", "revenue") == [(1, 150.0)]


def test_audience_ids(warehouse) -> None:
    assert rows_of(warehouse.read("metrics/audience_ids", warehouse.audience()), "customer_id") == [("ann",), ("bob",)]
    assert rows_of(warehouse.read("metrics/audience_ids", warehouse.audience(TWICE)), "customer_id") == [("ann",)]


def test_segment_members(warehouse) -> None:
    saved = membership.save(warehouse, "Twice", TWICE, "the test")
    with warehouse.duck.session() as session:
        rule = membership.rule_of(session, segments.one(session, "Twice"))
    membership.evaluate(warehouse, saved, [date(2024, 1, 31), date(2024, 2, 20)])
    knobs = {"segment": "Twice", "rule_version": 1, "limit": 10}
    found = warehouse.read("metrics/segment_members", warehouse.audience(rule), **knobs)
    assert rows_of(found, "customer_id", "entered_on", "reason") == [("ann", "2024-02-20", "Orders is at least 2")]
    later = warehouse.read("metrics/segment_members", warehouse.audience(rule, date(2024, 3, 1)), **knobs)
    assert rows_of(later, "customer_id", "entered_on", "reason") == [("ann", None, None)]
