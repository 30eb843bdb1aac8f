"""What a column may be whose name alone does not say it: told by the columns beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm_analytics.ingest.beside import RULES
from crm_analytics.ingest.borrowed import BARE_NUMBERS, COUNTED_NUMBERS, are_goods, numbers_lines
from crm_analytics.ingest.doubts import is_own_number, part_of_name
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import ROW_IDS, NameMatch, plain, without_accents
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import Field, Kind

_LAST = 1000  # a rank behind every name
_ARTICLE = (("product",), ("description",))  # what products are called by, beside a number
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
    (
        "dni",
        "nif",
        "cif",
        "rut",
        "cuit",
        "cpf",
        "cnpj",
        "cpf cnpj",
        "dni cuit",
        "nif cif",
        "cedula",
        "инн",
        "rfc",
        "ruc",
        "curp",
        "siret",
        "siren",
    )
)
_SCALE = 11  # different answers at most, from 0 to 10
_QUESTION = re.compile(r"^q\d+(?![^\W_])|\?", re.IGNORECASE)
_REFERENCES = frozenset(
    ("ref", "reference", "referencia", "referenz", "number", "no", "nr", "num", "numero", "nummer", "номер")
)
_AGAIN = 0.7  # of numbers at most that differ where orders have several lines


def by_neighbours(kind: Kind, field: Field, column: str, formats: Mapping[str, Format], rows: int) -> NameMatch | None:
    """A column whose name says nothing: a question and its answers, a part of a name, numbers of the system's own."""
    form = formats[column]
    if (rule := RULES.get((kind.name, field.name))) is not None and (score := rule(column, formats)):
        return NameMatch(score, f"{column!r} is told by the columns beside it", _LAST)
    if kind.name == "survey_answers" and _QUESTION.search(column):
        return _answered(field, column, form)
    if kind.name in ("order_lines", "products") and is_named_and_numbered(column, formats):
        if field.name == "product_id" and concepts(column) == ("id",) and plain(column) not in COUNTED_NUMBERS:
            alone = kind.name == "products" and form.filled == form.distinct == rows
            return NameMatch(0.94 if alone else 0.85, f"{column!r} stands beside the names of products", _LAST)
        if field.name in ("description", "product_name") and concepts(column) in _ARTICLE:
            return NameMatch(0.85, f"{column!r} stands beside the numbers of products", _LAST)
    if kind.name == "order_lines" and field.name == "order_id" and _repeats_more_than_goods(column, formats):
        return NameMatch(0.85, f"{column!r} stands beside far fewer products", _LAST)
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
    own = [each for each in own if not numbers_lines(each, formats)]
    bare = [each for each in formats if concepts(each) == ("id",) and plain(each) not in (ROW_IDS | COUNTED_NUMBERS)]
    codes = own or bare
    priced = any({"price", "brand"} & set(concepts(each)) for each in formats)  # else it may be the name of a person
    article = (*_ARTICLE, ("name",)) if priced else _ARTICLE
    named = [each for each in formats if concepts(each) in article and _are_names(formats[each])]
    if not (len(codes) == 1 == len(named) and column in (*codes, *named)):
        return False
    return bool(own) or not _repeats_more_than_goods(codes[0], formats)


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


def _repeats_more_than_goods(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a bare reference repeats and still differs far more often than the names of products: it numbers no product."""
    form = formats[column]
    if without_accents(plain(column)) not in _REFERENCES or form.distinct > _AGAIN * form.filled:
        return False
    goods = [each for name, each in formats.items() if concepts(name) in _ARTICLE and _are_names(each)]
    return any(2 * each.distinct < form.distinct for each in goods)
