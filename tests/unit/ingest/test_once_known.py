"""What columns are once the kind is known, and in six languages."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.ingest.naming import match_name
from crm_analytics.schema import KINDS

ROWS = 60
DATE = Format("date", filled=ROWS, distinct=40, digits=1.0)
MONEY = Format("number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("12.00", "9.50"))
COUNT = Format("number", filled=ROWS, distinct=30, digits=1.0)
CODE = Format("text", filled=ROWS, distinct=ROWS, digits=1.0)
LEDGER = Format("number", filled=ROWS, distinct=2, digits=1.0)
WORD = Format("text", filled=ROWS, distinct=5, examples=("Blue", "Red"))
NAMES = Format("text", filled=ROWS, distinct=25, words=1.0, examples=("Ann Lee", "Joe Kay"))
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)
PHONE = Format("number", filled=ROWS, distinct=25, digits=1.0)
LATER = Format("date", filled=40, distinct=30, digits=1.0)
SOME_NAMES = Format("text", filled=40, distinct=20, words=1.0, examples=("Ann Lee", "Joe Kay"))
WAYS = Format("text", filled=ROWS, distinct=3, examples=("Inbound", "Missed", "Outbound"))
MEANS = Format("text", filled=ROWS, distinct=2, examples=("sms", "push"))


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
        (
            "benefits",
            {"Email": EMAIL, "Created At": DATE, "Event": WORD, "Points": COUNT},
            {"Created At": "given_on", "Event": "kind", "Points": "value"},
        ),
        ("benefits", {"Email": EMAIL, "Fecha": DATE, "ID de pago": CODE}, {"Fecha": "redeemed_on"}),
        ("benefits", {"Email": EMAIL, "Card ID": CODE, "Saldo inicial": MONEY}, {"Card ID": "benefit_id", "Saldo inicial": "value"}),
        ("memberships", {"Client": NAMES, "Service": WORD, "Type": WORD}, {"Service": "programme", "Type": "tier"}),
        ("consents", {"Identifier": EMAIL, "Status": WORD, "Date": DATE}, {"Identifier": "customer_id", "Status": "consent"}),
        ("customers", {"Email": EMAIL, "Timestamp": DATE}, {"Timestamp": "joined_on"}),
        ("customers", {"Nom adhérent": NAMES, "Prénom adhérent": NAMES}, {"Nom adhérent": "last_name"}),
        ("invoices", {"Kunde": NAMES, "Konto": LEDGER, "Betrag": MONEY}, {"Kunde": "customer_id", "Konto": None}),
        ("invoices", {"Monto Pagado": MONEY, "Monto Esperado": MONEY}, {"Monto Esperado": "amount", "Monto Pagado": None}),
        ("invoices", {"N° facture": CODE, "Total HT": MONEY, "Total TTC": MONEY}, {"N° facture": "invoice_id", "Total TTC": "amount"}),
        ("cases", {"Date": DATE, "Reason": WORD, "Type": WORD}, {"Date": "opened_at", "Reason": "kind"}),
        ("cases", {"Дата": DATE, "Отправитель": NAMES, "Решена": LATER}, {"Дата": "opened_at", "Отправитель": "customer_id"}),
        ("cases", {"Return Date": DATE, "Department": WORD}, {"Return Date": "opened_at", "Department": None}),
        ("interactions", {"Date": DATE, "Phone": PHONE, "Name": SOME_NAMES}, {"Phone": "customer_id", "Name": None}),
        ("interactions", {"Fecha": DATE, "Nombre": NAMES, "Teléfono": PHONE}, {"Nombre": "customer_id", "Teléfono": None}),
        ("interactions", {"Date": DATE, "Contact": NAMES, "User": NAMES}, {"Contact": "customer_id", "User": "agent"}),
        ("interactions", {"Date": DATE, "Call Type": WAYS}, {"Call Type": "direction"}),
        ("interactions", {"Date": DATE, "Client": NAMES, "Motif": WORD}, {"Client": "customer_id", "Motif": "kind"}),
        ("survey_answers", {"Reviewer Name": NAMES, "Reviewer Email": EMAIL}, {"Reviewer Email": "customer_id"}),
        ("survey_answers", {"Note moyenne": COUNT, "Review Title": WORD, "Body": NAMES}, {"Note moyenne": "score", "Body": "comment"}),
        ("contacts", {"message_type": MEANS, "Price": COUNT}, {"message_type": "channel", "Price": "cost"}),
        ("campaigns", {"Campaign": NAMES, "Num sent": COUNT, "Spent": COUNT}, {"Num sent": None, "Spent": "fixed_cost"}),
    ],
)  # fmt: skip
def test_a_column_is_what_its_name_says_of_the_kind(
    kind: str, columns: dict[str, Format], expected: dict[str, str | None]
) -> None:
    found = find_meaning(columns, ROWS, header=True, kind=kind)
    assert {column: found.mapping[column].field for column in expected} == expected


@pytest.mark.parametrize(
    ("kind", "field", "headers"),
    [
        ("customers", "joined_on", "Date added; Fecha de creación; Date d'ajout; Eingetragen am; Data de criação; Дата создания"),
        ("customers", "street", "Street and number; Calle y número; Rue et numéro; Straße und Nummer; Rua e número; Улица и дом"),
        ("memberships", "tier", "Member tier; Tipo de socio; Palier; Mitgliedsart; Nível de fidelidade; Тип абонемента"),
        ("benefits", "value", "Initial Balance; Saldo inicial; Montant initial; Startguthaben; Valor inicial; Начальный баланс"),
        ("consents", "since", "Effective From; Fecha de aceptación; Date d'accord; Einwilligungsdatum; Data do aceite; Дата согласия"),
        ("invoices", "due_on", "Pay by; Fecha límite de pago; Date limite de règlement; Zahlbar bis; Vence em; Плановая дата оплаты"),
    ],
)  # fmt: skip
def test_a_usual_name_in_six_languages(kind: str, field: str, headers: str) -> None:
    found = {each: match_name(each, KINDS[kind], field) for each in headers.split("; ")}
    assert not [each for each, match in found.items() if match is None or match.score < 0.9]


@pytest.mark.parametrize("header", ["Duration (s)", "duration_sec", "Dauer (h)", "Длительность, с"])
def test_a_length_in_another_unit_is_no_minutes(header: str) -> None:
    assert match_name(header, KINDS["interactions"], "minutes") is None
