"""Columns that borrow the name of a field: counts called like numbers, partners called like customers, deals and payments
called like orders."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import plain, without_accents
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import Field

_UNCERTAIN = 0.85  # at most, where a person should look
_COUNTS = 0.5  # at most, of whole numbers that repeat under the name of many
_BELOW_ADDRESSES = 0.65  # at most, beside e-mail addresses, which tell customers apart
#: Words of many: a column called so holds rather how many they were than which one it was.
_MANY = (
    "orders customers clients guests tickets transactions invoices receipts bookings reservations buyers users members "
    "visitors sales checks bills pedidos clientes facturas ventas reservas encomendas faturas vendas transacciones "
    "transacoes recibos compras commandes factures ventes achats visiteurs bons kassenbons belege kunden bestellungen "
    "rechnungen auftrage buchungen besucher заказы клиенты чеки покупатели продажи транзакции счета гости "
    "purchases visits visitas visites besuche kaufe заказов чеков покупок покупки визитов визиты посещений"
)
_MANY_WORDS = frozenset(_MANY.split())
#: Words of counting, beside a word of many.
_COUNT = frozenset((
    "count", "number", "no", "nb", "nombre", "numero", "total", "anzahl", "anz", "cantidad", "cant", "quantidade", "qtd", "qtde",
    "количество", "кол", "число", "всего",
))  # fmt: skip
#: Called so, a column may hold customers, and as well those through whom they came, or accounts of the ledger.
_NOT_ALWAYS = frozenset((
    "partner", "tiers", "auftraggeber", "cuenta", "conta", "compte", "konto", "entity", "entidad", "entidade", "partei", "tercero",
    "terceros", "parceiro", "receptor", "consignee", "грузополучатель",
))  # fmt: skip
#: Accounts of the ledger, and shops where advertisements are shown.
_OF_THE_LEDGER = frozenset(("account", "retailer", "cuenta", "conta", "compte", "konto", "счет"))
_OF_MEMBERS = frozenset(("member", "membership", "mitgliedschaft", "membresia"))
_MASKED = re.compile(r"[*•]|[xX]{4}")  # digits of a payment card that are not shown
_NICKNAME = re.compile(r"[^\W\d_]{2}[a-zà-ÿа-я]{3}")
_FAR_FEWER = 4
_OF_PERSONS = ("invoices", "memberships", "benefits", "consents")
_PEOPLE = frozenset(("customer", "member", "name"))
_NONE = 0.3  # below what is taken
_PERHAPS_A_FLAG = frozenset(("guest", "gast", "huesped", "hospede", "hote", "гость"))  # without "id"
#: Words of sales that may still be lost.
_OPEN = (
    "stage probability deal deals opportunity opportunities pipeline etapa probabilidad probabilidade oportunidad oportunidade "
    "negocio probabilite opportunite wahrscheinlichkeit verkaufschance verkaufsphase стадия этап вероятность сделка сделки"
)
_OPEN_WORDS = frozenset(_OPEN.split())
#: Called so, a column numbers the rows of whatever the file holds, if it never repeats.
COUNTED_NUMBERS = frozenset(("number", "no", "nr", "num", "numero", "número", "numéro", "nummer", "номер"))
BARE_NUMBERS = COUNTED_NUMBERS | frozenset((
    "reference", "ref", "referencia", "référence", "referência", "referenz", "code", "código", "codigo",
))  # fmt: skip
_OWED = frozenset(
    ("balance", "outstanding", "remaining", "saldo", "restante", "reste", "restbetrag", "остаток", "долг")
)
_GOODS = frozenset((
    "products", "items", "articles", "productos", "articulos", "produtos", "itens", "produits", "produkte", "товары",
    "services", "servicios", "servicos", "prestations", "leistungen", "услуги", "позиции", "positionen", "works", "работы",
))  # fmt: skip
_FEES = frozenset(
    ("fee", "fees", "commission", "comision", "comissao", "gebuhr", "gebuhren", "frais", "taxa", "комиссия")
)
_ONE_ORDER = frozenset(("order", "transaction", "purchase", "sale", "receipt", "invoice"))
_RATE = re.compile(r"\d\s*%")
_SOLD = ("orders", "order_lines")


def are_goods(column: str) -> bool:
    """Whether a column is called as all that was bought, such as "Product(s)", and not as one product."""
    return bool(_words(column.replace("(s)", "s").replace("(S)", "s")) & _GOODS)


def highest(kind: str, field: Field, column: str, formats: Mapping[str, Format]) -> float:
    """The score that a number of something can have at most under this name, beside these columns."""
    if field.meaning != "id":
        return 1.0
    if kind == "order_lines" and field.name == "product_id" and plain(column) in BARE_NUMBERS:
        form, others = formats[column], {word for each in formats if each != column for word in concepts(each)}
        numbers = not form.filled or not others & {"product", "quantity", "description"}
        numbers = numbers or any(are_goods(each) or _are_fewer(each, formats[each], form) for each in formats)
        return _COUNTS if form.distinct == form.filled and numbers else 1.0
    if kind == "order_lines" and field.name == "product_id" and numbers_lines(column, formats):
        return 0.0
    if kind == "products" and field.name == "product_id" and plain(column) in BARE_NUMBERS and _is_open(formats):
        return _COUNTS
    at_once = formats[column].words > 0.5 or _is_basket(formats[column])
    if kind == "order_lines" and field.name == "product_id" and are_goods(column) and at_once:
        return _COUNTS
    if _is_of_many(column) and _is_whole(formats[column]):
        return _COUNTS if _repeats(formats[column]) else _UNCERTAIN
    words = _words(column)
    if field.name == "customer_id" and (why := _least_of_customers(kind, column, formats)) < 1.0:
        return why
    if field.name == "customer_id" and (words & _NOT_ALWAYS or (len(words) == 1 and words <= _PERHAPS_A_FLAG)):
        beside = kind in _SOLD and any(each.addresses > 0.5 for name, each in formats.items() if name != column)
        return _BELOW_ADDRESSES if beside else _UNCERTAIN
    return 1.0


def _stand_for_few(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a column has far fewer different values than there are addresses or names of customers."""
    people = [
        form.distinct
        for name, form in formats.items()
        if name != column and (form.addresses > 0.5 or (form.words > 0.5 and set(concepts(name)) <= _PEOPLE))
    ]
    return _FAR_FEWER * formats[column].distinct < max(people, default=0)


def _least_of_customers(kind: str, column: str, formats: Mapping[str, Format]) -> float:
    """The score at most of a number that is a payment card's, an account's of the ledger, or of far fewer than have addresses."""
    form, words = formats[column], _words(column)
    if kind == "costs" and words & _OF_THE_LEDGER:
        return _NONE
    if "card" in concepts(column) and any(_MASKED.search(each) for each in form.examples):
        return _NONE
    if kind in _OF_PERSONS and _stand_for_few(column, formats):
        return _COUNTS
    if kind not in _SOLD or form.addresses > 0.5:
        return 1.0
    addresses = max((each.distinct for each in formats.values() if each.addresses > 0.5), default=0)
    named = "id" not in concepts(column) and any(_NICKNAME.search(each) for each in form.examples)
    contract = "membership" in concepts(column) and not words & _OF_MEMBERS
    if addresses and (named or contract or _FAR_FEWER * form.distinct < addresses):
        return _BELOW_ADDRESSES
    return _UNCERTAIN if contract else 1.0


def borrows(kind: str, field: str, column: str, formats: Mapping[str, Format]) -> str:
    """Why the rows may be something else than sales, or the column a part or a sum of what it is called; empty without a doubt."""
    if kind not in _SOLD:
        return ""
    if field == "ordered_at" and "paid" in concepts(column):
        return "it may be the day of a payment, of which an order can have several"
    if field == "amount" and _is_a_part(column, formats):
        return "beside a total it may be a part of it, or what is still owed"
    if field in ("amount", "total_amount"):
        if any(_words(each) & _OPEN_WORDS for each in formats):
            return "deals that were not won may be among them"
        if concepts(column) == ("net",) and any(_words(each) & _FEES for each in formats):
            return "it may be what a payment service leaves of the sum"
        if _are_counted(formats):
            return "the rows may be sums over many orders"
    if field in ("tax_amount", "shipping_amount") and _is_most(column, formats):
        return "it is more than half of the total"
    if _RATE.search(column) and any(each != column and concepts(each) == concepts(column) for each in formats):
        return "each rate has a column of its own"
    return ""


def is_paid_in_part(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a sum that was paid stands beside what is still owed."""
    owed = any(_words(each) & _OWED and each != column for each in formats)
    return owed and "paid" in concepts(column) and "total" not in concepts(column)


def _is_a_part(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a sum that is no total stands beside one, and beside another sum, as work beside parts or paid beside due."""
    said = {each: concepts(each) for each in formats if formats[each].kind == "number" and each != column}
    total = any("total" in words and "id" not in words for words in said.values())
    others = any(len(words) > 1 and words[0] == "amount" and "total" not in words for words in said.values())
    return total and others and "total" not in concepts(column) and concepts(column)[:1] == ("amount",)


def _are_fewer(column: str, goods: Format, numbers: Format) -> bool:
    """Whether a column names goods, and far fewer than there are numbers."""
    return concepts(column) == ("product",) and goods.kind == "text" and 2 * goods.distinct < numbers.distinct


def numbers_lines(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether what is called the number of an item is another one in each row, and the goods are far fewer."""
    form = formats[column]
    own = set(concepts(column)) == {"product", "id"} and form.distinct == form.filled
    return own and any(_are_fewer(each, formats[each], form) for each in formats)


def _is_open(formats: Mapping[str, Format]) -> bool:
    """Whether rows have a day on which they were opened, and nothing that products have."""
    said = {word for name in formats for word in concepts(name)}
    return "opened" in said and not said & {"product", "price", "brand", "cost", "quantity"}


def _is_basket(form: Format) -> bool:
    """Whether cells name several things, or how many of one."""
    return any("," in each or "×" in each for each in form.examples)


def is_of_many_orders(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether what was spent is of all orders of a customer: no column numbers or dates one of them, and it is said to be
    spent, or beside it stands how many there were of somebody who stands in one row."""
    if "spent" not in _words(column) and not _are_of_customers(formats):
        return False
    said = [set(concepts(each)) for each in formats]
    return not any(each & _ONE_ORDER and each & {"id", "date"} and not each & {"first", "last"} for each in said)


def _are_of_customers(formats: Mapping[str, Format]) -> bool:
    """Whether each row is of another customer, and says how many orders they placed."""
    whose = [
        form for name, form in formats.items() if form.addresses > 0.5 or {"customer", "id"} <= set(concepts(name))
    ]
    counted = any(_is_whole(form) and _repeats(form) and _counts(name) for name, form in formats.items())
    return counted and bool(whose) and all(form.filled == form.distinct > 0 for form in whose)


def _counts(column: str) -> bool:
    """Whether a column is called as how many orders there were."""
    words, said = _words(column), set(concepts(column))
    return (
        bool(words & _COUNT and words & _MANY_WORDS)
        or _is_of_many(column)
        or ("count" in words and bool(said & _ONE_ORDER))
    )


def _words(column: str) -> set[str]:
    return set(without_accents(plain(column)).split())


def _is_of_many(column: str) -> bool:
    return without_accents(plain(column)) in _MANY_WORDS


def _is_whole(form: Format) -> bool:
    return form.kind == "number" and not form.decimals and not form.currency


def _repeats(form: Format) -> bool:
    return form.distinct < form.filled


def _are_counted(formats: Mapping[str, Format]) -> bool:
    """Whether a column says how many there were, and none numbers them."""
    many = [name for name, form in formats.items() if _is_of_many(name) and _is_whole(form) and _repeats(form)]
    return bool(many) and not any("id" in concepts(name) for name in formats)


def _is_most(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether the first values are more than half of the first totals."""
    totals = [name for name in formats if name != column and {"total", "gross"} & set(concepts(name))]
    sums = [total for name in totals if (total := _sum(formats[name]))]
    return bool(sums) and _sum(formats[column]) > max(sums) / 2


def _sum(form: Format) -> float:
    """What the examples of a column of numbers add up to."""
    if form.kind != "number":
        return 0.0
    found = 0.0
    for text in form.examples:
        digits = re.sub(r"[^\d,.]", "", text)
        if form.decimal == ",":
            digits = digits.replace(".", "").replace(",", ".")
        digits = digits.replace(",", "")
        found += float(digits) if re.fullmatch(r"\d+(?:\.\d+)?", digits) else 0.0
    return found
