"""What columns of cases, meetings, answers, contacts and campaigns are once the kind is known, or by their values."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.ingest.naming import match_name
from crm_analytics.schema import KINDS

ROWS = 60
NUMBER = Format("number", filled=ROWS, distinct=ROWS, digits=1.0)
COUNT = Format("number", filled=ROWS, distinct=30, digits=1.0)
PHONE = Format("number", filled=ROWS, distinct=25, digits=1.0)
DATE = Format("date", filled=ROWS, distinct=40, digits=1.0)
LATER = Format("date", filled=40, distinct=30, digits=1.0)
WORD = Format("text", filled=ROWS, distinct=5, examples=("Blue", "Red"))
NAMES = Format("text", filled=ROWS, distinct=25, words=1.0, examples=("Ann Lee", "Joe Kay"))
SOME_NAMES = Format("text", filled=40, distinct=20, words=1.0, examples=("Ann Lee", "Joe Kay"))
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)
WAYS = Format("text", filled=ROWS, distinct=3, examples=("Inbound", "Missed", "Outbound"))
MEANS = Format("text", filled=ROWS, distinct=2, examples=("sms", "push"))


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
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
def test_a_column_is_what_it_is_called_where_the_kind_is_known(
    kind: str, columns: dict[str, Format], expected: dict[str, str | None]
) -> None:
    found = find_meaning(columns, ROWS, header=True, kind=kind)
    assert {column: found.mapping[column].field for column in expected} == expected


@pytest.mark.parametrize("header", ["Duration (s)", "duration_sec", "Dauer (h)", "Длительность, с"])
def test_a_length_in_another_unit_is_no_minutes(header: str) -> None:
    assert match_name(header, KINDS["interactions"], "minutes") is None
