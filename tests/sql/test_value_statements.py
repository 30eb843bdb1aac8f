"""What the models of purchases, value and churn read: each statement on rows that can be checked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
import sqlglot

from crm_analytics.metrics.value.churn_features import Moment, ReadsTheFuture, guard
from crm_analytics.query import statements
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.metrics.loading import load_frame, rows_of

#: Ann comes back twice, Bob buys twice on one day, Cid once and returns it all; one guest.
ORDERS = [
    ("ann", "2024-01-01", 100.0),
    ("ann", "2024-01-15", 60.0),
    ("ann", "2024-03-01", 40.0),
    ("ann", "2024-03-01", 10.0),
    ("bob", "2024-01-31", 30.0),
    ("bob", "2024-01-31", 10.0),
    ("cid", "2024-02-01", 20.0),
    ("cid", "2024-02-03", -20.0),
    (None, "2024-02-15", 7.5),
]
AS_OF, BEFORE = date(2024, 3, 10), date(2024, 2, 5)
#: The values of a churn cut-off on 10 February with a window of 20 days.
CUT = {
    "cut_off": date(2024, 2, 10), "month_before": date(2024, 1, 11), "half_year_before": date(2023, 8, 14),
    "year_before": date(2023, 2, 10), "window_before": date(2024, 1, 21), "two_windows_before": date(2024, 1, 1),
    "next_day": date(2024, 2, 11),
    "every": 1,
}  # fmt: skip


@pytest.fixture
def sold(base) -> Warehouse:
    return base(ORDERS)


@pytest.fixture
def read(sold: Warehouse):
    """A function that reads a statement on ORDERS: its rows as tuples, for everyone or for a rule."""

    def rows(name: str, *columns: str, rule=EVERYONE, before: date = BEFORE, **knobs: object):
        frame = sold.read(f"metrics/{name}", Audience(rule, AS_OF, before), **knobs)
        return rows_of(frame, *(columns or frame.columns))

    return rows


ANN = where("customer_id", "is", "ann")


def test_btyd_histories(read) -> None:
    # repeats, days to the last, days known, later, customers
    assert read("btyd_histories", cut_off=date(2024, 2, 10)) == [(0, 0, 9, 0, 1), (0, 0, 10, 0, 1), (1, 14, 40, 1, 1)]
    assert read("btyd_histories", cut_off=AS_OF, rule=ANN) == [(0, 0, 38, 0, 1), (0, 0, 39, 0, 1), (2, 60, 69, 0, 1)]


def test_btyd_days(read) -> None:
    days = [("2024-01-01", 1, 0), ("2024-01-15", 0, 1), ("2024-01-31", 1, 0), ("2024-03-01", 0, 1)]
    assert read("btyd_days", cut_off=date(2024, 1, 31)) == days
    assert read("btyd_days", cut_off=date(2024, 1, 31), rule=ANN) == [each for each in days if each[0] != "2024-01-31"]


def test_repeat_spend(read) -> None:
    assert read("repeat_spend") == [(2, 55.0, 1)]  # (60 + 40 + 10) on two days


def test_customer_value(read) -> None:
    columns = ("customer_id", "repeats", "last_days", "known_days", "mean_amount", "revenue_12m", "last_order_on")
    assert read("customer_value", *columns) == [
        ("ann", 2, 60, 69, 55.0, 210.0, "2024-03-01"),
        ("bob", 0, 0, 39, None, 40.0, "2024-01-31"),
        ("cid", 0, 0, 38, None, 0.0, "2024-02-01"),
    ]
    assert [row[0] for row in read("customer_value", "customer_id", rule=ANN)] == ["ann"]


def test_margin_rate(read) -> None:
    assert read("margin_rate") == [(0.0, 0.0)]  # no costs are loaded


def test_churn_purchases(read) -> None:
    columns = (
        "customer_no",
        "purchase_days",
        "last_days",
        "known_days",
        "recency_days",
        "longest_gap_days",
        "squared_gaps",
    )
    longer = CUT | {"window_before": date(2024, 1, 10)}
    assert read("churn_purchases", *columns, **longer) == [
        (1, 2, 14, 40, 26, 14, 196.0),
        (2, 1, 0, 10, 10, None, None),
        (3, 1, 0, 9, 9, None, None),
    ]
    columns = ("orders", "returns", "revenue_last", "revenue_before", "bought_amount", "days_last", "days_before")
    assert read("churn_purchases", *columns, **longer) == [
        (2, 0, 60.0, 0.0, 160.0, 1, 0),
        (2, 0, 40.0, 0.0, 40.0, 1, 0),
        (1, 1, 0.0, 0.0, 20.0, 1, 0),
    ]
    # Ann has lapsed by the shorter window; of one in two customers Cid is the one, by his id
    assert read("churn_purchases", "customer_no", **CUT) == [(2,), (3,)]
    assert read("churn_purchases", "customer_no", **CUT | {"every": 2}) == [(3,)]


def test_churn_rhythm(read) -> None:
    knobs = {"cut_off": CUT["cut_off"]}
    assert read("churn_rhythm", **knobs, every=1) == [(0, 0, 9, 1), (0, 0, 10, 1), (1, 14, 40, 1)]
    assert read("churn_rhythm", **knobs, every=2) == [(0, 0, 9, 1)]


def test_churn_size(read) -> None:
    assert read("churn_size") == [(3,)]


def test_churn_outcomes(read) -> None:
    later = {"cut_off": date(2024, 2, 10), "every": 1}
    assert read("churn_outcomes", **later, outcome_to=date(2024, 2, 29)) == []
    assert read("churn_outcomes", **later, outcome_to=date(2024, 3, 1)) == [(1,)]
    assert read("churn_outcomes", cut_off=date(2024, 3, 1), outcome_to=AS_OF, every=1) == []


def test_churn_contacts(sold: Warehouse, read) -> None:
    rows = [
        ("0", "ann", "2023-02-09", True, True, True),  # over a year ago
        ("1", "ann", "2023-08-14", True, False, True),  # too long ago to be counted, yet settled
        ("2", "ann", "2024-01-11", True, True, True),
        ("3", "ann", "2024-02-01", True, False, True),  # answered, perhaps only after the cut-off
        ("4", "ann", "2024-02-11", True, True, True),  # later
        ("5", "bob", "2024-02-01", False, False, False),  # never sent
    ]
    names = ["contact_id", "customer_id", "contacted_at", "responded", "unsubscribed", "sent"]
    load_frame(sold, "contacts", pd.DataFrame(rows, columns=names).astype({"contacted_at": "datetime64[us]"}), 2)
    assert read("churn_contacts", **CUT) == [(1, 2, 2, 2, 1)]


def test_churn_cases(sold: Warehouse, read) -> None:
    rows = [
        ("1", "ann", "2023-01-05", "2023-01-06"),
        ("2", "ann", "2024-02-08", "2024-02-12"),
        ("3", "bob", "2024-02-11", None),
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "customer_id", "opened_at", "resolved_at"])
    load_frame(sold, "cases", frame.astype({"opened_at": "datetime64[us]", "resolved_at": "datetime64[us]"}), 2)
    assert read("churn_cases", **CUT) == [(1, 1, 1, 2)]  # one of the last year; what was resolved later was open


def test_churn_answers(sold: Warehouse, read) -> None:
    rows = [
        ("1", "ann", "nps", "2024-02-01", 8.0),
        ("2", "ann", "csat", "2024-02-02", 3.0),
        ("3", "ann", "nps", "2024-02-11", 0.0),  # later
        ("4", "ann", "nps", "2023-02-10", 0.0),  # over a year ago
        ("5", "bob", "expected", "2024-02-02", 3.0),
        ("6", "cid", "NPS", "2024-02-02", 11.0),  # off the scale
        ("7", "cid", "NPS", "2024-02-02", 6.0),
        ("8", "bob", None, "2024-02-02", 4.0),  # the file leaves it open: nobody gave more than 5
        ("9", "bob", None, "2024-02-03", 5.0),
    ]
    frame = pd.DataFrame(rows, columns=["answer_id", "customer_id", "question_kind", "answered_at", "score"])
    frame["question"] = ["q", "q", "q", "q", "q", "q", "q", "solved?", "solved?"]
    load_frame(sold, "survey_answers", frame.astype({"answered_at": "datetime64[us]"}), 2)
    assert read("churn_answers", **CUT) == [
        (1, pytest.approx(0.65)),
        (2, pytest.approx(0.875)),
        (3, pytest.approx(0.6)),
    ]
    moment = Moment(CUT["cut_off"], 20, 20)
    guard(sold, moment, {"answers": statements.tree("metrics/churn_answers")})
    text = statements.text("metrics/churn_answers").replace("CAST(e.answered_at AS DATE) <= $cut_off", "TRUE")
    with pytest.raises(ReadsTheFuture):
        guard(sold, moment, {"answers": sqlglot.parse_one(text, read="duckdb")})


def test_churn_invoices(sold: Warehouse, read) -> None:
    rows = [
        ("1", "ann", "2024-01-01", "2024-01-20", "2024-01-19"),
        ("2", "ann", "2024-01-01", "2024-02-01", "2024-02-20"),  # not paid at the cut-off, and due
        ("3", "ann", "2024-02-01", "2024-03-01", None),  # not due
        ("4", "bob", "2024-01-01", "2024-02-10", None),
    ]
    names = ["invoice_id", "customer_id", "issued_on", "due_on", "paid_on"]
    frame = pd.DataFrame(rows, columns=names)
    for name in names[2:]:
        frame[name] = pd.to_datetime(frame[name]).dt.date
    load_frame(sold, "invoices", frame, 2)
    assert read("churn_invoices", **CUT) == [(1, 2, 1), (2, 1, 1)]


def test_churn_lines(warehouse: Warehouse) -> None:
    rows = [
        ("A1", "ann", "2024-01-01", "books", 80.0, 20.0),
        ("A1", "ann", "2024-01-01", "toys", 100.0, None),
        ("A1", "ann", "2024-02-11", "late", 100.0, 50.0),  # of an early order, not known yet
        ("A2", "ann", "2024-02-11", "shoes", 100.0, 50.0),  # later
        ("B0", "bob", "2023-08-14", "books", 10.0, 5.0),  # over half a year ago
        ("B1", "bob", "2024-01-01", None, 10.0, None),
    ]
    names = ["order_id", "customer_id", "ordered_at", "product_line", "amount", "discount_amount"]
    load_frame(warehouse, "order_lines", pd.DataFrame(rows, columns=names).astype({"ordered_at": "datetime64[us]"}))
    knobs = {name: CUT[name] for name in ("cut_off", "half_year_before", "next_day", "every")}
    found = warehouse.read("metrics/churn_lines", warehouse.audience(), **knobs)
    assert rows_of(found, *found.columns) == [(1, pytest.approx(0.1), 2), (2, None, 0)]


def survived(read, **knobs: object):
    return read("survival", window_days=30, seen_to=date(2024, 2, 9), **knobs)


def test_survival(read) -> None:
    # the first gap of Ann over 30 days follows the purchase on day 14; Bob and Cid are lapsed since their only purchase
    assert survived(read, grouping="all") == [("all", 0, 2, 0), ("all", 14, 1, 0)]
    assert survived(read, grouping="cohort", rule=ANN) == [("2024 Q1", 14, 1, 0)]
    assert survived(read, grouping="country") == [("not known", 0, 2, 0), ("not known", 14, 1, 0)]
    longer = read("survival", window_days=50, seen_to=date(2024, 1, 20), grouping="channel")
    assert longer == [
        ("not known", 19, 0, 1),
        ("not known", None, 0, 2),
    ]  # Ann is seen for 19 days, the others began later


def test_survival_lines(warehouse: Warehouse) -> None:
    rows = [
        ("A1", "ann", "2024-01-01", "books", 30.0),
        ("A1", "ann", "2024-01-01", "toys", 70.0),
        ("A2", "ann", "2024-03-01", "books", 99.0),
    ]
    names = ["order_id", "customer_id", "ordered_at", "product_line", "amount"]
    load_frame(warehouse, "order_lines", pd.DataFrame(rows, columns=names).astype({"ordered_at": "datetime64[us]"}))
    audience = warehouse.audience(as_of=AS_OF)
    found = warehouse.read("metrics/survival_lines", audience, window_days=30, seen_to=date(2024, 2, 9))
    assert rows_of(found, *found.columns) == [("toys", 0, 1, 0)]


def test_survival_segments(read) -> None:
    # on 5 February all three had bought within 36 days; Ann's gap began before that day, Bob's and Cid's too
    found = read("survival_segments", "days", "events", "censored", window_days=36, seen_to=date(2024, 2, 3))
    assert sum(row[1] + row[2] for row in found) == 3
    assert {row[0] for row in found if row[1]} == {0}
    early = read(
        "survival_segments",
        "days",
        "events",
        "censored",
        window_days=60,
        before=date(2024, 1, 5),
        seen_to=date(2024, 1, 10),
    )
    assert early == [(5, 0, 1)]  # only Ann had bought; she stays in view until 10 January
