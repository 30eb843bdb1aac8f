"""Header texts brought to one form, and compared with the names that other systems use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from crm_analytics.ingest.sums import BESIDE
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS, Field, Kind

_CAMEL = re.compile(r"(?<=[a-zа-яß-öø-ÿ])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Headers that number the rows of whatever the file holds.
ROW_IDS = frozenset(("id", "unique id", "record id", "rec id", "key", "uuid", "guid", "external id"))
#: Short for "number of", in front.
_NUMBER_OF = frozenset(("n", "nr", "num", "numero", "número", "número", "nummer"))
_NOT_WORD = re.compile(r"[^\w]+|_+")


@lru_cache(4096)  # each header is held against the fields of every kind
def plain(header: str) -> str:
    """Lower case, words apart by one space, without punctuation and without a word said twice in a row."""
    text = unicodedata.normalize("NFKC", header).strip()
    words = _NOT_WORD.sub(" ", _CAMEL.sub(" ", text)).lower().split()
    if len(words) > 1 and words[0] in _NUMBER_OF:
        words[0] = "no"
    return " ".join(word for at, word in enumerate(words) if at == 0 or word != words[at - 1])


@lru_cache(4096)  # as above
def without_accents(text: str) -> str:
    """The same text with its accents taken off."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


_ASIDE = frozenset((
    "shipping", "freight", "tax", "taxes", "vat", "fee", "fees", "handling", "weight", "limit", "refund", "refunded",
    "tip", "rate", "percent", "cgst", "sgst", "igst", "cess", "balance", "fulfillment", "gift",
))  # fmt: skip
#: Words of figures about many orders at once.
_OF_MANY = frozenset((
    "spend", "spent", "lifetime", "ltv", "average", "avg", "mean", "budget", "annual", "gastado", "gasto", "depense",
    "ausgegeben", "потрачено", "acumulado", "promedio", "media", "moyen", "moyenne", "durchschnitt", "средний", "средняя",
))  # fmt: skip
#: Words of what is counted and is no money.
_COUNTED = frozenset((
    "visit", "visits", "count", "quantity", "points", "puntos", "pontos", "punkte", "баллы", "баллов", "score", "minutes", "hours",
))  # fmt: skip
_OF_ALL_PIECES = frozenset(("total", "inventory", "stock", "gesamt", "остаток", "итого", "общая"))  # no cost of one
#: Words that a header of the field never has where it is not one of its usual names: they speak of something beside it.
_NOT_WITH: dict[str, frozenset[str]] = {
    "amount": _ASIDE | {"discount", "discounts", "promotion", "cost", "gross", "first", "redeemed"} | _OF_MANY | _COUNTED,
    "total_amount": _ASIDE | _OF_MANY | _COUNTED | {"discount", "discounts", "promotion", "cost"},
    "unit_price": _ASIDE | {"discount", "promotion", "shipping", "compare", "achat", "compra", "einkauf", "einkaufs", "закупки"},
    "shipping_amount": frozenset((
        "address", "name", "city", "zip", "country", "province", "phone", "method", "information", "company", "street", "date",
        "limit", "status",
    )) | BESIDE,
    "tax_amount": BESIDE | {"net", "gross", "type", "rate", "regime", "id", "name", "number"},
    "ordered_at": frozenset((
        "ship", "shipping", "shipped", "delivery", "delivered", "due", "updated", "modified", "cancelled", "canceled",
        "refund", "refunded", "expiry", "birth", "limit", "approved", "estimated", "last", "fulfilled", "starts", "ends",
        "end", "first", "registered", "birth", "join", "joined", "member", "closed", "resolved", "sent", "opened", "start", "paid",
        "since", "until", "next", "proximo", "proxima", "prochain", "prochaine", "nachste", "nachster", "следующий", "следующая",
    )),
    "order_id": frozenset((
        "name", "status", "type", "owner", "stage", "channel", "date", "value", "amount", "total", "note", "count", "item", "external",
        "benefit",
    )),
    "customer_id": frozenset((
        "type", "name", "rating", "note", "group", "subject", "service", "since", "value", "segment", "comment", "product",
        "item", "size", "comp", "external", "city", "region", "country", "street", "postal", "bairro", "district", "age", "gender",
        "birth", "category", "delivered", "sent", "opened", "clicked", "phone", "role", "roles", "language", "lang", "source",
        "balance", "credit", "points", "score", "tags", "tier", "level", "agent", "plan", "status", "ip", "device", "browser",
    )),
    "description": frozenset(("destination", "destino")),
    "product_name": frozenset(("customer", "campaign", "supplier", "member", "agent", "owner")),
    "product_id": frozenset((
        "customer", "supplier", "charge", "charges", "cost", "price", "amount", "total", "tax", "category", "group", "type",
    )),
    "minutes": frozenset(("sec", "secs", "seconds", "segundos", "sekunden", "sek", "secondes", "сек", "секунды", "hours", "stunden")),
    "quantity": frozenset(("paid", "visits", "customer", "campaign", "response")),
    "discount_amount": frozenset(("percent", "id", "name", "type", "category")),
    "street": frozenset(("ip", "email", "mail", "web")),
}  # fmt: skip


#: What has a number of its own: a header that says so is no category.
_NUMBERED = frozenset(("product", "customer", "order", "invoice", "member", "account", "card"))
#: Called so alone, a column may hold a name; inside a longer header the words say when.
_ORDINALS = frozenset(("first", "last"))
#: Fields that a word inside a longer header does not name: others that hold it are beside them.
_WHOLE = frozenset(("discount_amount",))


_OTHER_UNIT = re.compile(r"\S (?:s|h|ms|с|ч)$")  # no minutes
_OF_ANYTHING = ((), ("date",))  # what is called no more than this is no part of a longer name
_UNNUMBERED = ("order_lines", "consents", "costs", "market")  # kinds whose rows have no number of their own
_UNDISCOUNTED = re.compile(
    r"\b(?:no|without|sin|sem|sans|ohne|без) (?:discounts?|descuentos?|descontos?|remises?|rabatt|скид\w+)\b"
)


@dataclass(frozen=True)
class NameMatch:
    """How well a header names a field: a score in [0, 1] and the reason; `rank` is the synonym's place in the list."""

    score: float
    reason: str
    rank: int = 0


@cache
def _spellings(kind: str, field: str) -> dict[str, int]:
    """Every accepted spelling of a field with its place in the list; also written without spaces or accents."""
    found: Field = KINDS[kind].field(field)
    spellings: dict[str, int] = {}
    for rank, synonym in enumerate((found.name.replace("_", " "), *found.synonyms)):
        shortened = re.sub(r"^(?:numero|num|nr|n) (?:de |do |da |d )?", "no ", synonym)
        for form in (
            synonym,
            without_accents(synonym),
            shortened,
            shortened.replace("no ", "no de ", 1),
            shortened.replace("no ", "no do ", 1),
        ):
            spellings.setdefault(form, rank)
            spellings.setdefault(form.replace(" ", ""), rank)
    return spellings


@cache
def _known() -> frozenset[str]:
    return frozenset(each for kind in KINDS.values() for field in kind.names for each in _spellings(kind.name, field))


def is_known_header(header: str) -> bool:
    """Whether some field of some kind is called so."""
    text = plain(header)
    return bool(text) and (text in _known() or without_accents(text) in _known())


def _leads(words: list[str], spelling: str, kind: Kind, field: str) -> bool:
    """Whether the one word of a longer header says what it is: the last or the first one, if the last names nothing else."""
    if words[-1] == spelling:
        return True
    return words[0] == spelling and not any(
        words[-1] in _spellings(kind.name, other) for other in kind.names if other != field
    )


def match_name(header: str, kind: Kind, field: str) -> NameMatch | None:
    """How well the header names the field: exactly, by its words, or by its letters; None if not at all."""
    return _match(header, kind.name, field)


@lru_cache(16_384)  # the next file often has the same headers
def _match(header: str, kind_name: str, field: str) -> NameMatch | None:
    kind = KINDS[kind_name]
    if field in ("unit_price", "list_price") and _UNDISCOUNTED.search(plain(header)):
        header = _UNDISCOUNTED.sub("", plain(header))
    text, said = plain(header), concepts(header)
    if ("percent" in said and kind.field(field).meaning == "money") or (field == "born_on" and said == ("date",)):
        return None
    if field == "campaign_id" and set(said) == {"sent", "id"} and "id" not in text.split():
        return None  # the number from which it was sent, or how many were
    if (field == "minutes" and _OTHER_UNIT.search(text)) or (kind.field(field).meaning == "flag" and "id" in said):
        return None
    if kind_name == "cases" and field == "order_id" and {"ticket", "case"} & set(said):
        return None  # the number of the case itself
    spellings = _spellings(kind.name, field)
    for form in (text, without_accents(text), text.replace(" ", "")):
        if form and form in spellings:
            return NameMatch(
                0.97 if spellings[form] == 0 else 0.95, f"{header!r} is a usual name for it", spellings[form]
            )
    if (
        (text in ROW_IDS or " ".join(said) in ROW_IDS or " ".join(reversed(said)) in ROW_IDS)
        and kind.unit[-1] == field
        and kind.name not in _UNNUMBERED
    ):
        return NameMatch(0.6, f"{header!r} numbers the rows, and there is one row per {field.split('_')[0]}")
    words = {*without_accents(text).split(), *said}
    if field in ("amount", "total_amount") and kind_name != "costs" and words & _OF_MANY:
        return None
    if field == "unit_cost" and words & _OF_ALL_PIECES:
        return None
    meant = _meant(kind.name, field)
    if said and (rank := meant.get(_spoken(said, kind, field))) is not None:
        return NameMatch(0.94, f"{header!r} says {' '.join(said)!r}", rank)
    if words & (_NOT_WITH.get(field, frozenset()) - ({"cost", "spend", "spent"} if kind_name == "costs" else set())):
        return None
    if field in _WHOLE:
        return _by_letters(header, text, spellings)
    if len(parts := without_accents(text).split()) > 1 and all(each in spellings for each in parts):
        return NameMatch(0.9, f"{header!r} says it twice", max(spellings[each] for each in parts))
    found = [
        _by_words(header, without_accents(text).split(), _worded(kind.name, field, False), kind, field),
        _by_words(header, list(said), _worded(kind.name, field, True), kind, field),
        _by_letters(header, text, spellings),
    ]
    return max((each for each in found if each), key=lambda each: each.score, default=None)


@cache
def _meant(kind: str, field: str) -> dict[tuple[str, ...], int]:
    """The spellings of a field in one word per meaning, sorted, with their places in the list."""
    found: dict[tuple[str, ...], int] = {}
    for spelling, rank in _spellings(kind, field).items():
        if (said := concepts(spelling)) and said != ("id",):  # a number of what else is said by a silent word
            found.setdefault(_spoken(said, KINDS[kind], field), rank)
    return found


def _spoken(said: tuple[str, ...], kind: Kind, field: str) -> tuple[str, ...]:
    """The words that matter for a field: of a category not its name or code, of a flag not the day that it was set,
    of a day not the word for it."""
    aside = {"category": {"name", "id"}, "flag": {"date"}, "date": {"date"}, "timestamp": {"date"}}.get(
        kind.field(field).meaning, set()
    )
    if "id" in said and set(said) & _NUMBERED:
        aside = aside - {"id"}
    return tuple(sorted(each for each in said if each not in aside)) if len(said) > 1 else said


@cache
def _worded(kind: str, field: str, meant: bool) -> dict[str, list[tuple[int, str, frozenset[str], int]]]:
    """Word -> the spellings of a field, or what they mean, that have it: place, text, its words, place in the list of names."""
    ranks = {" ".join(each): rank for each, rank in _meant(kind, field).items()} if meant else _spellings(kind, field)
    found: dict[str, list[tuple[int, str, frozenset[str], int]]] = {}
    for at, (spelling, rank) in enumerate(ranks.items()):
        for word in (words := frozenset(spelling.split())):
            found.setdefault(word, []).append((at, spelling, words, rank))
    return found


def _by_words(
    header: str,
    ordered: list[str],
    worded: Mapping[str, list[tuple[int, str, frozenset[str], int]]],
    kind: Kind,
    field: str,
) -> NameMatch | None:
    """The match of the spelling that stands in the header, or of which the header is a part."""
    best: NameMatch | None = None
    words = set(ordered)
    for _, spelling, theirs, rank in sorted({each for word in words for each in worded.get(word, ())}):
        score = 0.0
        if len(theirs) > 1 and theirs <= words:
            together = f" {spelling} " in f" {' '.join(ordered)} "
            score, reason = 0.8 if together else 0.55, f"{header!r} contains {spelling!r}"
        elif (
            len(theirs) == 1
            and len(spelling) > 2
            and not theirs & _ORDINALS
            and theirs <= words
            and _leads(ordered, spelling, kind, field)
        ):
            score, reason = 0.62, f"{header!r} contains the word {spelling!r}"
        elif (
            len(words) == 1
            and words < theirs
            and words != {"id"}
            and concepts(header) not in _OF_ANYTHING
            and not _is_another(without_accents(plain(header)), kind, field)
            and kind.field(field).meaning in ("id", "timestamp", "date")
        ):
            score, reason = 0.5, f"{header!r} is part of {spelling!r}"
        if score and (best is None or score > best.score):
            best = NameMatch(score, reason, rank)
    return best


@cache
def _is_another(text: str, kind: Kind, field: str) -> bool:
    """Whether another field of the kind, which is no number, is called so."""
    others = [each.name for each in kind.fields if each.name != field and each.meaning != "id"]
    return any(text in _spellings(kind.name, other) for other in others)


def _by_letters(header: str, text: str, spellings: Mapping[str, int]) -> NameMatch | None:
    """The match of a spelling that the header is nearly written like; a header that names something names only that."""
    best: NameMatch | None = None
    if len(text) <= 5 or is_known_header(header):
        return best
    for spelling, rank in spellings.items():
        if abs(len(spelling) - len(text)) < 2 and text[0] == spelling[0]:
            alike = SequenceMatcher(None, text, spelling).ratio()
            if alike > 0.85 and (best is None or 0.75 * alike > best.score):
                best = NameMatch(0.75 * alike, f"{header!r} is spelled like {spelling!r}", rank)
    return best
