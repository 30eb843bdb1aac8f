"""Rows given, rows expected: each statement of sql/metrics on a case that can be checked by hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience
from tests.metrics.loading import rows_of

#: Ann buys three times, Bob twice on one day, Cid once and returns it all, Dan only returns; one guest.
ORDERS = [
    ("ann", "2024-01-10", 100.0),
    ("ann", "2024-01-20", 50.0),
    ("ann", "2024-03-05", 50.0),
    ("bob", "2024-01-31", 30.0),
    ("bob", "2024-01-31", 10.0),
    ("cid", "2024-02-01", 20.0),
    ("cid", "2024-02-03", -20.0),
    ("dan", "2024-02-10", -5.0),
    (None, "2024-02-15", 7.5),
]
AS_OF = date(2024, 3, 10)


@pytest.fixture
def read(base):
    """A function that reads a statement on ORDERS: its rows as tuples, for everyone or for a rule."""
    warehouse = base(ORDERS)

    def rows(name: str, *columns: str, rule=EVERYONE, before: date = date(2024, 2, 5), **knobs: object):
        frame = warehouse.read(f"metrics/{name}", Audience(rule, AS_OF, before), **knobs)
        return rows_of(frame, *(columns or frame.columns))

    return rows


ANN = where("customer_id", "is", "ann")
NOT_ANN = where("customer_id", "is_not", "ann")


def test_audience_size(read) -> None:
    assert read("audience_size", "customers") == [(4,)]
    assert read("audience_size", "customers", rule=ANN) == [(1,)]


def test_diagnosis(read) -> None:
    columns = ("customers", "buyers", "repeat_buyers", "new", "prospects", "orders", "purchase_days", "revenue")
    assert read("diagnosis", *columns) == [(4, 3, 1, 3, 1, 6, 5, 235.0)]
    assert read("diagnosis", "gross_revenue", "first_order_on", "last_order_on") == [
        (260.0, "2024-01-10", "2024-03-05")
    ]
    assert read("diagnosis", *columns, rule=ANN) == [(1, 1, 1, 1, 0, 3, 3, 200.0)]


def test_diagnosis_orders(read) -> None:
    columns = ("guest_orders", "guest_revenue", "guest_first_order_on", "repurchase_revenue", "service_revenue")
    assert read("diagnosis_orders", *columns) == [(1, 7.5, "2024-02-15", 80.0, 0.0)]
    assert read("diagnosis_orders", *columns, rule=ANN) == [(0, 0.0, None, 100.0, 0.0)]


@pytest.mark.parametrize("rule", [EVERYONE, ANN, NOT_ANN])
def test_diagnosis_sums(read, rule) -> None:
    assert read("diagnosis_sums", rule=rule) == read("diagnosis_orders", rule=rule)


def test_lapsed(base) -> None:
    warehouse = base(
        [
            ("back", "2024-01-01", 1.0),
            ("back", "2024-03-01", 1.0),
            ("gone", "2024-01-01", 1.0),
            ("loyal", "2024-01-01", 1.0),
            ("loyal", "2024-01-25", 1.0),
            ("loyal", "2024-03-01", 1.0),
            ("edge", "2024-01-20", 1.0),
        ]
    )
    audience = warehouse.audience(as_of=AS_OF)
    frame = warehouse.read("metrics/lapsed", audience, then=date(2024, 2, 15), gone_since=date(2024, 1, 20))
    assert rows_of(frame, "lapsed_then", "lapsed_returned") == [(2, 1)]


def test_gaps(read) -> None:
    assert read("gaps") == [(10, 2, 1), (45, 2, 1)]
    assert read("gaps", rule=NOT_ANN) == []


def test_guests(read) -> None:
    assert read("guests") == [(1, 7.5, 235.0)]
    assert read("guests", rule=NOT_ANN) == [(0, 0.0, 35.0)]


def test_statuses(read) -> None:
    assert read("statuses") == [("new", 3, 240.0), ("prospect", 1, -5.0)]


def test_sales(read) -> None:
    columns = ("ordered_on", "revenue", "orders", "new_customers", "day_customers", "week_customers", "month_customers")
    assert read("sales", *columns) == [
        ("2024-01-10", 100.0, 1, 1, 1, 1, 1),
        ("2024-01-20", 50.0, 1, 0, 1, 1, 0),
        ("2024-01-31", 40.0, 2, 1, 1, 1, 1),
        ("2024-02-01", 20.0, 1, 1, 1, 1, 1),
        ("2024-02-03", -20.0, 0, 0, 0, 0, 0),
        ("2024-02-10", -5.0, 0, 0, 0, 0, 0),
        ("2024-02-15", 7.5, 1, 0, 0, 0, 0),
        ("2024-03-05", 50.0, 1, 0, 1, 1, 1),
    ]
    assert read("sales", "ordered_on", "quarter_customers", "year_customers", rule=ANN) == [
        ("2024-01-10", 1, 1),
        ("2024-01-20", 0, 0),
        ("2024-03-05", 0, 0),
    ]
    assert read("sales", "guest_orders", "guest_revenue")[6] == (1, 7.5)


def test_summary_and_first_order(read) -> None:
    columns = ("revenue", "revenue_before", "orders", "orders_before", "customers", "customers_before")
    assert read("summary", *columns, start=date(2024, 1, 15)) == [(52.5, 90.0, 2, 4, 1, 3)]
    assert read("summary", *columns, start=date(2024, 1, 15), rule=ANN) == [(50.0, 50.0, 1, 1, 1, 1)]
    assert read("first_order") == [("2024-01-10",)]


def test_rfm(read) -> None:
    columns = ("segment", "customers", "revenue", "median_recency_days", "median_frequency", "median_monetary")
    found = {row[0]: row[1:] for row in read("rfm", *columns)}
    assert found["Prospects"] == (1, -5.0, None, None, None)
    assert sum(row[0] for row in found.values()) == 4
    assert found["Loyal"] == (1, 200.0, 5.0, 3.0, 200.0)


def test_rfm_grid(read) -> None:
    cells = read("rfm_grid", "r_score", "fm_score", "customers", "revenue")
    assert [cell[:2] for cell in cells] == [(r, fm) for r in range(1, 6) for fm in range(1, 6)]
    # three buyers: ranks 1, 2, 3 give scores 1, 2, 4; equal values share the lower one
    assert [cell for cell in cells if cell[2]] == [(1, 2, 1, 40.0), (2, 1, 1, 0.0), (4, 4, 1, 200.0)]


def test_rfm_cutoffs(read) -> None:
    assert read("rfm_cutoffs") == [
        ("frequency", 1, 1.0, 1.0, 2),
        ("frequency", 4, 3.0, 3.0, 1),
        ("monetary", 1, 0.0, 0.0, 1),
        ("monetary", 2, 40.0, 40.0, 1),
        ("monetary", 4, 200.0, 200.0, 1),
        ("recency", 1, 39.0, 39.0, 1),
        ("recency", 2, 38.0, 38.0, 1),
        ("recency", 4, 5.0, 5.0, 1),
    ]


def test_rfm_customers(read) -> None:
    columns = ("customer_id", "recency_days", "frequency", "monetary", "r_score", "f_score", "m_score", "fm_score")
    assert read("rfm_customers", *columns, limit=100) == [
        ("ann", 5, 3, 200.0, 4, 4, 4, 4),
        ("bob", 39, 1, 40.0, 1, 1, 2, 2),
        ("cid", 38, 1, 0.0, 2, 1, 1, 1),
        ("dan", None, None, None, None, None, None, None),
    ]
    assert read("rfm_customers", "customer_id", limit=1) == [("ann",)]


def test_rfm_migration(read) -> None:
    assert read("rfm_migration", "from_segment", "customers", "revenue", rule=where("customer_id", "is", "dan")) == [
        ("Not yet a customer", 1, -5.0)
    ]
    moved = read("rfm_migration", "from_segment", "to_segment", "customers", "revenue")
    assert sum(row[2] for row in moved) == 4
    assert sum(row[3] for row in moved) == 235.0


def test_customers(read) -> None:
    columns = ("customer_id", "status", "orders", "returns", "revenue", "abc_class", "revenue_rank")
    assert read("customers", *columns, limit=100) == [
        ("ann", "new", 3, 0, 200.0, "A", 1),
        ("bob", "new", 2, 0, 40.0, "B", 2),
        ("cid", "new", 1, 1, 0.0, "C", None),
        ("dan", "prospect", 0, 1, -5.0, None, None),
    ]


def test_revenues(read) -> None:
    assert read("revenues") == [(200.0, 1), (40.0, 1), (0.0, 1)]


def test_abc(read) -> None:
    assert read("abc") == [("A", 1, 200.0, 0, 0.0), ("B", 1, 40.0, 0, 0.0), ("C", 0, 0.0, 1, 0.0)]


def test_top_customers_kept(base) -> None:
    early = [(f"c{n}", "2024-01-01", 10.0 + n) for n in range(6)]  # the top 20% of 6 are the first 2: c5 and c4
    warehouse = base([*early, ("c0", "2024-02-01", 100.0), ("new", "2024-02-01", 1.0)])
    audience = warehouse.audience(as_of=date(2024, 2, 1), before=date(2024, 1, 1))
    frame = warehouse.read("metrics/top_customers_kept", audience)
    assert rows_of(frame, "top_20_before", "kept_in_top_20") == [(2, 1)]  # now the first 2 of 7: c0 and c5


def test_repurchase(read) -> None:
    # Ann is back after 10 days and known for 60; Bob is known for 39 days, Cid for 38
    assert read("repurchase") == [(10, 1, 0, 0), (38, 0, 1, 0), (39, 0, 1, 0), (60, 0, 1, 1)]


def test_retention(read) -> None:
    assert read("retention", period="month") == [
        ("2024-01-01", "2024-01-01", 2, 190.0),
        ("2024-01-01", "2024-03-01", 1, 50.0),
        ("2024-02-01", "2024-02-01", 1, 0.0),
    ]
    assert read("retention", "cohort", "bought_in", "customers", period="week", rule=ANN) == [
        ("2024-01-08", "2024-01-08", 1),
        ("2024-01-08", "2024-01-15", 1),
        ("2024-01-08", "2024-03-04", 1),
    ]


@pytest.mark.parametrize("rule", [ANN, NOT_ANN])
def test_retention_orders(read, rule) -> None:
    for period in ("week", "month", "quarter"):
        assert read("retention_orders", period=period, rule=rule) == read("retention", period=period, rule=rule)


def test_a_return_before_the_first_purchase_counts_at_age_0(base) -> None:
    warehouse = base([("a", "2024-01-05", -10.0), ("a", "2024-02-05", 30.0)])
    frame = warehouse.read("metrics/retention", warehouse.audience(), period="month")
    assert rows_of(frame, "cohort", "bought_in", "customers", "revenue") == [("2024-02-01", "2024-02-01", 1, 20.0)]
    narrow = warehouse.read(
        "metrics/retention_orders", warehouse.audience(where("customer_id", "is", "a")), period="month"
    )
    assert narrow.equals(frame)


def test_every_statement_has_its_case() -> None:
    names = {name.removeprefix("metrics/") for metric in METRICS.values() for name in metric.statements}
    files = Path(__file__).parent.glob("test_*.py")
    tested = {name for file in files for name in re.findall(r"^def test_(\w+)", file.read_text("utf-8"), re.MULTILINE)}
    tested |= {"summary", "first_order"}  # one case for both
    tested |= {file.stem.removeprefix("test_") for file in Path(__file__).parent.glob("test_*.py")}
    assert names - tested == set()
