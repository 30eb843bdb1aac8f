"""Rules by kind and field: what a column is beside the others, where its name alone does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from crm_analytics.ingest.borrowed import BARE_NUMBERS
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import plain, without_accents
from crm_analytics.ingest.sold import is_place
from crm_analytics.ingest.vocabulary import concepts

_SOME = 5  # different counts from which they are of many persons
_REACHED = frozenset(("sent", "delivery", "opened", "clicked", "recipient", "unsubscribed"))
_SENT = frozenset(("date", "sent", "shipping", "email"))
#: What is done for a customer, where no column says the type.
_SERVICE = frozenset((
    "service", "services", "service name", "servico", "servicos", "servicio", "servicios", "prestation", "leistung",
    "dienstleistung", "behandlung", "услуга", "услуги", "treatment", "procedimento", "tratamiento", "soin",
))  # fmt: skip
_TICKET = frozenset((
    "ticket type", "ticket name", "ticket class", "tipo de entrada", "type de billet", "ticketart", "tipo de ingresso",
    "тип билета",
))  # fmt: skip
_STATES = frozenset(("status", "state", "estado", "statut", "статус"))
_AGREED = frozenset(
    ("granted", "revoked", "withdrawn", "opted in", "opted out", "opt in", "opt out", "optin", "optout")
)
_FEW = 8  # different values at most of what says a direction
_DIRECTIONS = frozenset((
    "inbound", "outbound", "incoming", "outgoing", "entrante", "entrantes", "saliente", "salientes", "entrant", "sortant", "entrants",
    "sortants", "eingehend", "ausgehend", "eingehender", "ausgehender", "recebida", "recebidas", "efetuada", "efetuadas",
    "входящии", "исходящии", "входящая", "исходящая", "входящие", "исходящие", "входящее", "исходящее",
))  # fmt: skip
_OF_CALLS = frozenset(("call", "calls", "queue", "api", "llamada", "appel", "anruf", "ligacao", "звонок", "вызов"))
_TYPES = frozenset(("type", "kind", "tipo", "typ", "art", "тип", "вид"))
_MEANS = frozenset((
    "sms", "mms", "email", "e-mail", "mail", "push", "push notification", "whatsapp", "telegram", "viber", "messenger", "in-app", "in_app",
    "webpush", "web push", "letter", "brief", "carta", "call", "voice", "phone", "correo", "rcs",
))  # fmt: skip
_TAKEN_OFF = frozenset(("after", "with", "con", "com", "avec", "apres", "mit", "nach", "со", "после"))
_GROSS_PRICE = re.compile(r"\b(?:gross|brutto\w*|bruto|brut)\b")
_NET_PRICE = re.compile(r"\b(?:net|netto\w*|neto|liquido)\b")
_REDUCED = frozenset((
    "price after discount", "discounted price", "precio con descuento", "preco com desconto", "prix remise",
    "preis nach rabatt", "цена со скидкой",
))  # fmt: skip


def _has(formats: Mapping[str, Format], column: str, words: frozenset[str]) -> bool:
    """Whether another column speaks of one of these."""
    return any(each != column and not words.isdisjoint(concepts(each)) for each in formats)


def _is_submitted(column: str, formats: Mapping[str, Format]) -> float:
    """The day on which an answer was sent, where no other day stands beside it."""
    days = [each for each, form in formats.items() if form.kind == "date"]
    return 0.95 if days == [column] and concepts(column) == ("sent", "date") else 0.0


def _is_ticket(column: str, formats: Mapping[str, Format]) -> float:
    """The type of a ticket, where nothing else names what was bought."""
    return 0.8 if plain(column) in _TICKET and not _has(formats, column, frozenset(("product",))) else 0.0


def _is_reduced(column: str, formats: Mapping[str, Format]) -> float:
    """A price after the discount, where no pieces are counted."""
    reduced = without_accents(plain(column)) in _REDUCED or plain(column) in _REDUCED
    return 0.94 if reduced and not _has(formats, column, frozenset(("quantity",))) else 0.0


def _is_registered(column: str, formats: Mapping[str, Format]) -> float:
    """The day on which what has the number of a case was registered."""
    case = any({"case", "id"} <= set(concepts(each)) or concepts(each) == ("case",) for each in formats)
    return 0.9 if case and set(concepts(column)) in ({"registered"}, {"registered", "date"}) else 0.0


def _is_over(column: str, formats: Mapping[str, Format]) -> float:
    """The end of what was opened."""
    return 0.7 if set(concepts(column)) <= {"end", "date"} and _has(formats, column, frozenset(("opened",))) else 0.0


def _runs_out(column: str, formats: Mapping[str, Format]) -> float:
    """The day on which a plan is due, where it begins on another one and nothing is said to be paid."""
    plan = _has(formats, column, frozenset(("membership",))) and _has(
        formats, column, frozenset(("start", "registered"))
    )
    owed = _has(formats, column, frozenset(("amount", "total", "invoice", "price")))
    return 0.8 if plan and not owed and set(concepts(column)) in ({"due"}, {"due", "date"}) else 0.0


def _is_sent(column: str, formats: Mapping[str, Format]) -> float:
    """The day of a mailing, where columns count how many received and opened it."""
    counts = [
        each
        for each, form in formats.items()
        if form.kind == "number"
        and not form.decimals
        and form.distinct > _SOME
        and _REACHED.intersection(concepts(each))
    ]
    dated = [each for each, form in formats.items() if form.kind == "date" and set(concepts(each)) <= _SENT]
    return 0.8 if len(counts) > 1 and column in dated[:1] else 0.0


def _is_service(column: str, formats: Mapping[str, Format]) -> float:
    """What was done for a customer, where no column says the type."""
    served = without_accents(plain(column)) in _SERVICE or plain(column) in _SERVICE
    return 0.55 if served and not _has(formats, column, frozenset(("type", "category"))) else 0.0


def _is_redeemed(column: str, formats: Mapping[str, Format]) -> float:
    """The only day, where an amount is called redeemed, or an order or payment stands beside it."""
    days = [each for each, form in formats.items() if form.kind == "date"]
    if days != [column] or concepts(column) != ("date",):
        return 0.0
    if _has(formats, column, frozenset(("redeemed",))):
        return 0.85
    return 0.75 if _has(formats, column, frozenset(("order", "paid"))) else 0.0


def _is_card(column: str, formats: Mapping[str, Format]) -> float:
    """The number of a card that stands once in the file, as that of one given away."""
    form = formats[column]
    return 0.96 if {"card", "id"} <= set(concepts(column)) and form.filled == form.distinct > 0 else 0.0


def _is_rest_of_name(column: str, formats: Mapping[str, Format]) -> float:
    """What is called "nom" of somebody whose "prénom" stands beside it."""
    first, _, whose = without_accents(plain(column)).partition(" ")
    beside = {without_accents(plain(each)) for each in formats}
    return 0.96 if first == "nom" and whose and f"prenom {whose}" in beside else 0.0


def _is_agreed(column: str, formats: Mapping[str, Format]) -> float:
    """A state that says whether something was agreed to."""
    states = {each.lower() for each in formats[column].examples}
    return 0.85 if plain(column) in _STATES and states & _AGREED else 0.0


def _is_mailed(column: str, formats: Mapping[str, Format]) -> float:
    """The day of an activity with an address, beside the campaign."""
    campaign = any({"campaign", "id"} == set(concepts(each)) for each in formats)
    addressed = any(form.addresses > 0.5 for form in formats.values())
    return 0.9 if campaign and addressed and set(concepts(column)) == {"activity", "date"} else 0.0


def _is_reference(column: str, formats: Mapping[str, Format]) -> float:
    """A bare reference that never repeats, beside the day on which something was opened."""
    form = formats[column]
    alone = plain(column) in BARE_NUMBERS and form.filled == form.distinct
    return 0.8 if alone and _has(formats, column, frozenset(("opened",))) else 0.0


def _is_left(column: str, formats: Mapping[str, Format]) -> float:
    """A total with the discount taken off, or a gross price beside the net one."""
    words, said = set(without_accents(plain(column)).split()), set(concepts(column))
    if (
        said == {"price"}
        and _GROSS_PRICE.search(plain(column))
        and any(_NET_PRICE.search(plain(each)) for each in formats)
    ):
        return 0.85  # of the whole order
    return 0.96 if {"total", "discount"} <= said and words & _TAKEN_OFF and "percent" not in said else 0.0


def _is_direction(column: str, formats: Mapping[str, Format]) -> float:
    """Values that say who rang or wrote to whom, whatever their column is called."""
    form = formats[column]
    said = {" ".join(each for each in plain(text).split() if each not in _OF_CALLS) for text in form.examples}
    return (
        0.96 if form.kind == "text" and form.distinct <= _FEW and {*map(without_accents, said)} & _DIRECTIONS else 0.0
    )


def _is_means(column: str, formats: Mapping[str, Format]) -> float:
    """A type that is one of the ways in which a message goes out."""
    types = set(without_accents(plain(column)).split()) & _TYPES
    return 0.85 if types and {each.lower() for each in formats[column].examples} & _MEANS else 0.0


#: Kind and field -> how well a column is it beside the others; 0 if not at all.
RULES: Mapping[tuple[str, str], Callable[[str, Mapping[str, Format]], float]] = MappingProxyType({
    ("survey_answers", "answered_at"): _is_submitted,
    ("order_lines", "description"): _is_ticket,
    ("order_lines", "line_no"): lambda column, formats: 0.95 if is_place(column, formats) else 0.0,
    ("order_lines", "amount"): _is_reduced,
    ("cases", "opened_at"): _is_registered,
    ("cases", "resolved_at"): _is_over,
    ("memberships", "left_on"): _runs_out,
    ("campaigns", "starts_on"): _is_sent,
    ("cases", "case_id"): _is_reference,
    ("cases", "kind"): _is_service,
    ("benefits", "redeemed_on"): _is_redeemed,
    ("benefits", "benefit_id"): _is_card,
    ("customers", "last_name"): _is_rest_of_name,
    ("consents", "consent"): _is_agreed,
    ("contacts", "contacted_at"): _is_mailed,
    ("orders", "total_amount"): _is_left,
    ("interactions", "kind"): _is_service,
    ("interactions", "direction"): _is_direction,
    ("contacts", "direction"): _is_direction,
    ("contacts", "channel"): _is_means,
})  # fmt: skip
