"""Headers of files that were read as another kind, or as somebody else's, than they are: what each is today."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import Meaning, find_meaning

ROWS = 60
MONEY = Format("number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("12.00", "9.50"))
NUMBER = Format("number", filled=ROWS, distinct=ROWS, digits=1.0)
COUNT = Format("number", filled=ROWS, distinct=30, digits=1.0)
CODE = Format("text", filled=ROWS, distinct=25, digits=1.0)
DATE = Format("date", filled=ROWS, distinct=40, digits=1.0)
WORD = Format("text", filled=ROWS, distinct=5, examples=("Blue", "Red"))
WORDS = Format("text", filled=ROWS, distinct=20, words=1.0, examples=("Blue Shirt", "Red Hat"))
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)
OWN_EMAIL = Format("text", filled=ROWS, distinct=ROWS, addresses=1.0)
FLAG = Format("flag", filled=ROWS, distinct=2, examples=("yes", "no"))


def read(header: str, *forms: Format) -> Meaning:
    """What a file with these columns is, the names apart by a comma."""
    return find_meaning(dict(zip(header.split(","), forms, strict=True)), ROWS, header=True)


def sure(found: Meaning) -> bool:
    """Whether nothing that the file gives is below the confidence from which nobody is asked."""
    return all(each.confidence > 0.9 for each in found.mapping.values() if each.field)


@pytest.mark.parametrize(
    ("goods", "form"),
    [
        ("Product(s)", WORDS),
        ("Item(s)", Format("text", filled=ROWS, distinct=9, examples=("Mug", "2× Hat", "Mug,Hat"))),
    ],
)
def test_all_that_was_bought_at_once_is_no_product(goods: str, form: Format) -> None:
    found = read(f"Date,Order #,Customer,{goods},Items sold,Net revenue", DATE, NUMBER, CODE, form, COUNT, MONEY)
    assert found.kind == "orders"
    assert found.mapping[goods].field is None


@pytest.mark.parametrize(
    ("column", "whose"),
    [("Assignee email", "agent"), ("Created by email", None), ("Supplier Email", None), ("Email", "customer_id"),
     ("Customer e-mail", "customer_id"), ("E-Mail-Adresse", "customer_id"), ("Requester email", "customer_id")],
)  # fmt: skip
def test_addresses_of_staff_and_suppliers_are_no_customers(column: str, whose: str | None) -> None:
    found = read(f"Ticket ID,Subject,{column},Created,Closed", NUMBER, WORDS, EMAIL, DATE, DATE)
    assert (found.kind, found.mapping[column].field) == ("cases", whose)


@pytest.mark.parametrize(
    ("column", "whose"), [("Supplier email", None), ("Store email", None), ("From Email Address", "customer_id")]
)
def test_addresses_of_orders_are_not_those_of_suppliers(column: str, whose: str | None) -> None:
    found = read(f"Order No,{column},Date,Amount", NUMBER, EMAIL, DATE, MONEY)
    assert (found.kind, found.mapping[column].field) == ("orders", whose)


@pytest.mark.parametrize(
    ("header", "forms"),
    [
        ("Customer ID,Age,Gender,Category,Purchase Amount (USD)", (NUMBER, COUNT, WORD, WORD, MONEY)),
        ("customer_id,category,revenue", (NUMBER, WORD, MONEY)),
        ("customer_id,email,category,channel,revenue", (NUMBER, OWN_EMAIL, WORD, WORD, MONEY)),
    ],
)
def test_a_category_is_no_arm_of_a_campaign(header: str, forms: tuple[Format, ...]) -> None:
    assert read(header, *forms).kind == "customers"
    funnel = read("customer_id,category,clicked,opened", NUMBER, WORD, FLAG, FLAG)
    assert (funnel.kind, funnel.mapping["category"].field) == ("contacts", None)
    tried = read("customer_id,Gruppe,converted", NUMBER, WORD, FLAG)
    assert (tried.kind, tried.mapping["Gruppe"].field) == ("contacts", "arm")
