"""Headers brought to one word per meaning: languages (`words`), abbreviations, words written together."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from crm_analytics.ingest.phrases import DONE, ENDS, IMPLIED, SHORT, SILENT
from crm_analytics.ingest.sums import net_or_gross, says_what_is_in_it, spelled_out
from crm_analytics.ingest.words import CONCEPTS

_CURRENCY = re.compile(r"\b(?:in|en|em|в)\s+(?:[€$£₽₺]|[A-Z]{3}\b)|[(\[]\s*(?:[A-Z]{3}|[€$£₽₺]|R\$)\s*[)\]]")
_TIMESTAMP = re.compile(r"\b(?:marca temporal|carimbo de data hora|отметка времени)\b")
_NUMBER_OF = re.compile(r"\b(?:number|no|num|nr|count) of\b")
#: Words that say one thing together.
_TOGETHER = (
    (re.compile(r"\bsous total\b"), "subtotal"),
    (re.compile(r"\bservice ?(?:charges?|fees?)\b"), "tip"),
    (re.compile(r"\bsign(?:ed)? up\b"), "registered"),
    (re.compile(r"\bb(?:ase)? impon\b"), "net"),
    (re.compile(r"\bdue?s? le\b"), "due"),
    (re.compile(r"\brecue?s? le\b"), "received"),
    (re.compile(r"\bbook (?=(?:no|nr|num|number|id|ref|date)\b)"), "booking "),
    (re.compile(r"\bvoucher (?=(?:no|date|type)\b)"), "document "),
    (re.compile(r"\brendez vous\b"), "rdv"),
    (re.compile(r"\b(?:a (?:payer|pagar|cobrar|regler)(?: avant)?|zu (?:be)?zahlen|por (?:cobrar|pagar))\b"), "due"),
    (re.compile(r"\b(?:asignado|assigne|zugewiesen|atribuido) an?\b"), "assigned"),
)
_DAY = frozenset((
    "on", "at", "am", "em", "el", "le", "date", "time", "datetime", "timestamp", "zeit", "datum", "fecha", "data", "дата", "время",
))  # fmt: skip
_LINKS = ("s", "es", "n", "en", "er")  # what German puts between the words of a compound
_LONGEST = 40  # letters from which a word is not taken apart


def _bare(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


@cache
def _words() -> dict[str, str]:
    found = {_bare(word): concept for concept, words in CONCEPTS.items() for word in words.split()}
    return found | {concept: concept for concept in CONCEPTS}


@cache
def _done() -> dict[str, str]:
    return {word: concept for concept, words in DONE.items() for word in words.split()}


@lru_cache(8192)
def concepts(header: str) -> tuple[str, ...]:
    """The header in one word per meaning, in their order and each once; a name without letters has none."""
    text = spelled_out(_CURRENCY.sub(" ", header))
    text = text.replace("%", " percent ").replace("#", " no ").replace("№", " no ").replace("º", "o").replace("°", "o")
    text = re.sub(r"\b(\w)\.(\w)\.(?!\w)", r"\1\2", text)
    text = " ".join(_uncamelled(each) for each in re.sub(r"[^\w]+|_+", " ", _bare(text)).split()).lower()
    text = re.sub(r"\bcheck (?=(?:no|nr|num|number|id)\b)", "receipt ", _TIMESTAMP.sub(" timestamp ", text))
    text = re.sub(r"\bart (?=(?:nr|no|num|nummer)\b)", "artikel ", text)
    for together, word in _TOGETHER:
        text = together.sub(word, text)
    text = _NUMBER_OF.sub(" quantity ", net_or_gross(text))
    found: list[str] = []
    words = text.split()
    if not _DAY.isdisjoint(words):
        words = [_done().get(word, word) for word in words]
    for place, word in enumerate(words):
        if word in SILENT.split() or (word == "1" and place):
            continue
        if len(words) > 1 and word in ("n", "f", "p"):  # short for number, and in Spanish for date and price
            word = {"n": "id", "f": "date", "p": "price"}[word]
        found += [part for part in _parts(word) if part not in found]
    return _without_implied(found)


def _uncamelled(word: str) -> str:
    """The word, or the words of which each begins with a capital letter."""
    if word.lower() in _words():
        return word
    return re.sub(r"(?<=[a-zа-яß-öø-ÿ])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", word)


def _without_implied(found: list[str]) -> tuple[str, ...]:
    beside = says_what_is_in_it(found)
    for word in tuple(found):
        if beside and word in ("shipping", "tax"):
            continue  # a sum that says what is in it
        found = [each for each in found if each == word or word not in found or each not in IMPLIED.get(word, ())]
    return tuple(found)


def _stem(word: str) -> str:
    """A Russian word without the ending of its case; empty for others."""
    return re.sub(r"[аеиоуыюяьй]+$", "", word) if re.fullmatch(r"[а-я]{6,}", word) else ""


@cache
def _stems() -> dict[str, str]:
    return {stem: concept for word, concept in _words().items() if (stem := _stem(word))}


@lru_cache(8192)
def _parts(word: str) -> tuple[str, ...]:
    """What a word is made of: itself, or known words that were written together."""
    known = _words()
    if word in known or word in SHORT:
        return SHORT.get(word) or (known[word],)
    bare = re.sub(r"(?<=[^\W\d])1$|(?<=ung)s$", "", word)
    if bare != word:
        return _parts(bare)
    if numbered := re.fullmatch(r"([^\W\d]{3,})([2-9])", word):
        return (*_parts(numbered[1]), numbered[2])
    return _taken_apart(word) if 4 < len(word) < _LONGEST else (word,)


def _taken_apart(word: str, least: int = 2) -> tuple[str, ...]:
    known = _words()
    for at in range(len(word) - least, least, -1):
        head, tail = word[:at], word[at:]
        if head in known and len(head) > 2:
            if tail in known:
                return (known[head], known[tail])
            linked = {tail[len(link) :] for link in _LINKS if tail.startswith(link)} & known.keys()
            if linked:
                return (known[head], known[max(linked, key=len)])
            rest = _taken_apart(tail) if len(tail) > 4 else (tail,)
            if rest != (tail,):
                return (known[head], *rest)
    if stem := _stem(word):
        return (_stems().get(stem, word),)
    end = next((each for each in ENDS if word.endswith(each) and word != each), "")
    return (word.removesuffix(end), known[end]) if end else (word,)
