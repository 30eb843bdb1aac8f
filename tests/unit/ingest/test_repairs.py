"""Cells that cannot be read, mended by what a person says of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest.contents import called_void
from crm_analytics.ingest.load import load
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.remapping import remap
from crm_analytics.ingest.repairs import NO_REPAIRS, Repairs, from_record, repairable
from crm_analytics.ingest.review import Review, proposed, review
from crm_analytics.ingest.voids import Voids
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import imports

TODAY = date(2026, 1, 1)
HEAD = "order id;customer id;date;amount;quantity\n"
ROWS = (
    "1;A;13/01/2024;10,50;1\n2;B;14/01/2024;it's free;2\n3;B;soon;5,00;x\n4;C;16/01/2024;it's free;3\n5;C;17/01/2024;;4\n"
    "6;C;18/01/2024;two;y\n7;D;19/01/2024;4,25;5\n8;D;20/01/2024;3,00;6\n9;D;21/01/2024;2,00;7\n10;E;22/01/2024;1,00;8\n"
)  # fmt: skip


def test_a_text_is_read_as_another_and_a_blank_as_a_default(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + ROWS)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, kind="orders")
        mapping = proposed(found)
        bare = review(session, found, mapping, today=TODAY)
        assert (bare.new, bare.rejected, bare.repaired) == (5, 5, ())
        offered = {each.column: each for each in repairable(session, found, bare.kind, mapping)}
        assert offered["amount"].values == (("it's free", 2), ("two", 1))
        assert (offered["amount"].ways, offered["amount"].blanks) == (("replace", "decimal", "fill"), 1)
        assert offered["date"].ways == ("replace", "date_order")
        assert offered["quantity"].ways == ("replace", "blank", "decimal")

        amounts = {"amount": {"it's free": "0", "two": "2,00"}}
        said = Repairs(frozenset({"quantity"}), amounts, {"amount": "7"}) | Repairs(
            values={"date": {"soon": "15/01/2024"}}
        )
        with pytest.raises(BadInput, match=r"'0\.0\.0' in place of 'two' in 'amount' cannot be used: not a number"):
            review(session, found, mapping, today=TODAY, repairs=said | Repairs(values={"amount": {"two": "0.0.0"}}))
        with pytest.raises(BadInput, match="'much' for blank cells in 'amount'"):
            review(session, found, mapping, today=TODAY, repairs=said | Repairs(defaults={"amount": "much"}))
        with pytest.raises(UnknownName):
            review(session, found, mapping, today=TODAY, repairs=Repairs(values={"Amount": {}}))
        mended = review(session, found, mapping, today=TODAY, repairs=said)
        assert (mended.new, mended.rejected) == (10, 0)
        made = load(warehouse, mended, path, "test")
        rows = session.rows("SELECT order_id, CAST(ordered_at AS DATE), amount, units FROM core.orders ORDER BY line")
        assert rows[1:6] == [
            ("2", date(2024, 1, 14), Decimal(0), 2.0),
            ("3", date(2024, 1, 15), Decimal(5), None),
            ("4", date(2024, 1, 16), Decimal(0), 3.0),
            ("5", date(2024, 1, 17), Decimal(7), 4.0),
            ("6", date(2024, 1, 18), Decimal(2), None),
        ]
        kept = imports.one(session, made.import_id).repairs
        assert [each["words"] for each in kept] == [
            "date: 'soon' is read as '15/01/2024' (1 row)",
            "amount: \"it's free\" is read as '0' (2 rows)",
            "amount: 'two' is read as '2,00' (1 row)",
            "amount: blank cells are read as '7' (1 row)",
            "quantity: cells that cannot be read are left blank (2 rows)",
        ]


def test_an_order_of_dates_that_was_chosen_is_in_the_record(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order id,customer id,date,amount\n1,A,02/01/2024,10\n2,B,03/01/2024,20\n")
    with warehouse.duck.session() as session:
        found = remap(recognise(session, path, path.name), date_order={"date": "MDY"})
        made = review(session, found, proposed(found), today=TODAY)
        assert session.value("SELECT min(ordered_at) FROM typed").date() == date(2024, 2, 1)
    assert [(each["repair"], each["becomes"]) for each in made.repaired] == [("date_order", "MDY")]


def test_a_text_is_replaced_once_also_where_it_means_no_value(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,customer id,date,amount\n1,A,2024-01-01,free \n2,B,2024-01-02, n/a\n3,C,2024-01-03,-\n4,D,2024-01-04,1\n"
    )
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, kind="orders")
        said = Repairs(values={"amount": {"free": "0", "free ": "7", "n/a": "5"}}, defaults={"amount": "9"})
        made = review(session, found, proposed(found), today=TODAY, repairs=said)
        assert (made.rows_read, made.new, made.rejected) == (4, 4, 0)
        assert [int(n) for (n,) in session.rows("SELECT amount FROM typed ORDER BY line")] == [7, 5, 9, 1]
        assert [(each["was"], each["becomes"], each["rows"]) for each in made.repaired] == [
            ("free", "7", 1), ("n/a", "5", 1), (None, "9", 1),
        ]  # fmt: skip
        with pytest.raises(BadInput, match="'much' in place of 'n/a'"):
            review(
                session, found, proposed(found), today=TODAY, repairs=said | Repairs(values={"amount": {"n/a": "much"}})
            )
        with pytest.raises(BadInput, match="a blank cell of 'amount' is no text"):
            review(session, found, proposed(found), today=TODAY, repairs=Repairs(values={"amount": {" ": "5"}}))


def test_orders_that_their_file_calls_cancelled_count_for_nothing_also_where_they_were_loaded_before(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "lines.csv"
    head = "order id,line no,customer id,date,product,quantity,unit price,amount,state\n"
    before = "1,1,A,2024-01-01,p,2,5,10,paid\n1,2,A,2024-01-01,q,1,7,7,\n2,1,B,2024-01-02,p,1,5,5,paid\n"
    path.write_text(head + before)

    def loaded(repairs: Repairs = NO_REPAIRS) -> Review:
        with warehouse.duck.session() as session:
            found = recognise(session, path, path.name, kind="order_lines")
            made = review(session, found, proposed(found), today=TODAY, repairs=repairs)
            told.append(called_void(made))
            load(warehouse, made, path, "test")
        return made

    told: list[Voids | None] = []
    loaded()
    # of the first order only its first line says so, as many exports write it
    path.write_text(head + before.replace("paid", "Cancelled ", 1) + "3,1,C,2024-01-03,p,1,5,5,refused\n")
    counted = Repairs(void={"state": ["Cancelled"]}) | Repairs(void={"state": ["refused", "never"]})
    made = loaded(counted)
    with warehouse.duck.session() as session:
        rows = session.rows("SELECT order_id, amount, quantity FROM core.order_lines ORDER BY line")
        assert [(number, int(amount), int(pieces)) for number, amount, pieces in rows] == [
            ("1", 0, 0), ("1", 0, 0), ("2", 5, 1), ("3", 0, 0),
        ]  # fmt: skip
        assert session.rows("SELECT order_id FROM mart.orders WHERE is_purchase") == [("2",)]
    assert (made.changed, made.same, made.new, told) == (2, 1, 1, [None, None])
    assert [(each["repair"], each["was"], each["rows"]) for each in made.repaired] == [
        ("void", "Cancelled", 2), ("void", "refused", 1),
    ]  # fmt: skip
    assert from_record(made.repaired) == Repairs(void={"state": ["Cancelled", "refused"]})
    with warehouse.duck.session() as session:  # what would count without it is told
        found = recognise(session, path, path.name, kind="order_lines")
        told = [called_void(review(session, found, proposed(found), today=TODAY))]
        assert told == [Voids("state", ("Cancelled", "refused"), 3, 22.0)]


@pytest.mark.parametrize(
    ("kind", "text", "void", "rows", "left"),
    [
        # a line that was returned: the others of its order stand
        ("order_lines", "order id,line no,customer id,date,product,amount,state\n1,1,A,2024-01-01,p,100,\n1,2,A,2024-01-01,q,20,returned\n"
         "2,1,B,2024-01-02,p,5,\n", "returned", 1, 105),
        # refunds booked by themselves: one takes an order back that is not void, one belongs to an order that is
        ("orders", "order id,customer id,date,amount,state\n1,A,2024-01-01,100,completed\n2,A,2024-01-05,-100,refunded\n"
         "3,B,2024-01-02,50,refunded\n", "refunded", 1, 0),
        ("order_lines", "order id,customer id,date,product,amount,state\n1,A,2024-01-01,p,50,refunded\n1,A,2024-01-01,q,-50,refunded\n"
         "2,A,2024-01-02,q,7,paid\n", "refunded", 2, 7),
    ],
)  # fmt: skip
def test_what_counts_for_nothing_is_what_was_sold(
    warehouse: Warehouse, tmp_path: Path, kind: str, text: str, void: str, rows: int, left: int
) -> None:
    path = tmp_path / "sold.csv"
    path.write_text(text)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, kind=kind)
        said = Repairs(void={"state": [void]})
        made = review(session, found, proposed(found), today=TODAY, repairs=said)
        assert [each["rows"] for each in made.repaired] == [rows]
        assert session.value("SELECT sum(amount) FROM typed") == left
        if kind == "order_lines":  # a line of nothing is no piece either, though the file counts none
            assert session.value("SELECT count(*) FROM typed WHERE quantity = 0") == rows
        people = recognise(session, path, path.name, kind="customers")
        assert review(session, people, proposed(people), today=TODAY, repairs=said).repaired == ()
