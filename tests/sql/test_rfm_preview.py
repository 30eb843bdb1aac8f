"""Scores under other thresholds, on customers whose scores are seen at a glance."""

from __future__ import annotations

from datetime import date

from crm_analytics.query.rules import where
from crm_analytics.workspace.preferences import FIFTHS, Cutoffs
from tests.metrics.loading import rows_of

ORDERS = [("a", "2024-01-01", 10.0), ("a", "2024-03-01", 10.0), ("b", "2024-03-10", 500.0), ("c", "2024-01-05", -4.0)]


def test_rfm_preview(base) -> None:
    warehouse = base(ORDERS)
    audience = warehouse.audience(as_of=date(2024, 3, 10))
    columns = ("r_score", "f_score", "m_score", "customers", "revenue")
    fixed = Cutoffs((60, 30, 9, 0), (2, 3, 4, 5), (20.0, 100.0, 500.0, 501.0)).values()
    frame = warehouse.read("metrics/rfm_preview", audience, **fixed)
    assert sorted(rows_of(frame, *columns)) == [(4, 2, 2, 1, 20.0), (5, 1, 4, 1, 500.0)]
    fifths = warehouse.read("metrics/rfm_preview", audience, **FIFTHS)
    now = warehouse.read("metrics/rfm_customers", audience, limit=2)
    assert sorted(rows_of(fifths, "r_score", "f_score", "m_score")) == sorted(
        rows_of(now, "r_score", "f_score", "m_score")
    )
    only_b = warehouse.audience(where("customer_id", "is", "b"), as_of=date(2024, 3, 10))
    assert rows_of(warehouse.read("metrics/rfm_preview", only_b, **fixed), "r_score", "customers") == [(5, 1)]
