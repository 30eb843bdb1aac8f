"""Columns of orders and their lines that another one has a better right to, and names that count once the kind is told."""

from __future__ import annotations

import pytest
from test_headers import CODE, CODE_OF_ROW, DATE, EMAIL, MONEY, NUMBER, ROWS, WAVE, WORD, read

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import find_meaning

NICKNAME = Format("text", filled=ROWS, distinct=25, examples=("annakl7", "bert_m"))
MASKED = Format("text", filled=ROWS, distinct=25, examples=("****1234", "****9876"))


@pytest.mark.parametrize(
    ("column", "form", "whose"),
    [("Buyer", NICKNAME, "Email"), ("User", WAVE, "Email"), ("Card number", MASKED, "Email"), ("Customer ID", CODE, "Customer ID")],
)  # fmt: skip
def test_nicknames_few_users_and_payment_cards_are_nobodys_number_beside_addresses(
    column: str, form: Format, whose: str
) -> None:
    found = read(f"Order ID,Date,Total,{column},Email", NUMBER, DATE, MONEY, form, EMAIL)
    assert [name for name, each in found.mapping.items() if each.field == "customer_id"] == [whose]


@pytest.mark.parametrize(
    ("others", "number"), [(["Booking Reference"], "Booking Reference"), ([], "Transaction ID"), (["Colour"], "Transaction ID")]
)  # fmt: skip
def test_a_payment_numbers_orders_only_where_nothing_else_does(others: list[str], number: str) -> None:
    header = ",".join(["Transaction ID", *others, "Date", "Total", "Email"])
    found = read(header, CODE_OF_ROW, *[CODE_OF_ROW for _ in others], DATE, MONEY, EMAIL)
    assert [name for name, each in found.mapping.items() if each.field == "order_id"] == [number]


def test_names_known_once_the_kind_is_told_do_not_choose_it() -> None:
    names = ["Booking ID", "Email", "Room Type", "Nights", "Total Amount", "Check-In"]
    forms = dict(zip(names, (CODE_OF_ROW, EMAIL, WORD, WAVE, MONEY, DATE), strict=True))
    assert find_meaning(forms, ROWS, header=True).kind == "orders"
    assert find_meaning(forms, ROWS, header=True, kind="order_lines").mapping["Nights"].field == "quantity"
