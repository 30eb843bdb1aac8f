"""A file of events under a source that knows none of its customers names the source that does."""

from __future__ import annotations

from pathlib import Path

from crm_analytics.ingest.archives import Part
from crm_analytics.ingest.contents import called_void, nobody_known
from crm_analytics.ingest.meant import Intake
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.review import proposed, review
from crm_analytics.ingest.strangers import strangers
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.verbs import Work
from crm_analytics.verbs.files import import_file
from tests.conftest import TODAY, bring_in

ORDERS = "order id,customer id,order date,amount\n"
CASES = "case id,customer id,opened at,resolved at\n1,7,2024-03-01,2024-03-02\n2,8,2024-03-02,\n3,9,2024-03-03,\n"


def words(warehouse: Warehouse, path: Path, source: str) -> str | None:
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, today=TODAY)
        assert found.kind == "cases"
        return strangers(review(session, found, proposed(found), source, today=TODAY))


def test_bare_numbers_of_another_system_are_asked_about(warehouse: Warehouse, tmp_path: Path) -> None:
    shop, till, cases = (tmp_path / name for name in ("shop.csv", "till.csv", "cases.csv"))
    shop.write_text(ORDERS + "1,7,2024-01-01,5\n2,8,2024-01-02,5\n3,6,2024-01-02,5\n")
    till.write_text(ORDERS + "1,70,2024-01-01,5\n2,80,2024-01-02,5\n")
    cases.write_text(CASES)
    bring_in(warehouse, shop, "shop")
    assert words(warehouse, cases, "desk") is None, "with one source numbers need no name"
    bring_in(warehouse, till, "till")
    assert words(warehouse, cases, "desk") == (
        "Of its 3 customers 0 are known under the source 'desk', 2 under 'shop': say that source, or the rows belong to "
        "nobody who buys."
    )
    assert words(warehouse, cases, "shop") is None
    cases.write_text(CASES.replace(",7,", ",71,").replace(",8,", ",81,"))
    assert words(warehouse, cases, "desk") is None, "no source knows them"


def test_a_file_that_knows_nobody_says_so_before_it_is_loaded(warehouse: Warehouse, tmp_path: Path) -> None:
    shop, cases = tmp_path / "shop.csv", tmp_path / "cases.csv"
    cases.write_text(CASES)
    with warehouse.duck.session() as session:
        found = recognise(session, cases, cases.name, today=TODAY)
        assert nobody_known(review(session, found, proposed(found), "main", today=TODAY)) is None, (
            "nothing is loaded yet"
        )
    shop.write_text(ORDERS + "1,C-7,2024-01-01,5\n2,C-8,2024-01-02,5\n")
    bring_in(warehouse, shop, "main")
    with warehouse.duck.session() as session:
        found = recognise(session, cases, cases.name, today=TODAY)
        told = nobody_known(review(session, found, proposed(found), "main", today=TODAY))
    assert told == "None of its 3 customers is among those loaded: are their numbers written as in your orders?"
    work = Work(report=lambda *_: None, ask=lambda *_: False)
    report = import_file(warehouse, Part(cases, cases.name, cases), Intake(TODAY, "ann", dry_run=True), work)
    assert told in report["notes"], "so does the report of an import"
    shop.write_text(ORDERS + "3,7,2024-01-01,5\n")
    bring_in(warehouse, shop, "main")
    with warehouse.duck.session() as session:
        found = recognise(session, cases, cases.name, today=TODAY)
        assert nobody_known(review(session, found, proposed(found), "main", today=TODAY)) is None


def test_orders_that_their_file_calls_refunded_or_failed_are_named_with_their_amount(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "shop.csv"
    head = ORDERS.replace("\n", ",status,Refunded?\n")
    for texts, expected in (
        (("paid,no", "Payment failed,no", "отменён,no", "cancelled,no"), "'status' says 'Payment failed' or 'отменён' of 2 rows, 50.00 "),
        (("paid,yes", "paid,no", "paid,no", "paid,no"), "'Refunded?' says 'yes' of 1 rows, 10.00 together"),
        (("paid,no", "not cancelled,no", "void check,no", "open,no"), "'status' says 'void check' of 1 rows, 30.00 "),
        (("paid,no", "not cancelled,no", "partially_refunded,no", "cancelled,no"), None),
    ):  # fmt: skip
        amounts = ("10", "20", "30", "-40")
        rows = (f"{n},{n},2024-01-0{n + 1},{amounts[n]},{texts[n]}\n" for n in range(4))
        path.write_text(head + "".join(rows))
        with warehouse.duck.session() as session:
            found = recognise(session, path, path.name, today=TODAY)
            told = called_void(review(session, found, proposed(found), "main", today=TODAY))
        assert told is None if expected is None else told and told.words.startswith(expected), told
