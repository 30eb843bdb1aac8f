"""Exports as programmes write them: what the rows are is told by what stands beside one another, not by single names."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.header import find_header
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.ingest.reading import Record
from crm_analytics.ingest.vocabulary import concepts

ROWS = 60
DATE = Format("date", filled=ROWS, distinct=50, digits=1.0)
MONEY = Format("number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0)
OWN = Format("text", filled=ROWS, distinct=ROWS, digits=1.0)
CODE = Format("text", filled=ROWS, distinct=25, digits=1.0)
COUNT = Format("number", filled=ROWS, distinct=30, digits=1.0)
FEW = Format("number", filled=ROWS, distinct=5, digits=1.0)
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)
OTHER_EMAIL = Format("text", filled=ROWS, distinct=ROWS, addresses=1.0)
PHONE = Format("text", filled=ROWS, distinct=ROWS, digits=1.0)
NAMES = Format("text", filled=ROWS, distinct=40, words=1.0)
WORD = Format("text", filled=ROWS, distinct=5)
PERSON = {"Name": NAMES, "Phone": PHONE, "Email": OTHER_EMAIL}
LINE = {"Fecha": DATE, "Cantidad": FEW, "Precio unitario": MONEY}


def meant(columns):
    """The kind, and field -> column and confidence, as recognised."""
    found = find_meaning(columns, ROWS, header=True)
    return found.kind, {each.field: (column, each.confidence) for column, each in found.mapping.items() if each.field}


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"Customer ID": OWN, **PERSON, "Total Spent": MONEY, "Join Date": DATE}, "customers"),
        ({"Дата": DATE, "Клиент": NAMES, "Вид": WORD, "Сумма": MONEY}, "orders"),
        ({"Type": WORD, "Booking ID": OWN, "Service Name": WORD, "Date": DATE, "Amount": MONEY}, "orders"),
        ({"N° Facture": OWN, "Date facture": DATE, "Client": NAMES, "Total": MONEY, "Date encaissement": DATE}, "invoices"),
        ({"id": OWN, "client_id": CODE, "date_achat": DATE, "prix_total": MONEY, "reference": OWN}, "orders"),
        ({"ID": OWN, "Last Name": WORD, "Email": EMAIL, "NPS Score": FEW, "Comment": NAMES, "Submitted At": DATE}, "survey_answers"),
        ({"id": OWN, "subject": NAMES, "requester": NAMES, "status": WORD, "created": DATE}, "cases"),
        ({"campaign_id": CODE, "campaign_name": NAMES, "send_date": DATE, "opens": COUNT, "clicks": COUNT}, "campaigns"),
        ({"Booking ID": OWN, "Guest Email": EMAIL, "Check-In": DATE, "Check-Out": DATE, "Total Amount": MONEY}, "orders"),
        ({"N° Commande": OWN, "Client": NAMES, "Date": DATE, "Produits": NAMES, "Montant": MONEY}, "orders"),
        ({"ФИО": NAMES, "Телефон": PHONE, "Дата рождения": DATE}, "customers"),
        ({"Numéro facture": CODE, "Code client": CODE, "Date échéance": DATE, "Débit": MONEY, "Crédit": MONEY}, "invoices"),
    ],
)  # fmt: skip
def test_what_the_rows_are_is_told_by_all_columns(columns, kind):
    assert meant(columns)[0] == kind


@pytest.mark.parametrize(
    ("columns", "field", "column"),
    [
        ({"id": OWN, "client_id": CODE, "date_achat": DATE, "prix_total": MONEY, "reference": OWN}, "order_id", "reference"),
        (LINE | {"Codigo": CODE, "Producto": NAMES}, "product_id", "Codigo"),
        (LINE | {"Codigo": CODE, "Producto": NAMES}, "description", "Producto"),
        (LINE | {"Ticket": CODE, "Producto": NAMES, "Subtotal": MONEY, "Total": MONEY}, "amount", "Subtotal"),
        ({"Código": OWN, "Descrição": NAMES, "Preço": MONEY, "GTIN": OWN}, "product_id", "Código"),
        ({"Ticket ID": OWN, "Customer": NAMES, "Email": EMAIL, "Created At": DATE}, "customer_id", "Email"),
        ({"Rechnungsnummer": OWN, "Rechnungsdatum": DATE, "Zahlungsziel": DATE, "aktuelloffen": MONEY}, "amount", "aktuelloffen"),
        ({"SKU": OWN, "Product Name": NAMES, "Cost Price": MONEY, "Total Cost Value": MONEY}, "unit_cost", "Cost Price"),
        ({"Response ID": OWN, "Submitted At": DATE, "Question": WORD, "Answer": NAMES}, "comment", "Answer"),
        ({"Receipt No": OWN, "Date": DATE, "Contributor / Payer Name": NAMES, "Amount": MONEY}, "customer_id", "Contributor / Payer Name"),
        ({"Rechnungsnummer": OWN, "Rechnungsdatum": DATE, "Zahlungsziel": DATE, "aktuelloffen": MONEY}, "due_on", "Zahlungsziel"),
        ({"ID": OWN, "Lead ID": OWN, **PERSON}, "customer_id", "Lead ID"),
        ({"Order #": OWN, "Date": DATE, "Customer Name": NAMES, "Total": MONEY}, "customer_id", "Customer Name"),
    ],
)  # fmt: skip
def test_a_column_is_what_its_neighbours_leave_it_to_be(columns, field, column):
    assert meant(columns)[1][field][0] == column


def test_a_part_of_what_is_owed_is_no_order_value():
    columns = {"Booking ID": OWN, "Date": DATE, "Total Amount": MONEY, "Paid Amount": MONEY, "Balance": MONEY}
    kind, given = meant(columns)
    assert kind == "orders"
    assert "amount" not in given
    assert given["total_amount"][0] == "Total Amount"


def test_what_is_left_after_the_fees_of_a_payment_is_not_sure():
    columns = {"Order #": OWN, "Date": DATE, "Email": EMAIL, "Gross": MONEY, "Fee": MONEY, "Net": MONEY}
    assert meant(columns)[1]["amount"] == ("Net", 0.85)


@pytest.mark.parametrize("beside", [{"Ticket ID": OWN}, {"Data": DATE, "Cidade": WORD}, {"Email": EMAIL}])
def test_persons_who_may_be_what_they_did_are_not_sure(beside):
    kind, given = meant(PERSON | beside)
    assert kind == "customers"
    assert given["email"][1] == 0.9


ORDER = {"Order ID": OWN, "Date": DATE, "Customer ID": CODE, "Amount": MONEY}


@pytest.mark.parametrize(
    ("columns", "kind", "why"),
    [
        (ORDER | {"Service Name": WORD}, "orders", "'Service Name' names one product"),
        (ORDER | {"SKU": CODE, "Description": NAMES}, "order_lines", "no order has a second row"),
        (ORDER | {"SKU": CODE, "Quantity": FEW, "Shipping": MONEY}, "order_lines", "no order has a second row"),
        ({"Date": DATE, "Customer ID": CODE, "SKU": CODE, "Amount": MONEY, "id": OWN}, "order_lines", "'id' has a number"),
    ],
)  # fmt: skip
def test_none_is_sure_where_what_is_left_over_speaks_for_another_kind(columns, kind, why):
    found = find_meaning(columns, ROWS, header=True)
    given = [each for each in found.mapping.values() if each.field]
    assert found.kind == kind
    assert found.confidence <= 0.9
    assert max(each.confidence for each in given) <= 0.9
    assert why in found.reason
    assert all(why in each.reason for each in given)


@pytest.mark.parametrize("columns", [ORDER, ORDER | {"Products": NAMES}, ORDER | {"SKU": CODE, "Quantity": FEW}])
def test_an_export_that_leaves_nothing_over_is_not_asked_about(columns):
    given = meant(columns)[1]
    assert min(given[each][1] for each in ("order_id", "ordered_at", "customer_id", "amount")) > 0.9


@pytest.mark.parametrize(
    "first", ["Ana;Silva;+7 900 000 01 01", "Ana;Silva;ana@example.com", "Ana;Silva;(0176) 444-44-44"]
)
def test_a_telephone_number_or_an_address_begins_no_column(first):
    other = {"+": "+7 900 000 01 02", "a": "rui@example.com", "(": "(0176) 555-55-55"}[first.split(";")[2][0]]
    rows = [Record(at, text, text.split(";")) for at, text in enumerate([first, f"Rui;Costa;{other}"] * 3, 1)]
    assert find_header(rows, 3).lines == ()


@pytest.mark.parametrize(
    ("header", "expected"),
    [("Betrag in €", ("amount",)), ("Tax in EUR", ("tax",)), ("Código interno", ("id",)), ("Líquido", ("net",))],
)
def test_a_header_is_its_words_without_the_currency(header, expected):
    assert concepts(header) == expected


def test_a_discount_beside_what_the_order_comes_to_is_not_sure():
    line = {"Order No": CODE, "Date": DATE, "SKU": CODE, "Quantity": FEW, "Unit Price": MONEY, "Discount": MONEY}
    assert meant(line)[1]["discount_amount"][1] > 0.9
    assert meant(line | {"Subtotal": MONEY, "Shipping": MONEY})[1]["discount_amount"][1] == 0.85
