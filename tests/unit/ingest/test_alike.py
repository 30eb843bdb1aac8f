"""A second opinion on the kind of a file, by what exports with such columns mostly hold."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.alike import most_alike, named, opposed, possible, spoken_against
from crm_analytics.ingest.counted import COUNTED
from crm_analytics.ingest.file_names import kinds_named
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.schema import KINDS

ROWS = 60
DATE = Format("date", order="YMD", filled=ROWS, distinct=40, digits=1.0)
MONEY = Format("number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("20.00", "16.50"))
OWN = Format("number", filled=ROWS, distinct=ROWS, digits=1.0)
EMAIL = Format("text", filled=ROWS, distinct=ROWS, addresses=1.0)
NAMES = Format("text", filled=ROWS, distinct=55, words=1.0)
COUNT = Format("number", filled=ROWS, distinct=25, digits=1.0)
STATE = Format("text", filled=ROWS, distinct=3, examples=("GRANTED", "PENDING"))


def test_what_was_counted_are_fields_of_kinds() -> None:
    fields = {field for kind in KINDS.values() for field in kind.names}
    for kind, (exports, text) in COUNTED.items():
        assert exports > 0
        assert {each.split(":")[0] for each in text.split()} <= fields, kind


def test_a_usual_name_counts_twice() -> None:
    best = {"orders": {"amount": 0.95, "order_id": 0.62, "units": 0.4}, "invoices": {"amount": 0.62}}
    assert named(best) == {"amount": 2, "order_id": 1}


def test_the_second_opinion_needs_enough_columns_and_what_the_kind_requires() -> None:
    best = {"customers": {"email": 0.97, "name": 0.95}, "orders": {"ordered_at": 0.95}}
    assert possible(best, 3) == {"customers"}
    assert possible(best, 2) == set()
    assert possible({"interactions": {"happened_at": 0.95}}, 5) == set()  # of nobody
    assert possible({"invoices": {"issued_on": 0.95, "amount": 0.95, "customer_id": 0.95}}, 5) == set()  # no due day


def test_rows_with_the_number_of_an_order_and_none_of_a_customer_are_no_customers() -> None:
    best = {"customers": {"email": 0.97, "customer_id": 0.6}, "orders": {"order_id": 0.95}}
    assert possible(best, 4) == set()
    assert possible(best | {"customers": {"email": 0.97, "customer_id": 0.95}}, 4) == {"customers"}


def test_a_beginning_and_an_end_without_a_tier_are_no_membership() -> None:
    given = {"customer_id": 0.95, "joined_on": 0.95, "left_on": 0.95}
    assert possible({"memberships": given}, 4) == set()
    assert possible({"memberships": given | {"tier": 0.95}}, 4) == {"memberships"}


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"Customer ID": OWN, "Name": NAMES, "Email": EMAIL, "Visit Date": DATE}, "what they did"),
        ({"Customer ID": OWN, "Name": NAMES, "Email": EMAIL, "Last Visit": DATE}, ""),
    ],
)
def test_persons_beside_the_day_of_what_they_did(columns: dict[str, Format], why: str) -> None:
    found = find_meaning(columns, ROWS, header=True)
    assert found.kind == "customers"
    assert (found.confidence <= 0.9, why in found.reason) == (bool(why), True)


def test_a_kind_gives_way_where_the_columns_speak_for_another_one() -> None:
    person = {"email": 2, "first_name": 2, "last_name": 2, "phone": 2, "city": 2, "joined_on": 2, "owner": 2}
    assert most_alike(person, "orders", {"customers"}) == "customers"
    assert most_alike(person, None, {"customers"}) == "customers"
    assert most_alike(person, "orders", set()) == "orders"
    assert most_alike(person, None, {"deliveries"}) is None  # the columns speak far more for what it cannot be
    assert opposed(person, "customers", {"orders"}) is None
    assert spoken_against(person, "customers") is None
    assert spoken_against(person, "products") == "customers"  # what was sure is in doubt


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"id": OWN, "name": NAMES, "email": EMAIL, "phone": COUNT, "created_at": DATE, "total_stamps": COUNT}, "customers"),
        ({"Datum": DATE, "Kunde": NAMES, "E-Mail": EMAIL, "Dauer": COUNT, "Betreff": NAMES}, "interactions"),
    ],
)  # fmt: skip
def test_what_a_second_opinion_says_is_asked_about(columns: dict[str, Format], kind: str) -> None:
    found = find_meaning(columns, ROWS, header=True)
    assert found.kind == kind
    assert all(each.confidence <= 0.9 for each in found.mapping.values())


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("shop.zip/orders_export_1.csv", {"orders", "order_lines"}),
        ("Kundenliste 2026-05.xlsx", {"customers"}),
        ("NPS-Réponses_20260517.csv", {"survey_answers"}),
        ("Отзывы.csv", {"survey_answers"}),
        ("export-delivery.csv", {"deliveries", "orders", "contacts"}),
        ("posts.csv", set()),
        ("data (3).csv", set()),
    ],
)
def test_the_name_of_a_file_speaks_of_kinds(file: str, kinds: set[str]) -> None:
    assert kinds_named(file) == kinds


def test_a_sheet_has_a_name_too() -> None:
    assert kinds_named("2026.xlsx", "Reclamaciones") == {"cases"}


def test_the_name_of_a_file_tells_where_the_columns_leave_a_doubt() -> None:
    columns = {"Дата": DATE, "Клиент": NAMES, "Статус": COUNT, "Комментарий": NAMES, "Кто звонил": COUNT}
    told = find_meaning(columns, ROWS, header=True, said=kinds_named("звонки_2026.xlsx"))
    unnamed = find_meaning(columns, ROWS, header=True)
    assert (told.kind, unnamed.kind) == ("interactions", "survey_answers")
    assert unnamed.likely[0] == "survey_answers"
    assert told.confidence <= 0.9
    sure = {"Order ID": OWN, "Customer ID": COUNT, "Order date": DATE, "Amount": MONEY}
    assert find_meaning(sure, ROWS, header=True, said={"customers"}).kind == "orders"


@pytest.mark.parametrize(
    ("columns", "file", "kind"),
    [
        ({"ID": OWN, "Дата": DATE, "Клиент": NAMES, "Услуга": NAMES, "Цена": MONEY}, "записи.xlsx", "order_lines"),
        ({"Fecha": DATE, "Motivo": NAMES, "Realizado por": NAMES, "Sede": NAMES, "Monto": MONEY}, "gastos.csv", "costs"),
        ({"Date": DATE, "ID": OWN, "Contact canal": NAMES, "Verbatim": NAMES}, "avis_2026.csv", "survey_answers"),
        ({"Client Email": EMAIL, "Type": NAMES, "Status": STATE, "Granted": DATE}, "consents.csv", "consents"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_counts_for_what_its_rows_can_be(columns: dict[str, Format], file: str, kind: str) -> None:
    found = find_meaning(columns, ROWS, header=True, said=kinds_named(file))
    assert (found.kind, found.confidence <= 0.9) == (kind, True)
