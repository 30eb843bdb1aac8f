"""What a rule is: frozen conditions over the fields of a customer and over what a customer did, joined into a tree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

MOST_CONDITIONS = 200
MOST_LISTED = 10_000
DEEPEST = 12


@dataclass(frozen=True)
class Where:
    """One condition. `value` is a scalar, a tuple (in, not_in, between), or None (is_empty)."""

    field: str
    operator: str
    value: Any = None


@dataclass(frozen=True)
class Did:
    """What a customer did up to the as-of date: so many events of a kind, each of which meets all the conditions.

    `measure` counts the events or sums one of their amounts; who has no such event has 0 of it.
    """

    event: str
    conditions: tuple[Where, ...] = ()
    measure: str = "times"
    operator: str = "at_least"
    value: Any = Decimal(1)


@dataclass(frozen=True)
class InSegment:
    """In a saved segment. `version` and `rule` are filled in by `resolved`: what is looked up once stays as it was."""

    name: str
    version: int | None = None
    rule: Rule | None = None


@dataclass(frozen=True)
class Listed:
    """On the list that a frozen segment is, in one of its versions."""

    name: str
    version: int


@dataclass(frozen=True)
class All:
    """Every rule holds; without rules it is everyone."""

    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Any_:
    """At least one rule holds; without rules it is nobody."""

    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Not:
    """The rule does not hold: its exact complement."""

    rule: Rule


Rule = Where | Did | InSegment | Listed | All | Any_ | Not
EVERYONE = All()


def inside(rule: Rule) -> tuple[Rule, ...]:
    """The rules that a rule is made of."""
    match rule:
        case All(rules) | Any_(rules):
            return rules
        case Not(inner):
            return (inner,)
        case InSegment(_, _, inner):
            return () if inner is None else (inner,)
        case Did(_, conditions):
            return conditions
    return ()


def walk(rule: Rule) -> Iterator[Rule]:
    """The rule and everything in it."""
    yield rule
    for each in inside(rule):
        yield from walk(each)


def segments_named(rule: Rule) -> set[str]:
    """The saved segments that a rule asks for by name, those inside others aside."""
    match rule:
        case InSegment(name):
            return {name}
        case Did():
            return set()
    return set().union(*(segments_named(each) for each in inside(rule)))


def resolved(rule: Rule, look_up: Callable[[str], tuple[int, Rule]]) -> Rule:
    """The rule with the version and the rule of every saved segment that it names.

    `look_up` gives both for a name and raises `UnknownName`, or `BadRule` where segments name each other in a circle.
    """
    match rule:
        case All(rules):
            return All(tuple(resolved(each, look_up) for each in rules))
        case Any_(rules):
            return Any_(tuple(resolved(each, look_up) for each in rules))
        case Not(inner):
            return Not(resolved(inner, look_up))
        case InSegment(name):
            return InSegment(name, *look_up(name))
    return rule


def unresolved(rule: Rule) -> Rule:
    """The rule as a person wrote it: saved segments by name alone."""
    match rule:
        case All(rules):
            return All(tuple(map(unresolved, rules)))
        case Any_(rules):
            return Any_(tuple(map(unresolved, rules)))
        case Not(inner):
            return Not(unresolved(inner))
        case InSegment(name):
            return InSegment(name)
    return rule


def to_json(rule: Rule) -> dict[str, Any]:
    """As plain data; dates as ISO text, money as text."""
    match rule:
        case Where(field, operator, value):
            return {"field": field, "operator": operator} | ({} if value is None else {"value": _plain(value)})
        case Did(event, conditions, measure, operator, value):
            said = {"where": [to_json(each) for each in conditions], "measure": measure}
            return {"did": event} | said | {"operator": operator, "value": _plain(value)}
        case InSegment(name, version, inner):
            known = {} if inner is None else {"version": version, "rule": to_json(inner)}
            return {"in_segment": name} | known
        case Listed(name, version):
            return {"listed": name, "version": version}
        case All(rules):
            return {"all": [to_json(each) for each in rules]}
        case Any_(rules):
            return {"any": [to_json(each) for each in rules]}
        case Not(inner):
            return {"not": to_json(inner)}


def digest(rule: Rule) -> str:
    """A short name for the rule's content: 16 hexadecimal digits, the same for equal rules."""
    text = json.dumps(to_json(rule), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def size(rule: Rule) -> tuple[int, int]:
    """How many parts a rule has, and how many values its lists have."""
    parts = list(walk(rule))
    lists = (each.value for each in parts if isinstance(each, Where | Did) and isinstance(each.value, tuple))
    return len(parts), sum(map(len, lists))
