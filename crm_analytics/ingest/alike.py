"""A second opinion where the kind of a file is in doubt: which kind exports with such columns mostly are (naive Bayes)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from math import log

from crm_analytics.ingest.choosing import CLEAR, USUAL_FITTING
from crm_analytics.ingest.counted import COUNTED
from crm_analytics.schema import EVENTS, KINDS

_USUAL = 0.9  # from here a field counts twice: a column is called so by a usual name
_TWICE = 2  # how often that counts
_UNSEEN = 0.3  # of a field that no export of a kind has named, Lidstone's pseudocount
_FIRST = 2.0  # what the first opinion is worth, as the logarithm of odds
_FIRST_SOLD = 10.0  # between orders and their lines, which the first opinion tells by what repeats
_FEWEST_EXPORTS = 6  # that were counted of a kind, for it to be a second opinion
_FEWEST_COLUMNS = 3  # that are known, for a second opinion
_FAR = 4.0  # logarithm of the odds from which a kind is none, though no other one is possible
_SAID = 12.0  # what it is worth that the name of the file speaks of a kind: more than columns that go together anyway
_AGAINST = 6.0  # logarithm of the odds from which a first opinion that was sure is in doubt
_OPPOSED = 12.0  # logarithm of the odds from which the first opinion does not hold though it was sure


def named(best: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """The fields of any kind that columns may be, as they are counted; `best`: kind -> field -> confidence."""
    found: dict[str, int] = {}
    for fields in best.values():
        for field, score in fields.items():
            if score >= CLEAR:
                found[field] = max(found.get(field, 0), _TWICE if score >= _USUAL else 1)
    return found


def possible(best: Mapping[str, Mapping[str, float]], columns: int, said: Collection[str] = ()) -> set[str]:
    """The kinds that a second opinion may name; none where too few `columns` are called like a field of any kind.

    Their required fields are there, they were counted often or the file's name speaks of them (`said`), and of an invoice
    its number or the day on which it is due is there.
    """
    if columns < _FEWEST_COLUMNS:
        return set()
    found = {name for name, given in best.items() if (name in _often() or name in said) and _can_be(name, given)}
    number, due = (best.get("invoices", {}).get(field, 0.0) >= CLEAR for field in ("invoice_id", "due_on"))
    ordered = best.get("orders", {}).get("order_id", 0.0) > _USUAL  # what has the number of an order may be due, too
    if ordered and best.get("customers", {}).get("customer_id", 0.0) <= CLEAR:
        found -= {"customers"}  # each row has the number of an order, and none of a customer
    return found if number or (due and not ordered) else found - {"invoices"}


def _can_be(name: str, given: Mapping[str, float]) -> bool:
    """Whether the fields that the kind requires have names that say so; what was sold or done was so with somebody."""
    called = {field for field, score in given.items() if score > (USUAL_FITTING if name in EVENTS else CLEAR)}
    if name in EVENTS and "customer_id" in given:  # who did it may be known by name only
        called.add("customer_id")
    if name in ("orders", "order_lines") and not {"customer_id", "order_id"} & given.keys():
        return False  # else it may be money that the company spent
    if name == "contacts" and not any(set(group) <= given.keys() for group in KINDS[name].signs):
        return False  # somebody and a day may be of anything
    if name == "memberships" and not {"tier", "programme"} & given.keys() and given.get("membership_id", 0.0) <= CLEAR:
        return False  # else a beginning and an end may be of anything
    whose = name not in EVENTS or name == "costs" or KINDS[name].anonymous or "customer_id" in called
    return whose and not KINDS[name].missing(called)


def holds_sums(kind: str, given: Mapping[str, float]) -> bool:
    """Whether rows with an amount can be of the kind: it has one, or numbers its rows under a name of its own."""
    return given.get(KINDS[kind].unit[-1], 0.0) > CLEAR or any(each.meaning == "money" for each in KINDS[kind].fields)


def most_alike(
    fields: Mapping[str, int], first: str | None, among: Collection[str], said: Collection[str] = ()
) -> str | None:
    """The kind of these that the fields speak for, unless little; `first` is the opinion without them, which may be none.

    None of them where the fields speak far more for a kind that it cannot be. `said`: the kinds that the file's name speaks of.
    """
    odds = _odds(fields, said)
    known = [kind for kind in odds if kind in among]
    if not known or (first and first not in odds):
        return first
    second = max(known, key=lambda kind: odds[kind])
    if first is None:
        return second if odds[second] > max(odds.values()) - _FAR else None
    most = _FIRST_SOLD if {first, second} == {"orders", "order_lines"} else _FIRST
    return second if odds[second] > odds[first] + most else first


def opposed(fields: Mapping[str, int], first: str, among: Collection[str], said: Collection[str] = ()) -> str | None:
    """The kind that the fields speak for so clearly that even a `first` opinion without a doubt is none; else None."""
    if fields.get(KINDS[first].unit[-1]) == _TWICE:
        among = {kind for kind in among if fields.get(KINDS[kind].unit[-1]) == _TWICE}  # its rows are numbered
    odds = _odds(fields, said)
    other = max((kind for kind in odds if kind in among), key=lambda kind: odds[kind], default=first)
    return other if first in odds and odds[other] > odds[first] + _OPPOSED else None


def spoken_against(fields: Mapping[str, int], first: str, said: Collection[str] = ()) -> str | None:
    """The kind that the fields clearly speak for though the `first` opinion is sure, and right or not; else None."""
    odds = _odds(fields, said)
    sold = {"orders", "order_lines"}
    others = [kind for kind in odds if kind != first and {kind, first} != sold]
    other = max(others, key=lambda kind: odds[kind], default=first)
    return other if first in odds and odds[other] > odds[first] + _AGAINST else None


def likeliest(fields: Mapping[str, int], said: Collection[str] = ()) -> list[str]:
    """Every kind that was counted often, in the order in which the fields speak for it."""
    odds = _odds(fields, said)
    return sorted(odds, key=lambda kind: -odds[kind])


@cache
def _counted() -> dict[str, tuple[int, dict[str, int]]]:
    return {
        kind: (exports, {name: int(times) for name, times in (each.split(":") for each in text.split())})
        for kind, (exports, text) in COUNTED.items()
    }


@cache
def _often() -> frozenset[str]:
    return frozenset(kind for kind, (exports, _) in _counted().items() if exports >= _FEWEST_EXPORTS)


def _odds(fields: Mapping[str, int], said: Collection[str]) -> dict[str, float]:
    """The logarithm of how likely each kind is, up to a constant: multinomial naive Bayes with Lidstone smoothing.

    The kinds that the file's name speaks of are likelier by a set amount: the exports that were counted have none.
    """
    counted = _counted()
    every = {field for _, times in counted.values() for field in times}
    found = {}
    for kind, (exports, times) in counted.items():
        whole = log(sum(times.values()) + _UNSEEN * len(every))
        found[kind] = log(exports) + (_SAID if kind in said else 0.0)
        found[kind] += sum(
            count * (log(times.get(field, 0) + _UNSEEN) - whole) for field, count in fields.items() if field in every
        )
    return found
