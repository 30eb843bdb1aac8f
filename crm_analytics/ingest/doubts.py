"""Columns that are called like a field and may be another thing all the same: what their values or neighbours say."""

from __future__ import annotations

from collections.abc import Mapping

from crm_analytics.ingest.borrowed import borrows
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import match_name
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS

_FEW = 12  # different discounts at most, where money would have more
_PIECES = 20  # different whole numbers at most, where amounts would have more
_QUESTION_KINDS = frozenset(("nps", "csat", "ces", "expected", "perceived", "other"))
#: What has numbers and is no person.
_OF_EVENTS = frozenset((
    "order", "invoice", "receipt", "transaction", "ticket", "case", "document", "sale", "campaign", "product", "response",
    "purchase", "delivery", "membership", "benefit",
))  # fmt: skip
_FEWEST_ROWS = 30  # from which the number of different values says something


def doubt(kind: str, field: str, column: str, formats: Mapping[str, Format]) -> str:
    """Why a column may not be the field that it is called; empty without a doubt."""
    form, others = formats[column], {word for each in formats if each != column for word in concepts(each)}
    if field == "discount_amount" and form.filled >= _FEWEST_ROWS and form.distinct <= _FEW:
        return "with so few different values it may be a percentage"
    whole = form.kind == "number" and not form.decimals and not form.currency
    few = whole and form.filled >= _FEWEST_ROWS and form.distinct <= _PIECES
    if kind == "order_lines" and field == "amount" and few and "price" in others and "quantity" not in others:
        return "with so few whole numbers beside a price it may count pieces"
    if (
        kind == "orders"
        and field == "total_amount"
        and {"discount", "net"} <= others
        and "total" not in concepts(column)
    ):
        return "beside a discount it may be the value before it"
    if field == "channel" and "source" in concepts(column):
        return "it may say where the address or the row came from"
    if kind == "contacts" and field == "contact_id" and concepts(column) == ("contact", "id"):
        return "it may number persons"
    if field == "question_kind" and not {each.lower() for each in form.examples} & _QUESTION_KINDS:
        return "its values are no kinds of question that are known"
    return borrows(kind, field, column, formats)


def is_own_number(column: str, form: Format, rows: int) -> bool:
    """Whether a column numbers the rows under a name of the system's own, such as "Klaviyo ID"."""
    said = concepts(column)
    named = len(said) == 2 and said[1] == "id" and said[0].isalpha() and said[0] not in _OF_EVENTS
    return named and form.filled == form.distinct == rows


def part_of_name(column: str, formats: Mapping[str, Format]) -> str:
    """Which field a column called "name" is where another one holds only the rest of it; empty where it is the whole."""
    if concepts(column) != ("name",):
        return ""
    others = [each for each in formats if each != column]
    first = any(_is_called(each, "first_name") for each in others)
    last = any("surname" in concepts(each) or _is_called(each, "last_name") for each in others)
    return "first_name" if last and not first else "last_name" if first and not last else ""


def _is_called(column: str, field: str) -> bool:
    found = match_name(column, KINDS["customers"], field)
    return found is not None and found.score > 0.9


def is_of_order(form: Format, formats: Mapping[str, Format], rows: int) -> bool:
    """Whether a column is filled once per order only, on the first of its lines."""
    orders = [
        each.distinct
        for name, each in formats.items()
        if {"order", "id"} <= set(concepts(name)) and each.filled == rows and each.distinct < 0.9 * rows
    ]
    return bool(orders) and 0 < form.filled <= max(orders)
