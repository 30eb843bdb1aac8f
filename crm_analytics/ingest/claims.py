"""How strongly a column claims to be a field: by its name, its values, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm_analytics.ingest.borrowed import highest, is_of_many_orders, is_paid_in_part
from crm_analytics.ingest.choosing import CLEAR
from crm_analytics.ingest.doubts import is_of_order, part_of_name
from crm_analytics.ingest.fitting import fit
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import ROW_IDS, NameMatch, match_name, plain, without_accents
from crm_analytics.ingest.neighbours import by_neighbours, is_named_and_numbered
from crm_analytics.ingest.sold import is_called_by_number, is_place
from crm_analytics.ingest.sums import net_or_gross
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import Field, Kind

_LEAST = 0.35
UNCERTAIN = 0.85  # at most, where a person should look
USUAL = 0.95  # from here a header is a usual name of the field
_BY_TELEPHONE = 0.6  # of a telephone beside e-mail addresses
_BY_ADDRESS = 0.7  # of e-mail addresses that stand for customers
#: Whose addresses are none of a customer.
_OF_THE_COMPANY = frozenset((
    "agent", "owner", "assignee", "assigned", "created", "updated", "supplier", "lieferant", "proveedor", "fornecedor",
    "fournisseur", "поставщик", "vendor", "seller", "sender", "store", "shop", "staff", "manager", "support",
))  # fmt: skip
#: Where rows need no customer, addresses are theirs only if their column is called no more than this.
_OF_A_CUSTOMER = frozenset((
    "email", "street", "customer", "contact", "member", "recipient", "respondent",
    "participant", "attendee", "invitee", "your", "metadata", "external", "electronico", "электронная", "электроннои", "почты",
))  # fmt: skip
_ORDER_TOTAL = frozenset(("order", "cart", "basket", "grand", "invoice"))  # words of a total that is not the line's
_BAR_CODES = frozenset(
    (
        "ean",
        "upc",
        "gtin",
        "barcode",
        "bar code",
        "code barres",
        "codigo de barras",
        "codigo barras",
        "strichcode",
        "штрихкод",
        "ean13",
    )
)
_BAR_CODE = 0.93  # of a bar code beside a number of the company's own
_OF_A_SALE = frozenset(("order", "invoice", "receipt", "transaction", "sale", "purchase", "email", "product"))
_SOLD = ("orders", "order_lines")
_NET = re.compile(r"\b(?:net|nett|neto|neta|netto\w*|liquid[oa]|нетто)\b|netto\b")
_GROSS = re.compile(r"\b(?:gross|brutto\w*|bruto|brut|ttc|брутто)\b")
_OF_A_PAYMENT = frozenset(("transaction", "ticket"))
_TWO = 2
_PAID = 0.6  # of what was paid, as what was to be paid
_BEHIND = 0.03  # of a usual name that another column has a better right to
_A_NAME = 0.6  # of what is called as a product, and holds names beside their numbers
_SPENT = 0.55  # of a sum called as what the company spends, where it would be what a customer paid
_MOST = 0.6  # share of rows that have the day on which they happened
_LAST = 1000  # a rank behind every name


@dataclass(frozen=True)
class Claim:
    """That a column is a field: how strong (a score up to 1, a usual name before an unusual one by `rank`), and why."""

    score: float
    rank: int
    column: str
    field: str
    reason: str
    exact: bool


def find_claims(kind: Kind, formats: Mapping[str, Format], rows: int) -> list[Claim]:
    """What each column may be of a kind, the strongest claims first."""
    found = [
        _told_apart(claim, kind, form, rows)
        for column, form in formats.items()
        for field in kind.fields
        if (claim := _claim(kind, field, column, form, formats, rows)) is not None
    ]
    return sorted((each for each in found if each.score >= _LEAST), key=lambda each: (-each.score, each.rank))


def _told_apart(claim: Claim, kind: Kind, form: Format, rows: int) -> Claim:
    """The claim, weaker where a column that alone tells the rows apart repeats or is mostly blank."""
    score, reason = claim.score, claim.reason
    numbers_orders = claim.field == "order_id" and kind.name == "orders"
    if kind.unit[1:] != (claim.field,) and not (numbers_orders and form.filled < 0.6 * rows):
        return claim
    if form.distinct < 0.9 * form.filled:
        score, reason = score * 0.6, f"{reason}; but it repeats ({form.distinct:,} of {form.filled:,} differ)"
    if form.filled < (0.6 if numbers_orders else 0.5) * rows:
        score, reason = score * 0.6, f"{reason}; but most rows have none"
    return replace(claim, score=score, reason=reason)


def itemised(formats: Mapping[str, Format]) -> bool:
    """Whether columns of the lines are called so, and the others are of whole orders."""
    return any(plain(each).startswith(("lineitem", "line item")) for each in formats)


def _may_be_customers(kind: Kind, column: str) -> bool:
    """Whether the addresses of a column may be those of customers, and not of who works for the company or supplies it."""
    said = set(concepts(column))
    return not said & _OF_THE_COMPANY if kind.name in ("orders", "order_lines") else said <= _OF_A_CUSTOMER


def _claim(
    kind: Kind, field: Field, column: str, form: Format, formats: Mapping[str, Format], rows: int
) -> Claim | None:
    named: NameMatch | None = match_name(column, kind, field.name)
    suits, values = fit(field, form)
    if (
        field.meaning == "id"
        and form.distinct == 2
        and form.kind in ("flag", "number")
        and plain(column) == plain(field.name)
    ):
        suits = max(suits, UNCERTAIN)  # called so in full it is no yes or no, though there are two values
    if named is None or named.score < CLEAR + 0.05:
        named = by_neighbours(kind, field, column, formats, rows) or named
    score = min(named.score * suits, highest(kind.name, field, column, formats)) if named else 0.0
    if field.name == "order_id" and plain(column) == "name" and itemised(formats):
        why = f"{column!r} numbers the orders where others are called line items"
        return Claim(USUAL * suits, 1, column, field.name, why, True)
    if named is None and field.name == "customer_id" and kind.anonymous and plain(column) in ROW_IDS:
        named = NameMatch(0.6, f"{column!r} numbers the rows, and there is one row per customer", _LAST)
        score = named.score * suits
    if field.name == "customer_id" and kind.name != "customers":
        if form.addresses > 0.5 and score < _BY_ADDRESS and _may_be_customers(kind, column):
            why = f"{column!r} holds e-mail addresses, which tell customers apart"
            return Claim(_BY_ADDRESS, _LAST, column, field.name, why, False)
        if plain(column) == "id" and kind.name in ("orders", "order_lines"):
            return None  # beside an order it numbers the order
    if (
        field.name == "customer_id"
        and "phone" in concepts(column)
        and any(each.addresses > 0.5 for each in formats.values())
    ):
        score = min(score, _BY_TELEPHONE)
    if named is None or (field.name == "line_no" and named.score < USUAL):
        return None  # a wrong line number would make one line of several: only its usual names count
    if field.name == "product_name" and is_called_by_number(column, formats):
        return None
    if field.name == "product_id" and is_place(column, formats):
        return None
    if field.name == "name" and part_of_name(column, formats):
        score = min(score, UNCERTAIN)
    if kind.name == "order_lines" and field.name in ("amount", "discount_amount") and is_of_order(form, formats, rows):
        return None
    net = {"orders": "amount", "order_lines": "unit_price"}.get(kind.name)
    if field.name == net and _is_net(column):
        score += 0.005  # a net value is what is asked for
    if (
        field.name == "amount"
        and kind.name in _SOLD
        and _GROSS.search(plain(column))
        and _has_net_price(column, formats)
    ):
        return None
    if field.name == "order_id" and kind.name in _SOLD and _is_paid_by(column, formats, rows):
        score -= _BEHIND
    if field.name == "product_name" and _tells_more(column, formats):
        score -= _BEHIND
    if field.name == "customer_id" and form.kind == "empty" and named.score < USUAL:
        return None
    if kind.name == "survey_answers" and field.name == "answered_at" and form.filled < _MOST * rows:
        score *= _A_NAME  # every answer has its day
    if field.name == "ordered_at" and concepts(column) == ("date",) and _has_day_of_order(column, formats):
        score -= 0.02  # it may be the day of what was booked
    if field.name == "product_id" and _refers(column):
        score *= _A_NAME
    if field.name == "product_id" and "id" not in concepts(column) and is_named_and_numbered(column, formats):
        score *= _A_NAME
    if field.name in ("amount", "total_amount") and kind.name in ("orders", "order_lines") and _is_spent(column):
        beside = {word for each in formats for word in concepts(each)}
        if not _OF_A_SALE & beside or "margin" in beside:
            return None  # beside a profit it is what the goods cost
        score = min(score, _SPENT)
    if field.name == "product_id" and without_accents(plain(column)) in _BAR_CODES:
        score = min(score, _BAR_CODE)
    if field.name == "product_id" and kind.name == "products" and form.filled < rows:
        score *= _BAR_CODE  # a row without it would be lost
    if field.name in ("amount", "total_amount") and is_of_many_orders(column, formats):
        return None
    if field.name == "amount" and is_paid_in_part(column, formats):
        return None
    if field.name == "kind" and kind.name == "benefits" and form.distinct > 0.9 * form.filled:
        return None  # another one in each row is a code
    if field.name == "amount" and kind.name == "invoices":
        score = min(score - 0.02 * _is_net(column), _PAID if _is_what_was_paid(column, formats) else 1.0)
    if kind.name == "order_lines" and field.name == "amount":
        words = set(plain(column).split())
        score += _of_line(column, formats)
        if _ORDER_TOTAL & words or ("line" not in words and itemised(formats)):
            return None  # a total of the whole order, which stands on its first line or on each of them
    if score < _LEAST:
        return None
    exact = named.score >= USUAL
    return Claim(score, named.rank, column, field.name, f"{named.reason}{values}", exact)


def _is_net(column: str) -> bool:
    """Whether a sum is said to be net; of a price the words alone say so, not its meaning."""
    return bool(_NET.search(without_accents(plain(column)))) or "net" in net_or_gross(plain(column)).split()


def _is_what_was_paid(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a sum was paid, where another one says how much it should be."""
    said = [set(concepts(each)) for each, form in formats.items() if each != column and form.kind == "number"]
    return "paid" in concepts(column) and any(
        each & {"amount", "total", "gross"} and "paid" not in each for each in said
    )


def _has_net_price(column: str, formats: Mapping[str, Format]) -> bool:
    return any(each != column and _is_net(each) and "price" in concepts(each) for each in formats)


def _is_paid_by(column: str, formats: Mapping[str, Format], rows: int) -> bool:
    """Whether a column numbers payments or tickets, beside another one that numbers orders or receipts in each row."""
    if not set(concepts(column)) & _OF_A_PAYMENT or "order" in concepts(column):
        return False
    said = [set(concepts(name)) for name, form in formats.items() if name != column and form.filled == rows]
    return any(each & {"order", "receipt"} and each & {"id", "reference"} and len(each) == _TWO for each in said)


def _tells_more(column: str, formats: Mapping[str, Format]) -> bool:
    """Whether a column describes products that another one names."""
    if concepts(column) not in (("description",), ("product", "description")):
        return False
    said = [set(concepts(name)) for name, form in formats.items() if form.kind == "text" and name != column]
    return any(each in ({"name"}, {"title"}, {"product", "name"}, {"product", "title"}) for each in said)


def _refers(column: str) -> bool:
    """Whether a column is the reference of something that is no product, as of a booking elsewhere."""
    said = concepts(column)
    return len(said) > 1 and "reference" in said and "product" not in said


def _is_spent(column: str) -> bool:
    """Whether a column is called as what is spent, by its kind only: a total cost may be what a customer paid."""
    return concepts(column) == ("cost",) and "total" not in plain(column)


def _has_day_of_order(column: str, formats: Mapping[str, Format]) -> bool:
    return any(each != column and concepts(each) == ("order", "date") for each in formats)


def _of_line(column: str, formats: Mapping[str, Format]) -> float:
    """What speaks for a value of the line beside others called alike: its words, and taxes that a total may hold."""
    words = concepts(column)
    taxed = "total" in words and any("tax" in concepts(each) for each in formats)
    beside = words == ("total",) and any(concepts(each) == ("subtotal",) for each in formats)
    first = plain(column).split()[:1]
    both = "total" in words and any(
        "subtotal" in concepts(each) and plain(each).split()[:1] == first for each in formats
    )
    ordered = words == ("subtotal",) and any({"order", "total"} <= set(concepts(each)) for each in formats)
    if both:
        return -0.02
    if {"line", "subtotal"} <= set(words):
        return 0.01
    return 0.005 if {"line", "product"} & set(words) else -0.02 if taxed or beside or ordered else 0.0
