"""Data quality: both statements on a case that can be checked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.charts import quality as drawn
from crm_analytics.ingest import load
from crm_analytics.metrics.data import debts, quality, scores
from crm_analytics.query import completeness, quality_scores
from crm_analytics.query.rules import where
from tests.conftest import bring_in, in_memory
from tests.metrics.loading import load_frame, rows_of

ORDERS = [("ann", "2024-01-10", 100.0), ("bob", "2024-02-01", 30.0), (None, "2024-02-02", 7.0)]


@pytest.fixture
def warehouse(base):
    made = base(ORDERS)
    people = {
        "customer_id": ["ann", "bob", "cid"],
        "name": ["Ann", None, "Cid"],
        "email": ["ann@x.org", "none", None],
        "phone": ["+49 228 12345", "12", None],
        "born_on": [date(1990, 1, 2), date(2030, 1, 1), None],
    }
    load_frame(made, "customers", pd.DataFrame(people))
    load_frame(made, "consents", pd.DataFrame({"customer_id": ["ann"], "channel": ["email"], "consent": ["yes"]}))
    late = {"order_id": ["00000", "00001"], "delivered_on": [date(2024, 1, 9), date(2024, 2, 3)]}
    load_frame(made, "deliveries", pd.DataFrame(late))
    return made


def test_quality_customers(warehouse) -> None:
    found = warehouse.read("metrics/quality_customers", warehouse.audience(), several_sources=False)
    rows = {row[0]: row[1:] for row in rows_of(found, "column_name", "rows", "missing", "suspicious", "revenue_behind")}
    assert rows["name"] == (3, 1, 0, 30.0)
    assert rows["email"] == (3, 1, 1, 30.0)
    assert rows["phone"] == (3, 1, 1, 30.0)
    assert rows["born_on"] == (3, 1, 1, 30.0)
    assert rows["consent"] == (3, 2, 0, 30.0)
    assert rows["city"] == (3, 3, 0, 130.0)
    narrow = warehouse.read(
        "metrics/quality_customers", warehouse.audience(where("revenue", "at_least", 100)), several_sources=False
    )
    assert set(narrow["rows"]) == {1}


def test_quality_orders(warehouse) -> None:
    found = warehouse.read("metrics/quality_orders", warehouse.audience())
    columns = ("table_name", "column_name", "rows", "missing", "suspicious", "revenue_behind")
    assert rows_of(found, *columns) == [
        ("deliveries", "delivered_on", 2, 0, 1, 100.0),
        ("orders", "customer_id", 3, 1, 0, 7.0),
    ]


def test_what_to_mend_first(warehouse) -> None:
    frame = quality.data_quality(warehouse, warehouse.audience())
    customers = frame[frame["table"] == "customers"].set_index("column")
    assert "city" not in customers.index  # nobody gives it: it is not missing from a file
    assert customers.loc["email", "valid_share"] == pytest.approx(1 / 3)
    assert customers.loc["email", "problem"] == "1 missing; 1 suspicious: no address, or shared by several records"
    assert (frame["revenue_behind"].iloc[0], frame["column"].iloc[0]) == (130.0, "postal_code")
    assert quality.quality_in_words(frame) == (
        "Customers of main: none of 3 rows has a known postal code, and 130 of revenue hang on them. A file that has it would mend that."
    )
    assert quality.quality_in_words(frame[frame["column"] == "consent"]).startswith(
        "Mend customers: consent of main first: 2 of 3"
    )
    # a file with totals lacks no amounts, one with amounts no totals
    orders = {"order_id": ["t"], "customer_id": "ann", "ordered_at": pd.Timestamp("2024-02-02"), "total_amount": 5.0}
    load_frame(warehouse, "orders", pd.DataFrame(orders), import_id=9)
    with warehouse.duck.session() as session:
        missing = {column: n for _, _, column, _, n in completeness.counted(session, "orders")}
    assert (missing["amount"], missing["total_amount"], "tax_amount" in missing) == (0, 0, False)


def test_what_figures_leave_out_is_said(warehouse) -> None:
    lines = {"order_id": ["9", "00001"], "line_no": [1.0, 1.0], "product_id": ["mug", "mug"], "quantity": [1.0, 2.0],
             "unit_price": [3.0, 15.0]}  # fmt: skip
    load_frame(warehouse, "order_lines", pd.DataFrame(lines), 2)
    load_frame(warehouse, "products", pd.DataFrame({"product_id": ["mug"], "unit_cost": [4.0]}), 3)
    load_frame(
        warehouse,
        "cases",
        pd.DataFrame({"case_id": ["1", "2"], "customer_id": ["ann", None], "kind": ["late", "late"]}),
        4,
    )
    frame = debts.data_debt(warehouse, warehouse.audience(where("revenue", "at_least", 100)))
    said = {row.debt: (row.rows, row.of_rows, round(row.share, 4)) for row in frame.itertuples()}
    assert said == {
        "orders": (1, 3, round(7 / 137, 4)), "lines": (1, 2, 0.5), "costs": (0, 3, round(107 / 137, 4)), "consent": (2, 3, 0.6667),
        "cases": (2, 2, 1.0),
    }  # fmt: skip
    assert frame["about"].tolist()[:2] == [
        "1 orders without a customer, 5.1% of revenue, are in no customer figure.",
        "1 order lines have no day, nor has their order: they are in no figure.",
    ]
    assert debts.data_debt(warehouse, warehouse.audience(), page="voice")["debt"].tolist() == ["cases", "cases"]


def test_the_score_of_an_import_and_of_the_whole_base_is_kept_with_it(tmp_path) -> None:
    made = in_memory(tmp_path)
    on_page = []
    for name, text in (
        ("orders.csv", "order id,customer id,date,amount\n1,1,2024-01-02,5\n2,2,2024-01-03,5\n3,,2024-01-04,5\n"),
        ("first.csv", "customer id,name,email\n1,Ann,ann@x.org\n2,Bob,bob@x.org\n3,Cid,\n"),
        ("second.csv", "customer id,name,email,birth date\n4,Dan,,1990-01-02\n,,,1991-01-02\n5,,,\n"),
        ("yes.csv", "customer id,channel,consent\n1,email,yes\n2,email,no\n"),
    ):
        (tmp_path / name).write_text(text)
        bring_in(made, tmp_path / name)
        on_page.append(quality.data_sources(made, made.audience())["score"].mean())
    frame = quality.data_imports(made, made.audience())
    assert frame["score"].tolist()[1:3] == pytest.approx([8 / 9, 4 / 12])
    assert "88.9% to 33.3% of the cells are valid" in quality.trend_in_words(frame)
    assert [len(drawn.score_lines(each).data) for each in (frame, frame.head(2))] == [1, 0]
    assert quality.trend_in_words(frame.head(2)) is None
    load.undo(made, 3, "me")
    on_page.append(quality.data_sources(made, made.audience())["score"].mean())
    past = scores.data_scores(made, made.audience())
    assert past["score"].tolist() == pytest.approx(on_page), "what was kept is what the page said then"
    assert past["act"].tolist() == ["import"] * 4 + ["undo"]
    assert past["before"].tolist()[1:] == past["score"].tolist()[:-1]
    assert past["changed"].iloc[1] == "customers of main is new"
    assert past["changed"].iloc[2].startswith("email of customers of main 66.7% to 40.0% valid; name")
    assert past["changed"].iloc[3] == "consents of main is new; consent of customers of main 0.0% to 40.0% valid"
    words = scores.scores_in_words(past)
    assert words.startswith("The data score rose from")
    assert "when second.csv was taken back: consent of customers of main 40.0% to 66.7% valid" in words
    assert len(drawn.base_score_line(past).data[0].x) == 5
    assert scores.scores_in_words(past.head(1)) is None
    load.undo(made, 2, "me")
    gone = scores.data_scores(made, made.audience()).iloc[-1]
    assert gone["changed"] == "customers of main is gone"
    assert pd.isna(gone["table_score"])
    made.close()


def test_customers_are_scored_anew_when_orders_move_the_day(tmp_path, monkeypatch) -> None:
    made = in_memory(tmp_path)
    for name, text in (
        ("first.csv", "order id,customer id,date,amount\n1,1,2024-01-02,5\n"),
        ("people.csv", "customer id,name,joined on\n1,Ann,2023-01-02\n2,Bob,2024-03-03\n"),
        ("later.csv", "order id,customer id,date,amount\n2,2,2024-04-02,5\n"),
    ):
        (tmp_path / name).write_text(text)
        bring_in(made, tmp_path / name)
    past = scores.data_scores(made, made.audience())
    assert past["score"].iloc[-1] == pytest.approx(quality.data_sources(made, made.audience())["score"].mean())
    assert past["changed"].iloc[-1] == "joined on of customers of main 50.0% to 100.0% valid"
    monkeypatch.setattr(quality_scores, "MOST_ROWS", 1)
    (tmp_path / "last.csv").write_text("order id,customer id,date,amount\n3,2,2024-04-03,5\n")
    bring_in(made, tmp_path / "last.csv")
    large = scores.data_scores(made, made.audience())
    assert len(large) == len(past), "a large base is not counted"
    assert "more than 1 rows" in large.attrs["notes"][0]
    made.close()
