"""Columns that borrow the name of a field are no certain ones: a person is asked, or another column is taken."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import find_meaning

ROWS = 60
DATE = Format("date", filled=ROWS, distinct=40, digits=1.0)
MONEY = Format(
    "number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("120.00", "99.50", "80.00")
)
TAX = Format(
    "number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("20.00", "16.50", "13.00")
)
NUMBER = Format("number", filled=ROWS, distinct=ROWS, digits=1.0)
CODE = Format("text", filled=ROWS, distinct=25, digits=1.0)
COUNT = Format("number", filled=ROWS, distinct=30, digits=1.0)
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)
WORD = Format("text", filled=ROWS, distinct=5)
FLAG = Format("flag", filled=ROWS, distinct=2)
ORDER = {"Order No": NUMBER, "Date": DATE, "Total": MONEY}


def given(columns):
    """Field -> column and confidence, as recognised."""
    found = find_meaning(columns, ROWS, header=True)
    assert found.kind == "orders"
    return {each.field: (column, each.confidence) for column, each in found.mapping.items() if each.field}


@pytest.mark.parametrize(("column", "form"), [("Guest", FLAG), ("Guest", CODE), ("Partner ID", CODE), ("Tiers", CODE)])
def test_addresses_tell_customers_apart_where_others_borrow_their_name(column, form):
    assert given(ORDER | {column: form, "Email": EMAIL})["customer_id"][0] == "Email"


@pytest.mark.parametrize("column", ["Cuenta", "Compte", "Tiers", "Partner", "Guest"])
def test_a_borrowed_name_of_customers_is_not_sure(column):
    assert given(ORDER | {column: CODE})["customer_id"] == (column, 0.85)


def test_the_number_of_a_guest_is_sure():
    assert given(ORDER | {"Guest ID": CODE, "Email": EMAIL})["customer_id"] == ("Guest ID", 0.95)


def test_yes_and_no_number_nobody():
    assert "customer_id" not in given(ORDER | {"Guest": FLAG})


@pytest.mark.parametrize("column", ["Payment Date", "Paid at", "Fecha de pago"])
def test_the_day_of_a_payment_is_asked_about(column):
    columns = {"Payment ID": NUMBER, "Order No": CODE, "Customer ID": CODE, column: DATE, "Payment Amount": MONEY}
    assert given(columns)["ordered_at"] == (column, 0.85)


@pytest.mark.parametrize("column", ["Stage", "Deal Stage", "Probability", "Opportunity Name"])
def test_deals_are_asked_about(column):
    columns = {"Account ID": CODE, column: WORD, "Amount": MONEY, "Created Date": DATE}
    assert given(columns)["amount"] == ("Amount", 0.85)


@pytest.mark.parametrize(
    "header",
    ["Day,Orders,Customers,Net sales,Total sales", "Fecha,Tickets,Clientes,Ventas,Total", "Datum,Bons,Kunden,Umsatz netto,Umsatz brutto"],
)  # fmt: skip
def test_counts_of_a_day_number_nothing(header):
    day, orders, customers, net, total = header.split(",")
    found = given({day: DATE, orders: COUNT, customers: COUNT, net: MONEY, total: MONEY})
    assert found["amount"] == (net, 0.85)
    assert max(found.get(field, ("", 0.0))[1] for field in ("order_id", "customer_id")) <= 0.5


def test_most_of_a_total_is_hardly_its_tax():
    assert given(ORDER | {"VAT": TAX})["tax_amount"] == ("VAT", 0.95)
    assert given(ORDER | {"VAT": MONEY})["tax_amount"] == ("VAT", 0.85)


def test_one_of_several_rates_is_not_the_tax():
    assert given(ORDER | {"VAT 20%": TAX})["tax_amount"] == ("VAT 20%", 0.94)
    assert given(ORDER | {"VAT 7%": TAX, "VAT 19%": TAX})["tax_amount"][1] == 0.85
