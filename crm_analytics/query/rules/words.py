"""A rule as a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm_analytics.query.rules.events import DAY, EVENTS, Event
from crm_analytics.query.rules.fields import OPERATORS, RELATIVE, field_of, label_of, operators_of
from crm_analytics.query.rules.tree import All, Any_, Did, InSegment, Listed, Not, Rule, Where
from crm_analytics.schema import CustomerField


def in_words(rule: Rule) -> str:
    """A sentence that names every condition, with brackets where the meaning needs them."""
    match rule:
        case All(()):
            return "everyone"
        case Any_(()):
            return "nobody"
        case All(rules):
            return " and ".join(_bracketed(each, Any_) for each in rules)
        case Any_(rules):
            return " or ".join(_bracketed(each, All) for each in rules)
        case Not(inner):
            return f"not ({in_words(inner)})"
        case InSegment(name, version):
            return f"in the segment “{name}”" + ("" if version is None else f" (version {version})")
        case Listed(name, version):
            return f"on the list “{name}” (version {version})"
        case Did():
            return _done(rule)
        case Where(name, operator, value):
            field = field_of(name)
            assert field is not None  # noqa: S101  (a rule is checked when it is made)
            return _asked(field, operator, value)


def _asked(field: CustomerField, operator: str, value: Any) -> str:
    label, words = label_of(field), operators_of(field)[operator]
    if operator == "is_empty":
        return f"{label} is empty"
    if operator in RELATIVE:
        return f"{label} {_counted(words, value)}"
    return f"{label} {words} {_values(operator, value)}"


def _done(rule: Did) -> str:
    event = EVENTS[rule.event]
    asked = [_of_event(event, each) for each in rule.conditions]
    what = event.words + (f" [{', '.join(asked)}]" if asked else "")
    if rule.measure == "times" and rule.operator == "at_least" and rule.value == 1:
        return what
    if rule.measure == "times" and rule.operator in ("at_most", "is") and rule.value == 0:
        return f"never {what}"
    limit = f"{OPERATORS['measures'][rule.operator]} {_values(rule.operator, rule.value)}"
    return f"{what} {_counted(event.measures[rule.measure].words, limit)}"


def _of_event(event: Event, asked: Where) -> str:
    field = event.field(asked.field)
    assert field is not None  # noqa: S101  (a rule is checked when it is made)
    words = _asked(field, asked.operator, asked.value)
    return words.removeprefix("On is ").removeprefix("On ") if field == DAY else words


def _counted(words: str, number: object) -> str:
    """The words with the number in the place of n."""
    return " ".join(str(number) if word == "n" else word for word in words.split(" "))


def _values(operator: str, value: Any) -> str:
    if operator == "between":
        return f"{said(value[0])} and {said(value[1])}"
    return ", ".join(map(said, value)) if isinstance(value, tuple) else said(value)


def _bracketed(rule: Rule, other: type) -> str:
    words = in_words(rule)
    several = isinstance(rule, other) and len(rule.rules) > 1  # type: ignore[union-attr]
    return f"({words})" if several else words


def said(value: Any) -> str:
    """A value of a rule as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return value.isoformat() if isinstance(value, date) else f"“{value}”"
