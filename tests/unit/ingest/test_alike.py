"""A second opinion on the kind of a file, by what exports with such columns mostly hold."""

from __future__ import annotations

import numpy as np
import pytest

from crm_analytics.ingest import alike
from crm_analytics.ingest.alike import likelihoods, named, possible
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


def test_what_was_learned_is_of_kinds_and_their_fields() -> None:
    fields = {field for kind in KINDS.values() for field in kind.names}
    learned = alike._learned()
    assert learned["always"].keys() == KINDS.keys()
    assert all(weights.keys() <= KINDS.keys() for weights in learned.values())
    of = {
        kind: {thing.partition(" ")[2] for thing in learned if thing.startswith(f"{kind} ")}
        for kind in ("field", "first", "sure")
    }
    assert of["field"] <= fields
    assert of["first"] <= {*KINDS, "None"}
    assert of["sure"] <= KINDS.keys()


def test_a_usual_name_counts_twice() -> None:
    best = {"orders": {"amount": 0.95, "order_id": 0.62, "units": 0.4}, "invoices": {"amount": 0.62}}
    assert named(best) == {"amount": 2, "order_id": 1}


def test_a_kind_may_lack_one_thing_that_it_requires() -> None:
    best = {
        "orders": {"ordered_at": 0.95},
        "order_lines": {"quantity": 0.7},
        "customers": {"email": 0.97, "name": 0.95},
    }
    assert KINDS["orders"].missing(set(best["orders"]))
    assert possible(best, 2) == {"orders", "customers"}
    assert possible(best, 1) == set()


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


def test_likelihoods_are_those_of_a_multinomial_logistic_regression() -> None:
    learned = alike._learned()
    found = likelihoods(["E-mail", "Total"], {"email": 2}, "orders", sure=True)
    seen = {"word e": 1, "word mail": 1, "word total": 1, "concept email": 1, "concept total": 1, "header email": 1,
            "header total": 1, "field email": 2, "first orders": 1, "sure orders": 1}  # fmt: skip
    assert "header email" in learned
    odds = np.array([learned["always"][kind] + sum(learned.get(thing, {}).get(kind, 0.0) * times for thing, times in seen.items())
                     for kind in KINDS])  # fmt: skip
    assert [found[kind] for kind in KINDS] == pytest.approx(np.exp(odds) / np.exp(odds).sum())
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_the_words_of_headers_and_the_name_of_the_file_speak_for_a_kind() -> None:
    plain = likelihoods(["A", "B"], {}, None, sure=False)
    assert likelihoods(["Ticket", "Priority"], {}, None, sure=False)["cases"] > plain["cases"]
    assert likelihoods(["Check-in", "Nights"], {}, None, sure=False)["orders"] > plain["orders"]
    assert likelihoods(["A", "B"], {}, None, sure=False, said={"cases"})["cases"] > plain["cases"]
    asked = likelihoods(["Rating", "Comment", "Review date"], {"score": 2, "comment": 2}, None, sure=False)
    assert next(iter(asked)) == "survey_answers"


def test_what_gives_no_field_is_of_no_kind() -> None:
    columns = {"word": NAMES, "translation": NAMES, "level": STATE}
    assert find_meaning(columns, ROWS, header=True).kind is None


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
    assert (told.kind, unnamed.kind) == ("interactions", "interactions")
    assert find_meaning(columns, ROWS, header=True, said=kinds_named("жалобы_2026.xlsx")).kind == "cases"
    assert unnamed.likely[0] == "interactions"
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
