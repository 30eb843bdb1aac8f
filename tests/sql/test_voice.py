"""Each statement about answers, cases and deliveries on rows that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from crm_analytics.metrics.voice.voice import SCALES
from crm_analytics.query.choices import event_values
from crm_analytics.query.rules import EVENTS, EVERYONE, Where, did, where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import in_memory
from tests.metrics.loading import load_frame, load_orders, rows_of

#: Ann keeps buying, Bob bought once and long ago, Cid is new, Dot keeps buying and never complains.
ORDERS = [
    ("ann", "2024-01-10", 100.0), ("ann", "2024-02-20", 50.0), ("ann", "2024-03-05", 50.0),
    ("bob", "2023-01-31", 30.0),
    ("cid", "2024-03-01", 20.0),
    ("dot", "2024-01-20", 10.0), ("dot", "2024-02-25", 10.0),
]  # fmt: skip
AS_OF, BEFORE = date(2024, 3, 10), date(2024, 2, 15)
NPS, CSAT = (SCALES[kind].knobs(kind) for kind in ("nps", "csat"))


def answers() -> pd.DataFrame:
    rows = [
        ("ann", "nps", "2024-01-15 10:00", 6.0, None, "Slow", "w1", "q", '{"market": "US"}', "2024-01-14"),
        ("ann", "nps", "2024-03-06 10:00", 9.0, None, " ", "w2", "q", '{"market": "UK"}', None),
        ("bob", "NPS", "2024-02-01 09:00", 10.0, None, "Good", "w1", "q", '{"market": "US"}', None),
        ("cid", "nps", "2024-03-02 09:00", 11.0, None, None, "w2", "q", None, None),
        ("cid", "nps", None, None, None, None, "w2", "q", None, "2024-03-02"),
        ("dot", "nps", "2024-03-11 09:00", 3.0, None, "Late", "w2", "q", None, None),
        ("dot", None, "2024-03-09 09:00", 2.0, None, "Meh", "w2", "solved?", None, None),
        ("bob", None, "2024-03-01 09:00", 5.0, None, None, "w2", "solved?", None, None),
        ("ann", "expected", "2024-03-01 09:00", 5.0, None, None, "w2", "advice", None, None),
        ("ann", "perceived", "2024-03-01 09:00", 3.0, None, None, "w2", "advice", None, None),
        ("dot", None, "2024-03-01 09:00", 4.0, 5.0, None, "w2", "advice", None, None),
        ("bob", "perceived", "2024-03-01 09:00", 4.0, None, None, "w2", "advice", None, None),
        ("cid", None, "2024-03-20 09:00", 4.0, None, None, "w3", "easy?", None, None),
        (None, None, "2024-03-20 09:00", 8.0, None, None, "w3", "easy?", None, None),
    ]  # fmt: skip
    names = [
        "customer_id",
        "question_kind",
        "answered_at",
        "score",
        "expected",
        "comment",
        "wave",
        "question",
        "attributes",
    ]
    frame = pd.DataFrame(rows, columns=[*names, "invited_on"])
    frame["answered_at"] = frame["answered_at"].astype("datetime64[us]")
    frame["invited_on"] = pd.to_datetime(frame["invited_on"]).dt.date
    return frame.assign(answer_id=[f"A{n}" for n in range(len(frame))], survey="s", agent="eve")


def cases() -> pd.DataFrame:
    rows = [
        ("ann", "late", "2024-01-12 10:00", "2024-01-12 13:30", "2024-01-14 10:00", "2024-01-13 10:00", False, True),
        ("bob", "late", "2023-02-03 10:00", "2023-02-03 09:00", "2023-02-05 10:00", "2023-02-06 10:00", True, True),
        ("cid", "question", "2024-03-02 10:00", None, "2024-03-05 10:00", None, None, None),
        ("cid", "late", "2024-03-11 10:00", None, None, None, None, True),
    ]
    names = [
        "customer_id",
        "kind",
        "opened_at",
        "first_response_at",
        "promised_by",
        "resolved_at",
        "reopened",
        "complaint",
    ]
    frame = pd.DataFrame(rows, columns=names).assign(case_id=["K1", "K2", "K3", "K4"])
    stamps = [name for name in names if name.endswith(("_at", "_by"))]
    return frame.astype(dict.fromkeys(stamps, "datetime64[us]") | {"reopened": "boolean", "complaint": "boolean"})


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    made = in_memory(tmp_path_factory.mktemp("data"))
    load_orders(made, ORDERS)
    load_frame(made, "survey_answers", answers(), import_id=2)
    load_frame(made, "cases", cases(), import_id=3)
    days = [(f"{n:05}", promised, delivered) for n, (promised, delivered) in enumerate(
        [("2024-01-12", "2024-01-12"), ("2024-02-22", "2024-02-25"), ("2024-03-08", None), ("2023-02-02", "2023-02-01")])]  # fmt: skip
    frame = pd.DataFrame(days, columns=["order_id", "promised_on", "delivered_on"])
    for name in ("promised_on", "delivered_on"):
        frame[name] = pd.to_datetime(frame[name]).dt.date
    load_frame(made, "deliveries", frame, import_id=4)
    yield made
    made.close()


@pytest.fixture
def read(warehouse: Warehouse):
    def rows(name: str, *columns: str, rule=EVERYONE, **knobs: object):
        frame = warehouse.read(f"metrics/{name}", Audience(rule, AS_OF, BEFORE), **knobs)
        return rows_of(frame, *(columns or frame.columns))

    return rows


def test_the_kind_of_a_question(warehouse: Warehouse) -> None:
    # where the file leaves it open: csat up to 5, nps above, whoever gave the highest score
    with warehouse.duck.session() as session:
        assert session.rows("SELECT DISTINCT question, kind FROM mart.answers ORDER BY ALL") == [
            ("advice", "expected"), ("advice", "perceived"), ("easy?", "nps"), ("q", "nps"), ("solved?", "csat"),
        ]  # fmt: skip


def test_a_rule_asks_the_kind_that_the_figures_count(warehouse: Warehouse) -> None:
    solved = did("answered", [Where("question_kind", "is", "csat")])
    assert warehouse.read("metrics/audience_ids", Audience(solved, AS_OF, BEFORE))["customer_id"].tolist() == [
        "bob",
        "dot",
    ]
    kinds = event_values(warehouse, EVENTS["answered"], "question_kind", Audience(EVERYONE, AS_OF, BEFORE))
    assert set(kinds) == {"nps", "csat", "expected", "perceived"}


def test_opinions(read) -> None:
    asked = {"path": "$.market", **NPS}
    assert read("opinions", by="all", **asked) == [
        ("all", 3, 2, 0, 1, 1, 2, 1)
    ]  # good, middling, bad, outside, invited
    assert read("opinions", "part", "answers", "good", by="market", **asked) == [
        ("UK", 1, 1),
        ("US", 2, 1),
        (None, 0, 0),
    ]
    assert read("opinions", "part", "answers", by="quarter", **asked) == [("2024-Q1", 3), (None, 0)]
    assert read("opinions", "part", "answers", by="month", rule=where("customer_id", "is", "bob"), **asked) == [
        ("2024-02", 1)
    ]
    assert read("opinions", "answers", "good", "bad", by="all", path="$.x", **CSAT) == [(2, 1, 1)]


def test_perception(read) -> None:
    columns = ("question", "wave", "answers", "unpaired", "expected", "perceived", "gap", "gap_variance")
    assert read("perception", *columns, by="all") == [("advice", "w2", 2, 1, 5.0, 3.5, -1.5, 0.5)]
    assert len(read("perception", by="segment")) >= 2


def test_loyalty_matrix(read) -> None:
    # Ann's latest answer counts; Bob recommends but bought once; Dot's answer is of tomorrow
    columns = ("opinion", "keeps_buying", "customers", "revenue_12m")
    assert read("loyalty_matrix", *columns, **NPS) == [("good", False, 1, 0.0), ("good", True, 1, 200.0)]


def test_opinion_purchases(read) -> None:
    # 38 days back: Ann gave 6 and bought 36 days later, Bob gave 10 and did not buy; her later answer is too young
    assert read("opinion_purchases", days=38, **NPS) == [("bad", 1, 1, 50.0, None), ("good", 1, 0, 0.0, None)]
    # 9 days back: Ann again by her first answer, after which she bought on the 36th day; on the day of an answer nothing counts
    assert read("opinion_purchases", "opinion", "customers", "buyers", days=9, **NPS) == [("bad", 1, 0), ("good", 1, 0)]


def test_loyalty_moves(read) -> None:
    scale = {name: value for name, value in NPS.items() if name != "bad"}
    assert read("loyalty_moves", **scale) == [(False, False, True, True, 1)]


def test_comments(read) -> None:
    assert read("comments", limit=10) == [("Meh", "bad"), ("Good", "good"), ("Slow", "bad")]
    assert read("comments", limit=1) == [("Meh", "bad")]


def test_service(read) -> None:
    columns = ("kind", "cases", "open", "promised", "kept_promises", "reopened_known", "reopened", "complaint_unknown")
    assert read("service", *columns) == [("late", 2, 0, 2, 1, 2, 1, 0), ("question", 1, 1, 1, 0, 0, 0, 1)]


def test_service_times(read) -> None:
    assert read("service_times") == [
        ("late", "first_response", -60, 1),
        ("late", "first_response", 210, 1),
        ("late", "resolution", 1440, 1),
        ("late", "resolution", 4320, 1),
    ]


def test_recovery(read) -> None:
    # Ann complains two days after her first purchase and is back on the 40th day; Dot, who never complains, after 36
    of = ("kind", "times", "lag_days", "complaints", "recovered", "similar", "similar_back")
    assert read("recovery", *of, window_days=40) == [("late", 1, 1, 1, 0, 0, 0), ("late", 1, 1, 1, 1, 1, 1)]
    assert read("recovery", *of, window_days=34)[1] == ("late", 1, 1, 1, 0, 1, 0)


def test_deliveries(read) -> None:
    assert read("deliveries") == [
        ("2023-02-01", 1, 1, 0, 0),
        ("2024-01-01", 1, 1, 0, 0),
        ("2024-02-01", 1, 0, 1, 3),
        ("2024-03-01", 1, 0, 0, 0),
    ]
    assert read("deliveries", "period_start", rule=where("customer_id", "is", "bob")) == [("2023-02-01",)]


def test_a_delivery_counts_once_whoever_has_its_order(tmp_path) -> None:
    made = in_memory(tmp_path)
    orders = {"order_id": ["1", "1", "2"], "customer_id": ["ann", "bob", "cid"], "amount": [5.0, 7.0, 9.0]}
    day = pd.Timestamp("2024-01-03")
    load_frame(made, "orders", pd.DataFrame(orders).assign(ordered_at=[day, pd.Timestamp("2024-01-08"), day]))
    late = {"order_id": ["1", "2", "9"], "promised_on": [date(2024, 1, 6)] * 3}
    load_frame(made, "deliveries", pd.DataFrame(late | {"delivered_on": [date(2024, 1, 5), None, None]}), import_id=2)
    for rule, promised, rows, missing, behind in (
        (EVERYONE, 3, 2, 1, 9.0),  # a delivery without an order is everyone's
        (where("customer_id", "in", ["ann", "bob"]), 1, 1, 0, 0.0),
        (where("customer_id", "is", "bob"), 1, 1, 0, 7.0),  # came before his order, not before that of both
    ):
        asked = Audience(rule, AS_OF, BEFORE)
        assert rows_of(made.read("metrics/deliveries", asked), "promised") == [(promised,)]
        quality = made.read("metrics/quality_orders", asked)
        assert rows_of(quality, "table_name", "rows", "missing", "revenue_behind")[0] == (
            "deliveries",
            rows,
            missing,
            behind,
        )
    made.close()
