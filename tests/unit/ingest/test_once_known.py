"""What columns of customers, memberships, consents, benefits and invoices are once the kind is known, and in six languages."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.ingest.naming import match_name
from crm_analytics.schema import KINDS

ROWS = 60
DATE = Format("date", filled=ROWS, distinct=40, digits=1.0)
MONEY = Format("number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("12.00", "9.50"))
POINTS = Format("number", filled=ROWS, distinct=30, digits=1.0)
CODE = Format("text", filled=ROWS, distinct=ROWS, digits=1.0)
LEDGER = Format("number", filled=ROWS, distinct=2, digits=1.0)
WORD = Format("text", filled=ROWS, distinct=5, examples=("Blue", "Red"))
NAMES = Format("text", filled=ROWS, distinct=25, words=1.0, examples=("Ann Lee", "Joe Kay"))
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
        (
            "benefits",
            {"Email": EMAIL, "Created At": DATE, "Event": WORD, "Points": POINTS},
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
