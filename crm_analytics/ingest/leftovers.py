"""What a column may be that is not called like any field: told by the columns beside it and by what is still missing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm_analytics.ingest.borrowed import BARE_NUMBERS, COUNTED_NUMBERS, are_goods
from crm_analytics.ingest.doubts import is_own_number, part_of_name
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import ROW_IDS, NameMatch, is_known_header, plain, without_accents
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import Field, Kind

_LAST = 1000  # a rank behind every name
_SURE, _LESS_SURE = 0.6, 0.5  # of what only one column can be; of the first of several
_ARTICLE = (("product",), ("description",))  # what products are called by, beside a number
_OTHER_SUM = frozenset(("margin", "tax", "shipping", "discount", "cost", "unit", "price"))
_ARRIVAL = frozenset(("checkin", "arrival", "anreise", "llegada", "entrada", "chegada", "arrivee", "заезд", "заезда"))
#: Called so and filled with words, a column of a list of customers holds their names.
_CUSTOMERS = frozenset(
    (
        "customer",
        "client",
        "cliente",
        "kunde",
        "клиент",
        "member",
        "mitglied",
        "socio",
        "adherent",
        "donor",
        "donante",
        "doador",
        "donateur",
        "spender",
        "patient",
        "paciente",
        "student",
        "alumno",
        "aluno",
        "eleve",
        "schuler",
    )
)
_TAX_NUMBERS = frozenset(
    ("dni", "nif", "cif", "rut", "cuit", "cpf", "cnpj", "cpf cnpj", "dni cuit", "nif cif", "cedula", "инн")
)
_SCALE = 11  # different answers at most, from 0 to 10
_QUESTION = re.compile(r"^q\d+(?![^\W_])|\?", re.IGNORECASE)
#: The day that a row of each kind is about.
_DAY_OF = {
    "orders": "ordered_at", "order_lines": "ordered_at", "invoices": "issued_on", "cases": "opened_at",
    "interactions": "happened_at", "survey_answers": "answered_at", "costs": "period_start",
}  # fmt: skip
#: Words of days beside that one.
_OTHER_DAY = frozenset((
    "shipping", "shipped", "delivery", "due", "updated", "birth", "last", "paid", "end", "closed", "resolved", "sent",
    "registered", "estimated", "promised", "first", "arrival", "departure", "checkin", "checkout", "until", "customer",
))  # fmt: skip
#: Words of numbers that are not the row's own.
_OTHER_NUMBER = frozenset((
    "phone", "tax", "external", "account", "card", "postal", "invoice", "vat", "serial", "zip", "quantity", "parent", "campaign",
    "store", "shop", "branch", "outlet", "location", "terminal", "register", "agent", "owner", "product",
))  # fmt: skip
_OTHER_TEXT = frozenset((
    "name", "city", "street", "country", "region", "comment", "agent", "customer", "status", "note", "notes", "owner", "shipping",
    "surname", "brand", "member", "paid", "company",
))  # fmt: skip


def by_neighbours(kind: Kind, field: Field, column: str, formats: Mapping[str, Format], rows: int) -> NameMatch | None:
    """A column whose name says nothing: a question and its answers, a part of a name, numbers of the system's own."""
    form = formats[column]
    if kind.name == "survey_answers" and _QUESTION.search(column):
        return _answered(field, column, form)
    if kind.name in ("order_lines", "products") and is_named_and_numbered(column, formats):
        if field.name == "product_id" and concepts(column) == ("id",) and plain(column) not in COUNTED_NUMBERS:
            alone = kind.name == "products" and form.filled == form.distinct == rows
            return NameMatch(0.94 if alone else 0.85, f"{column!r} stands beside the names of products", _LAST)
        if field.name in ("description", "product_name") and concepts(column) in _ARTICLE:
            return NameMatch(0.85, f"{column!r} stands beside the numbers of products", _LAST)
    if (
        kind.name == "orders"
        and field.name == "units"
        and are_goods(column)
        and form.kind == "number"
        and not form.decimals
    ):
        return NameMatch(0.85, f"{column!r} counts what was bought", _LAST)
    if kind.name == "customers" and field.name == "joined_on" and _is_start(column, formats):
        return NameMatch(0.8, f"{column!r} is the day from which they are known", _LAST)
    if kind.name == "order_lines" and field.name == "order_id" and plain(column) in COUNTED_NUMBERS:
        return NameMatch(0.7, f"{column!r} stands beside products", _LAST) if _has_products(formats) else None
    if (
        kind.name == "orders"
        and field.name == "order_id"
        and plain(column) in BARE_NUMBERS
        and form.filled == form.distinct
    ):
        return NameMatch(0.8, f"{column!r} is another one in each row", _LAST)
    if kind.name == "order_lines" and field.name == "description" and concepts(column) == ("name",):
        return NameMatch(0.65, f"{column!r} stands beside products", _LAST) if _has_products(formats) else None
    if (
        kind.name == "customers"
        and field.name in ("first_name", "last_name")
        and part_of_name(column, formats) == field.name
    ):
        return NameMatch(0.94, f"{column!r} stands beside the rest of the name", _LAST)
    if kind.name == "customers" and field.name == "name" and plain(column) in _CUSTOMERS and form.words > 0.5:
        return NameMatch(0.75, f"{column!r} holds names", _LAST)
    if field.name == "customer_id" and form.filled and plain(column) in _TAX_NUMBERS:
        return NameMatch(0.5, f"{column!r} is the number of a person at the tax office", _LAST)
    if kind.name == "customers" and field.name == "customer_id" and is_own_number(column, form, rows):
        return NameMatch(0.5, f"{column!r} is another number in each row", _LAST)
    return None


def is_named_and_numbered(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether the file has one column that is called "code" (of the product) and one called "product", which holds names."""
    own = [each for each in formats if set(concepts(each)) == {"product", "id"} and formats[each].words < 0.5]
    bare = [each for each in formats if concepts(each) == ("id",) and plain(each) not in (ROW_IDS | COUNTED_NUMBERS)]
    codes = own or bare
    priced = any({"price", "brand"} & set(concepts(each)) for each in formats)  # else it may be the name of a person
    article = (*_ARTICLE, ("name",)) if priced else _ARTICLE
    named = [each for each in formats if concepts(each) in article and _are_names(formats[each])]
    return len(codes) == 1 == len(named) and column in (*codes, *named)


def _is_start(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a column says since when, or when a membership began."""
    said = set(concepts(column))
    member = said <= {"start", "date"} and any("membership" in concepts(each) for each in formats)
    return member or ("since" in said and not said & {"last", "order"})


def _are_names(form: Format) -> bool:
    """Whether values are names: several words, or one that is written small and without digits."""
    small = any(letter.islower() for each in form.examples for letter in each)
    return form.words > 0.5 or (form.kind == "text" and form.digits < 0.3 and small)


def _answered(field: Field, column: str, form: Format) -> NameMatch | None:
    if field.name == "comment" and form.words > 0.5:
        return NameMatch(0.65, f"{column!r} is answered in words", _LAST)
    if field.name == "score" and form.kind == "number" and not form.decimals and form.distinct <= _SCALE:
        told = "recommend" in concepts(column) or "nps" in plain(column)
        return NameMatch(0.85 if told else 0.8, f"{column!r} is answered by a number", _LAST)
    return None


def _has_products(formats: Mapping[str, Format]) -> bool:
    """Whether products are told by numbers only, so that a name beside them may be theirs."""
    return any("product" in concepts(each) and form.words < 0.5 for each, form in formats.items())


def left_over(
    kind: Kind, given: Mapping[str, str | None], formats: Mapping[str, Format], rows: int
) -> dict[str, tuple[str, float, str]]:
    """Column -> field, confidence and reason, for fields that no name gives and columns that give none.

    `given`: the field of each column by its name.
    """
    free = [column for column, field in given.items() if field is None]
    have = set(given.values())
    found: dict[str, tuple[str, float, str]] = {}

    def give(field: str, columns: list[str], why: str, *, first: bool = False) -> None:
        columns = [each for each in columns if each not in found]
        if field in have or not columns or (len(columns) > 1 and not first):
            return
        have.add(field)
        sure = _SURE if len(columns) == 1 and field != "product_id" else _LESS_SURE  # which does not make a row a line
        found[columns[0]] = (field, sure, f"{columns[0]!r} is {why}")

    if (day := _DAY_OF.get(kind.name)) is not None:
        give(day, [each for each in free if _is_day(each, formats[each], rows)], "the only day that it can be")
    if day == "ordered_at":
        give(
            day,
            [each for each in free if _is_arrival(each, formats, rows)],
            "the day on which the stay begins",
        )
    own, codes = kind.unit[-1], [each for each in free if _is_code(each, formats[each])]
    if kind.name != "order_lines" and kind.name not in (
        "customers",
        "products",
        "consents",
        "costs",
        "market",
        "deliveries",
    ):
        alone = [each for each in codes if formats[each].filled == formats[each].distinct == rows]
        give(own, alone, "another number in each row", first=bool(alone) and alone[0] == next(iter(formats)))
    several = [
        each
        for each in codes
        if 1 < formats[each].distinct < 0.95 * formats[each].filled and not set(concepts(each)) & {"order", "line"}
    ]
    missing = [each for each in ("order_id", "customer_id", "product_id") if each in kind.names and each not in have]
    if len(missing) == 1 and missing[0] != "order_id" and kind.name not in ("customers", "products"):
        give(missing[0], several, "the only number that it can be")
    if have.isdisjoint(("amount", "total_amount")) and any(group[0] == "amount" for group in kind.requires):
        sums = [each for each in free if _is_money(formats[each], rows) and not _OTHER_SUM & set(concepts(each))]
        give("amount", sums, "the only column of sums")
    if "customer_id" in kind.names and kind.name != "customers":
        give(
            "customer_id",
            [each for each in free if set(concepts(each)) == {"customer", "name"}],
            "all that tells customers apart",
        )
    text = {"order_lines": "description", "products": "product_name", "survey_answers": "comment"}.get(kind.name, "")
    if text:
        give(text, _texts(free, formats), "the only column of texts of several words")
    return found


def _is_day(column: str, form: Format, rows: int) -> bool:
    said = {*concepts(column), *plain(column).split()}
    return form.kind == "date" and form.filled > 0.9 * rows and form.share > 0.8 and not said & _OTHER_DAY


def _is_arrival(column: str, formats: Mapping[str, Format], rows: int) -> bool:
    form = formats[column]
    said = set(without_accents(plain(column)).replace("check in", "checkin").split())
    stay = set(concepts(column)) <= {"start", "date"} and any("end" in concepts(each) for each in formats)
    return form.kind == "date" and form.filled > 0.9 * rows and (bool(said & _ARRIVAL) or stay)


def _is_money(form: Format, rows: int) -> bool:
    written = form.currency is not None or (form.decimals == 2 and not form.ends_in_zero)
    return form.kind == "number" and written and form.filled > 0.9 * rows and form.percents < 0.5


def _is_code(column: str, form: Format) -> bool:
    said = set(concepts(column))
    if "id" not in said or len(said) < 2 or said & _OTHER_NUMBER or plain(column) in ROW_IDS:
        return False
    return form.kind in ("number", "text") and not form.decimals and form.words < 0.5 and form.addresses < 0.5


def _texts(free: list[str], formats: Mapping[str, Format]) -> list[str]:
    """Columns of texts that are no name of a person or place; those that speak of products, where there are any."""
    texts = [
        each
        for each in free
        if formats[each].kind == "text" and formats[each].words > 0.5 and formats[each].distinct > 3
        and not {*concepts(each), *plain(each).split()} & _OTHER_TEXT and concepts(each) != ("order",)
    ]  # fmt: skip
    told = [each for each in texts if "product" in concepts(each)]
    return told or [each for each in texts if not is_known_header(each)]
