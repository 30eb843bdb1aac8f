"""A second opinion on the kind of a file: which kind exports with such columns mostly are, learned from exports of other systems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from math import exp
from pathlib import Path
from types import MappingProxyType

from crm_analytics.ingest.choosing import CLEAR
from crm_analytics.ingest.naming import plain
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS

_LEARNED = Path(__file__).with_name("kinds_learned.txt")
_ALWAYS = "always"  # what speaks for a kind whatever the columns: how many exports are of it
_USUAL = 0.9  # from here a field counts twice: a column is called so by a usual name
_TWICE = 2  # how often that counts
_FEWEST_COLUMNS = 2  # that are known, for a second opinion
_SAID = 3.0  # what it is worth that the name of the file speaks of a kind, as the logarithm of odds


def named(best: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """The fields of any kind that columns may be, as they count; `best`: kind -> field -> confidence."""
    found: dict[str, int] = {}
    for fields in best.values():
        for field, score in fields.items():
            if score >= CLEAR:
                found[field] = max(found.get(field, 0), _TWICE if score >= _USUAL else 1)
    return found


def possible(best: Mapping[str, Mapping[str, float]], columns: int) -> set[str]:
    """The kinds that a second opinion may name; none where too few `columns` are called like a field of any kind.

    Of what they require at most one thing is not there: its column may have a name that nobody knows.
    """
    if columns < _FEWEST_COLUMNS:
        return set()
    return {
        name
        for name, given in best.items()
        if sum(given.keys().isdisjoint(group) for group in KINDS[name].requires) <= 1
    }


def holds_sums(kind: str, given: Mapping[str, float]) -> bool:
    """Whether rows with an amount can be of the kind: it has one, or numbers its rows under a name of its own."""
    return given.get(KINDS[kind].unit[-1], 0.0) > CLEAR or any(each.meaning == "money" for each in KINDS[kind].fields)


def likelihoods(
    columns: Iterable[str], fields: Mapping[str, int], first: str | None, *, sure: bool, said: Collection[str] = ()
) -> dict[str, float]:
    """Kind -> how likely it is, from what is learned of exports of each kind; the likeliest first.

    Multinomial logistic regression (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed.,
    section 4.4) on the words of the headers, what these mean in any language, the `fields` that columns may be (`named`)
    and the `first` opinion, which may be none and may be `sure`. `said`: the kinds that the file's name speaks of; they
    are likelier by a set amount, since the exports that were learned from have no names.
    """
    learned = _learned()
    odds = {kind: weight + (_SAID if kind in said else 0.0) for kind, weight in learned[_ALWAYS].items()}
    for thing, strength in _seen(columns, fields, first, sure=sure):
        for kind, weight in learned.get(thing, _NOTHING).items():
            odds[kind] += strength * weight
    most = max(odds.values())
    whole = sum(exp(each - most) for each in odds.values())
    return {kind: exp(odds[kind] - most) / whole for kind in sorted(odds, key=lambda kind: -odds[kind])}


def _seen(
    columns: Iterable[str], fields: Mapping[str, int], first: str | None, *, sure: bool
) -> Iterator[tuple[str, float]]:
    """What the weights are of, and how often it counts."""
    headers = [(plain(each), concepts(each)) for each in columns]
    yield from ((f"word {word}", 1) for word in dict.fromkeys(word for text, _ in headers for word in text.split()))
    yield from ((f"concept {word}", 1) for word in dict.fromkeys(word for _, meant in headers for word in meant))
    yield from (
        (f"header {text}", 1) for text in dict.fromkeys(" ".join(sorted(meant)) for _, meant in headers if meant)
    )
    yield from ((f"field {field}", count) for field, count in fields.items())
    yield f"first {first}", 1
    if sure:
        yield f"sure {first}", 1


_NOTHING: Mapping[str, float] = MappingProxyType({})


@cache
def _learned() -> dict[str, dict[str, float]]:
    """What about the columns -> kind -> weight, as the logarithm of odds."""
    found = {}
    for line in _LEARNED.read_text("utf-8").splitlines()[1:]:
        thing, weights = line.split("\t")
        found[thing] = {kind: float(weight) for kind, weight in (each.split("=") for each in weights.split(" "))}
    return found
