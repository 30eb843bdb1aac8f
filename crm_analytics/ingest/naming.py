"""Header texts brought to one form, and compared with the names that other systems use."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from crm_analytics.schema import KINDS, Field, Kind

_CAMEL = re.compile(r"(?<=[a-zа-яß-öø-ÿ])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Headers that number the rows of whatever the file holds.
ROW_IDS = frozenset(("id", "unique id", "record id", "rec id", "key", "uuid", "guid"))
_NOT_WORD = re.compile(r"[^\w]+|_+")


def plain(header: str) -> str:
    """Lower case, words apart by one space, without punctuation and without a word said twice in a row."""
    text = unicodedata.normalize("NFKC", header).strip()
    words = _NOT_WORD.sub(" ", _CAMEL.sub(" ", text)).lower().split()
    return " ".join(word for at, word in enumerate(words) if at == 0 or word != words[at - 1])


def without_accents(text: str) -> str:
    """The same text with its accents taken off."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


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
        for form in (synonym, without_accents(synonym)):
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


def match_name(header: str, kind: Kind, field: str) -> NameMatch | None:
    """How well the header names the field: exactly, by its words, or by its letters; None if not at all."""
    text = plain(header)
    spellings = _spellings(kind.name, field)
    for form in (text, without_accents(text), text.replace(" ", "")):
        if form and form in spellings:
            return NameMatch(
                0.97 if spellings[form] == 0 else 0.95, f"{header!r} is a usual name for it", spellings[form]
            )
    if text in ROW_IDS and kind.unit[1:] == (field,):
        return NameMatch(0.6, f"{header!r} numbers the rows, and there is one row per {kind.unit[1].split('_')[0]}")
    words = set(without_accents(text).split())
    best: NameMatch | None = None
    for spelling, rank in spellings.items():
        theirs = set(spelling.split())
        score = 0.0
        if len(theirs) > 1 and theirs <= words:
            score, reason = 0.8, f"{header!r} contains {spelling!r}"
        elif len(theirs) == 1 and len(spelling) > 2 and theirs <= words:
            score, reason = 0.62, f"{header!r} contains the word {spelling!r}"
        elif len(words) == 1 and words < theirs and kind.field(field).meaning in ("id", "timestamp", "date"):
            score, reason = 0.5, f"{header!r} is part of {spelling!r}"
        elif len(text) > 5 and abs(len(spelling) - len(text)) < 2 and text[0] == spelling[0]:
            alike = SequenceMatcher(None, text, spelling).ratio()
            score, reason = (0.75 * alike, f"{header!r} is spelled like {spelling!r}") if alike > 0.85 else (0.0, "")
        if score and (best is None or score > best.score):
            best = NameMatch(score, reason, rank)
    return best
