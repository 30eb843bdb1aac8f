"""Columns that are called like a field and may be another thing all the same: what their values or neighbours say."""

from __future__ import annotations

from collections.abc import Mapping

from crm_analytics.ingest.borrowed import are_goods, borrows
from crm_analytics.ingest.choosing import CLEAR
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import match_name, plain
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS

_FEW = 12  # different discounts at most, where money would have more
_MOST_CONTACTS = 100  # different counts of contacts at most
_PIECES = 20  # different whole numbers at most, where amounts would have more
_QUESTION_KINDS = frozenset(("nps", "csat", "ces", "expected", "perceived", "other"))
#: What has numbers and is no person.
_OF_EVENTS = frozenset((
    "order", "invoice", "receipt", "transaction", "ticket", "case", "document", "sale", "campaign", "product", "response",
    "purchase", "delivery", "membership", "benefit",
))  # fmt: skip
#: What customers do on a day, unless it is the first or last one.
_DONE = frozenset(("appointment", "visit", "call", "meeting", "activity"))
_AT_THE_ENDS = frozenset(("first", "last", "next", "proximo", "proxima", "prochain", "nachster", "следующий"))
_COMPANY = frozenset(("company", "firma", "empresa", "société", "entreprise", "компания", "организация", "unternehmen"))
_DEVICES = frozenset(("platform", "plattform", "plataforma", "plateforme", "платформа"))
_STATES = 5  # different values at most that a status has, where regions would be more
_FEWEST_ROWS = 30  # from which the number of different values says something
_NUMBERED_KINDS = (
    "orders",
    "invoices",
    "cases",
    "interactions",
    "survey_answers",
)  # whose rows have numbers of their own
_OF_WHOLE_ORDERS = frozenset(("shipping_amount", "tax_amount", "total_amount"))
NAMED = 0.5  # from here a column is called somewhat like a field
_ALL_DIFFER = 0.9  # share of different numbers from which each stands once


def doubt(kind: str, field: str, column: str, formats: Mapping[str, Format]) -> str:
    """Why a column may not be the field that it is called; empty without a doubt."""
    form, others = formats[column], {word for each in formats if each != column for word in concepts(each)}
    if field == "discount_amount" and form.filled >= _FEWEST_ROWS and form.distinct <= _FEW:
        return "with so few different values it may be a percentage"
    if kind == "order_lines" and field == "discount_amount" and {"subtotal", "shipping"} <= others:
        return "beside a subtotal and shipping it may be of the whole order"
    if (
        field == "region"
        and form.filled >= _FEWEST_ROWS
        and form.distinct <= _STATES
        and concepts(column) == ("region",)
    ):
        return "with so few different values it may be a status"
    if kind == "order_lines" and field == "amount" and concepts(column) == ("total",) and "shipping" in others:
        return "beside shipping it may be of the whole order"
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
    if kind == "customers" and field == "name" and _words_of(column) & _COMPANY and {"first", "surname"} & others:
        return "beside the name of a person it may be the company that they work for"
    if field == "channel" and "source" in concepts(column):
        return "it may say where the address or the row came from"
    if kind == "customers" and field == "channel" and plain(column) in _DEVICES:
        return "it may be the device or program that they use"
    account = kind == "customers" and field == "customer_id" and "account" in concepts(column)
    if account and any(plain(each) == "id" and one.distinct == one.filled > 0 for each, one in formats.items()):
        return "beside an id it may number an account of another system"
    if kind == "contacts" and field == "contact_id" and concepts(column) == ("contact", "id"):
        return "it may number persons"
    if kind == "contacts" and field == "campaign_id" and _counts_contacts(column, formats):
        return "beside former contacts it may be a count of them"
    if field == "question_kind" and not {each.lower() for each in form.examples} & _QUESTION_KINDS:
        return "its values are no kinds of question that are known"
    return borrows(kind, field, column, formats)


def _words_of(column: str) -> set[str]:
    return set(plain(column).split())


def _counts_contacts(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a column called campaign holds small whole numbers beside those of former contacts, as banks write it."""
    form, others = formats[column], {plain(each) for each in formats if each != column}
    small = form.kind == "number" and not form.decimals and form.distinct < _MOST_CONTACTS
    return small and concepts(column) == ("campaign",) and bool(others & {"contact", "previous", "pdays"})


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


Called = Mapping[str, tuple[str | None, float]]  # column -> the field that it would be, and how clearly


def doubt_of_kind(
    kind: str, given: Mapping[str, str | None], called: Mapping[str, Called], formats: Mapping[str, Format], rows: int
) -> str:
    """Why the rows may be of another kind, told by the columns that the kind leaves over; empty without a doubt.

    `given`: column -> field of the kind; `called`: what each column would be, by kind.
    """
    fields = {field: column for column, field in given.items() if field}
    left = [column for column, field in given.items() if field is None]
    orders = {column: called["orders"][column] for column in left}
    if number := _other_number(kind, fields, {column: formats[column] for column in left}, called, rows):
        return number
    if kind not in ("order_lines", "products") and "customer_id" not in fields:
        for column, (field, score) in orders.items():
            if field == "customer_id" and score >= NAMED:
                return f"{column!r} says whose a row is, which it does of orders"
    if kind == "customers":
        paid = {field for field, score in orders.values() if score >= CLEAR}
        if "ordered_at" in paid and {"amount", "total_amount"} & paid:
            return "a day and an amount are left over, as orders have them"
        for column in left:
            said = {*concepts(column), *plain(column).split()}
            if formats[column].kind == "date" and said & _DONE and not said & _AT_THE_ENDS:
                return f"{column!r} is the day of what they did"
    if kind == "cases" and plain(fields.get("case_id", "")) == "id":
        for column in left:
            if called["customers"][column][0] in ("phone", "street"):
                return f"{column!r} is told of persons, so the rows may be customers"
    if kind == "survey_answers" and not {"customer_id", "answered_at", "score"} & fields.keys():
        return "no column says who answered, or when"
    if kind == "interactions" and "customer_id" not in fields:
        return "no column says whom it was with"
    if kind == "contacts" and "campaign_id" in fields and _counts_contacts(fields["campaign_id"], formats):
        return f"{fields['campaign_id']!r} may count contacts, so that there is no campaign"
    if kind == "orders":
        for column in left:
            named = called["order_lines"][column][0] in ("product_id", "product_name", "description")
            if named and "product" in concepts(column) and not are_goods(column):
                return f"{column!r} names one product, as order lines do"
    if kind == "order_lines" and "order_id" in fields:
        form = formats[fields["order_id"]]
        of_order = {field for field, score in orders.values() if score >= CLEAR} & _OF_WHOLE_ORDERS
        counted = {"quantity", "unit_price"} & fields.keys()
        if form.filled >= _FEWEST_ROWS and form.distinct > _ALL_DIFFER * form.filled and (of_order or not counted):
            return "no order has a second row, so the rows may be orders"
    return ""


def _other_number(
    kind: str, fields: Mapping[str, str], left: Mapping[str, Format], called: Mapping[str, Called], rows: int
) -> str:
    """Whether a column that is left numbers the rows as another kind does; empty if none."""
    if kind in _NUMBERED_KINDS and KINDS[kind].unit[-1] in fields:
        return ""  # beside its own number another one is what it refers to
    bare = 0.0 if kind == "order_lines" else 0.01  # elsewhere "id" may number anything
    for name in _NUMBERED_KINDS:
        number = KINDS[name].unit[-1]
        for column, form in left.items() if name != kind and number not in fields else ():
            field, score = called[name][column]
            if field == number and score >= CLEAR + bare and form.filled == form.distinct == rows:
                return f"{column!r} has a number for every row, as {name.replace('_', ' ')} have"
    return ""
