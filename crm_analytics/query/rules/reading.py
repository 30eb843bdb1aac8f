"""Rules from outside: JSON builds checked rules and nothing else, and `BadRule` says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_analytics.errors import BadRule
from crm_analytics.query.rules.events import EVENTS, Event
from crm_analytics.query.rules.fields import OPERATORS, RELATIVE, SEVERAL, field_of, label_of, operators_of, typed_as
from crm_analytics.query.rules.tree import (
    DEEPEST,
    MOST_CONDITIONS,
    MOST_LISTED,
    All,
    Any_,
    Did,
    InSegment,
    Listed,
    Not,
    Rule,
    Where,
    size,
)
from crm_analytics.schema import CUSTOMER_FIELDS, HABIT_FIELDS, CustomerField

#: Numbers are kept to ten decimals: finer than money and shares are, coarser than the noise of binary fractions.
_FINEST = Decimal("1e-10")
_NUMBERS = (str, int, float, Decimal)
_MEASURED = CustomerField("what is counted", "number", "")

FORMS = (
    "a rule is {'field', 'operator', 'value'}, {'did', 'where', 'measure', 'operator', 'value'}, {'in_segment'}, "
    "{'all': []}, {'any': []} or {'not': {}}."
)


def from_json(data: object) -> Rule:
    """A checked rule from plain data or JSON text; `BadRule` says what is wrong. Nothing but rules can be built."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError) as error:  # ValueError: no JSON, or a number of thousands of digits
            raise BadRule("it is not valid JSON.", data[:200]) from error
    rule = _built(data, 0)
    parts, listed = size(rule)
    if parts > MOST_CONDITIONS:
        raise BadRule(f"it has {parts} parts; at most {MOST_CONDITIONS} are allowed.", data)
    if listed > MOST_LISTED:
        raise BadRule(f"its lists have {listed:,} values; at most {MOST_LISTED:,} are allowed.", data)
    return rule


def _built(data: object, depth: int) -> Rule:
    if depth > DEEPEST:
        raise BadRule(f"it is nested deeper than {DEEPEST} levels.", None)
    if not isinstance(data, Mapping):
        raise BadRule("a rule is an object with 'field', 'did', 'in_segment', 'all', 'any' or 'not'.", data)
    match dict(data):
        case {"field": str(field), "operator": str(operator), **rest} if set(rest) <= {"value"}:
            return where(field, operator, rest.get("value"))
        case {"did": str(event), **rest} if set(rest) <= {"where", "measure", "operator", "value"}:
            return did(event, rest.pop("where", []), **rest)
        case {"in_segment": str(name), **rest}:
            return _in_segment(name, rest, depth)
        case {"listed": str(name), "version": int(version)} if len(data) == 2 and not isinstance(version, bool):
            return Listed(_name(name), version)
        case {"all": list(rules)} if len(data) == 1:
            return All(tuple(_built(each, depth + 1) for each in rules))
        case {"any": list(rules)} if len(data) == 1:
            return Any_(tuple(_built(each, depth + 1) for each in rules))
        case {"not": inner} if len(data) == 1:
            return Not(_built(inner, depth + 1))
    raise BadRule(FORMS, dict(data))


def _in_segment(name: str, rest: dict[str, Any], depth: int) -> InSegment:
    match rest:
        case {"version": int(version), "rule": inner} if len(rest) == 2 and not isinstance(version, bool):
            return InSegment(_name(name), version, _built(inner, depth + 1))
        case {} if not rest:
            return InSegment(_name(name))
    raise BadRule("'in_segment' takes the name of a saved segment.", rest)


def _name(name: str) -> str:
    return str(_typed(CustomerField("a segment's name", "text", ""), name))


def where(field: str, operator: str, value: object = None) -> Where:
    """A checked condition: the field exists, the operator fits it, the value has the field's type."""
    known = field_of(field)
    if known is None:
        raise BadRule(
            f"there is no field {_quoted(field)}; known: {', '.join((*CUSTOMER_FIELDS, *HABIT_FIELDS))}.", field
        )
    return _condition(known, operator, value)


def did(
    event: str, conditions: object = (), *, measure: object = "times", operator: object = "at_least", value: object = 1
) -> Did:
    """A checked condition on what a customer did. `conditions` are `Where`s or plain data over the event's fields."""
    known = EVENTS.get(event)
    if known is None:
        raise BadRule(f"there is no event {_quoted(event)}; known: {', '.join(EVENTS)}.", event)
    if measure not in known.measures:
        raise BadRule(f"{event} is measured in {', '.join(known.measures)}, not in {_quoted(measure)}.", measure)
    if operator not in OPERATORS["measures"]:
        raise BadRule(f"{measure} takes {', '.join(OPERATORS['measures'])}, not {_quoted(operator)}.", operator)
    if not isinstance(conditions, list | tuple):
        raise BadRule("'where' takes a list of conditions.", conditions)
    asked = tuple(_event_condition(known, each) for each in conditions)
    several = operator == "between"
    return Did(
        event,
        asked,
        str(measure),
        str(operator),
        _several(_MEASURED, "between", value) if several else _typed(_MEASURED, value),
    )


def _event_condition(event: Event, data: object) -> Where:
    if isinstance(data, Where):
        data = {"field": data.field, "operator": data.operator, "value": data.value}
    match data:
        case {"field": str(name), "operator": str(operator), **rest} if set(rest) <= {"value"}:
            if (field := event.field(name)) is None:
                known = ", ".join(["on", *(each.name for each in event.fields)])
                raise BadRule(f"{event.name} has no field {_quoted(name)}; known: {known}.", name)
            return _condition(field, operator, rest.get("value"))
    raise BadRule("a condition of an event is {'field', 'operator', 'value'}.", data)


def _condition(known: CustomerField, operator: str, value: object) -> Where:
    if operator not in operators_of(known):
        allowed = ", ".join(operators_of(known))
        raise BadRule(f"{known.name} cannot be asked {_quoted(operator)}; it can: {allowed}.", operator)
    if operator == "is_empty":
        return Where(known.name, operator)
    if operator in RELATIVE:
        return Where(known.name, operator, _count(value, known.name, operator))
    typed = typed_as(known, operator)
    if operator in SEVERAL:
        return Where(known.name, operator, _several(typed, operator, value))
    return Where(known.name, operator, _typed(typed, value))


def _several(field: CustomerField, operator: str, value: object) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or not value or len(value) > MOST_LISTED:
        raise BadRule(f"{field.name} {operator} takes a list of 1 to {MOST_LISTED:,} values.", value)
    values = tuple(_typed(field, each) for each in value)
    if operator == "between" and (len(values) != 2 or values[0] > values[1]):
        raise BadRule(f"{field.name} between takes the lower and the upper value, in this order.", value)
    return values


def _count(value: object, field: str, operator: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100_000:
        raise BadRule(f"{field} {operator} takes a whole number of days from 0 to 100000.", value)
    return value


def _typed(field: CustomerField, value: object) -> Any:
    try:
        match field.meaning:
            case "flag" if isinstance(value, bool):
                return value
            case "date" | "timestamp" if isinstance(value, str | date):
                return value if type(value) is date else date.fromisoformat(str(value))
            case "money" | "number" | "integer" if isinstance(value, _NUMBERS) and not isinstance(value, bool):
                number = Decimal(str(value))
                if number.is_finite() and abs(number) < Decimal(10) ** 14:
                    return number.quantize(_FINEST).normalize() + 0
            case "id" | "text" | "category" if isinstance(value, str) and len(value) <= 1000:
                value.encode()  # half a surrogate pair is no text that could be stored
                return value
    except (ValueError, InvalidOperation):
        pass
    if value is None:
        raise BadRule(f"a value for {label_of(field)} is missing.", value)
    raise BadRule(f"{_quoted(value)} is not a value of {field.name} ({field.meaning}).", value)


def _quoted(value: object) -> str:
    """What was given, short enough for a message; of containers the kind alone, since they can be deep."""
    if isinstance(value, int) and value.bit_length() > 100:
        return "a number of so many digits"
    simple = isinstance(value, str | int | float | Decimal | date | None)
    return ascii(value)[:80] if simple else f"a {type(value).__name__}"
