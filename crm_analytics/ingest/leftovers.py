"""What a column may be that is not called like any field: told by what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import ROW_IDS, is_known_header, plain, without_accents
from crm_analytics.ingest.once_known import called_so
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import Kind

_SURE, _LESS_SURE = 0.6, 0.5  # of what only one column can be; of the first of several
_OTHER_SUM = frozenset(("margin", "tax", "shipping", "discount", "cost", "unit", "price", "redeemed"))
_ARRIVAL = frozenset(("checkin", "arrival", "anreise", "llegada", "entrada", "chegada", "arrivee", "заезд", "заезда"))
#: The day that a row of each kind is about.
_DAY_OF = {
    "orders": "ordered_at", "order_lines": "ordered_at", "invoices": "issued_on", "cases": "opened_at",
    "interactions": "happened_at", "survey_answers": "answered_at", "costs": "period_start",
}  # fmt: skip
#: Words of days beside that one.
_OTHER_DAY = frozenset((
    "shipping", "shipped", "delivery", "due", "updated", "birth", "last", "paid", "end", "closed", "resolved", "sent",
    "registered", "estimated", "promised", "first", "arrival", "departure", "checkin", "checkout", "until", "customer",
    "next", "proximo", "proxima", "próximo", "próxima", "prochain", "prochaine", "nächste", "nächster", "следующий", "следующая",
))  # fmt: skip
#: Words of numbers that are not the row's own.
_OTHER_NUMBER = frozenset((
    "phone", "tax", "external", "account", "card", "postal", "invoice", "vat", "serial", "zip", "quantity", "parent", "campaign",
    "store", "shop", "branch", "outlet", "location", "terminal", "register", "agent", "owner", "product", "till", "pos", "table",
    "room", "kassen", "kasse", "caja", "caisse", "caixa", "kassa", "касса", "кассы", "filial", "filiale", "filialen", "tisch", "mesa",
    "zimmer", "sucursal", "tienda", "loja", "magasin", "магазин", "магазина", "device",
))  # fmt: skip
_OF_A_ROW = frozenset(("order", "line", "receipt", "ticket", "transaction", "invoice", "case"))
_OTHER_TEXT = frozenset((
    "name", "city", "street", "country", "region", "comment", "agent", "customer", "status", "note", "notes", "owner", "shipping",
    "surname", "brand", "member", "paid", "company",
))  # fmt: skip


def left_over(
    kind: Kind,
    given: Mapping[str, str | None],
    formats: Mapping[str, Format],
    rows: int,
    *,
    weak: Collection[str] = (),
    known: bool = True,
) -> dict[str, tuple[str, float, str]]:
    """Column -> field, confidence and reason, for fields that no name gives and columns that give none.

    `given`: the field of each column by its name; those of `weak` columns only where nothing is rather called so,
    as it counts only where the rows are `known` to be of the kind.
    """
    found = called_so(kind, given, weak, formats, rows) if known else {}
    have = {*given.values(), *(field for field, _, _ in found.values())}
    free = [column for column, field in given.items() if field is None]

    def give(field: str, columns: list[str], why: str, *, first: bool = False) -> None:
        columns = [each for each in columns if each not in found]
        if field in have or not columns or (len(columns) > 1 and not first):
            return
        have.add(field)
        sure = _SURE if len(columns) == 1 and field != "product_id" else _LESS_SURE  # which does not make a row a line
        found[columns[0]] = (field, sure, f"{columns[0]!r} is {why}")

    if (day := _DAY_OF.get(kind.name)) is not None:
        days = [each for each in free if _is_day(each, formats[each], rows)]
        give(day, [each for each in days if concepts(each) == ("date",)], "the day of the row")
        give(day, days, "the only day that it can be")
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
        if kind.name == "survey_answers":
            alone = [each for each in alone if "order" not in concepts(each)]
        give(own, alone, "another number in each row", first=bool(alone) and alone[0] == next(iter(formats)))
    several = [
        each
        for each in codes
        if 1 < formats[each].distinct < 0.95 * formats[each].filled and not set(concepts(each)) & _OF_A_ROW
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
    if kind.name == "market":
        figures = [
            each
            for each in free
            if formats[each].kind == "number" and not {"id", "date", "period"} & set(concepts(each))
        ]
        give("market_volume", figures, "the only column of figures")
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
