"""The segment algebra: frozen rules over the fields of a customer, to and from JSON, and in words.

A condition is never true for a missing value (except `is_empty`); `Not` is its exact complement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from crm_analytics.errors import BadRule
from crm_analytics.schema import CUSTOMER_FIELDS, CustomerField

MOST_CONDITIONS = 200
MOST_LISTED = 10_000
DEEPEST = 12

#: Numbers are kept to ten decimals: finer than money and shares are, coarser than the noise of binary fractions.
_FINEST = Decimal("1e-10")
_NUMBERS = (str, int, float, Decimal)

NUMERIC = frozenset({"money", "number", "integer"})
WORDED = frozenset({"id", "text", "category"})

#: Operators by the meaning of the field, with the words a person reads.
OPERATORS: dict[str, dict[str, str]] = {
    "words": {
        "is": "is",
        "is_not": "is not",
        "in": "is one of",
        "contains": "contains",
        "starts_with": "starts with",
        "is_empty": "is empty",
    },
    "numbers": {
        "is": "is",
        "at_least": "is at least",
        "at_most": "is at most",
        "more_than": "is more than",
        "less_than": "is less than",
        "between": "is between",
        "is_empty": "is empty",
    },
    "dates": {
        "is": "is",
        "at_least": "is on or after",
        "at_most": "is on or before",
        "between": "is between",
        "last_days": "is within the last days",
        "is_empty": "is empty",
    },
    "flags": {"is": "is", "is_empty": "is empty"},
}


@dataclass(frozen=True)
class Where:
    """One condition. `value` is a scalar, a tuple (in, between), or None (is_empty)."""

    field: str
    operator: str
    value: Any = None


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


Rule = Where | All | Any_ | Not
EVERYONE = All()


def operators_of(field: CustomerField) -> dict[str, str]:
    """The operators that make sense for a field, with their words."""
    if field.meaning in NUMERIC:
        return OPERATORS["numbers"]
    if field.meaning in WORDED:
        return OPERATORS["words"]
    return OPERATORS["flags" if field.meaning == "flag" else "dates"]


# --- JSON -----------------------------------------------------------------------------------------------------------


def to_json(rule: Rule) -> dict[str, Any]:
    """As plain data; dates as ISO text, money as text."""
    match rule:
        case Where(field, operator, value):
            plain = [_plain(each) for each in value] if isinstance(value, tuple) else _plain(value)
            return {"field": field, "operator": operator} | ({} if value is None else {"value": plain})
        case All(rules):
            return {"all": [to_json(each) for each in rules]}
        case Any_(rules):
            return {"any": [to_json(each) for each in rules]}
        case Not(inner):
            return {"not": to_json(inner)}


def from_json(data: object) -> Rule:
    """A checked rule from plain data or JSON text; `BadRule` says what is wrong. Nothing but rules can be built."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError) as error:  # ValueError: no JSON, or a number of thousands of digits
            raise BadRule("it is not valid JSON.", data[:200]) from error
    rule = _built(data, 0)
    if (count := _parts(rule)) > MOST_CONDITIONS:
        raise BadRule(f"it has {count} parts; at most {MOST_CONDITIONS} are allowed.", data)
    if (count := _listed(rule)) > MOST_LISTED:
        raise BadRule(f"its lists have {count:,} values; at most {MOST_LISTED:,} are allowed.", data)
    return rule


def digest(rule: Rule) -> str:
    """A short name for the rule's content: 16 hexadecimal digits, the same for equal rules."""
    text = json.dumps(to_json(rule), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _parts(rule: Rule) -> int:
    match rule:
        case All(rules) | Any_(rules):
            return 1 + sum(map(_parts, rules))
        case Not(inner):
            return 1 + _parts(inner)
    return 1


def _listed(rule: Rule) -> int:
    match rule:
        case All(rules) | Any_(rules):
            return sum(map(_listed, rules))
        case Not(inner):
            return _listed(inner)
        case Where(_, _, tuple(values)):
            return len(values)
    return 0


def _built(data: object, depth: int) -> Rule:
    if depth > DEEPEST:
        raise BadRule(f"it is nested deeper than {DEEPEST} levels.", None)
    if not isinstance(data, Mapping):
        raise BadRule("a rule is an object with 'field', 'all', 'any' or 'not'.", data)
    match dict(data):
        case {"field": str(field), "operator": str(operator), **rest} if set(rest) <= {"value"}:
            return where(field, operator, rest.get("value"))
        case {"all": list(rules)} if len(data) == 1:
            return All(tuple(_built(each, depth + 1) for each in rules))
        case {"any": list(rules)} if len(data) == 1:
            return Any_(tuple(_built(each, depth + 1) for each in rules))
        case {"not": inner} if len(data) == 1:
            return Not(_built(inner, depth + 1))
    raise BadRule("a rule is {'field', 'operator', 'value'}, {'all': []}, {'any': []} or {'not': {}}.", dict(data))


def where(field: str, operator: str, value: object = None) -> Where:
    """A checked condition: the field exists, the operator fits it, the value has the field's type."""
    known = CUSTOMER_FIELDS.get(field)
    if known is None:
        raise BadRule(f"there is no field {_quoted(field)}; known: {', '.join(CUSTOMER_FIELDS)}.", field)
    if operator not in operators_of(known):
        raise BadRule(
            f"{field} cannot be asked {_quoted(operator)}; it can: {', '.join(operators_of(known))}.", operator
        )
    if operator == "is_empty":
        return Where(field, operator)
    if operator in ("in", "between"):
        return Where(field, operator, _several(known, operator, value))
    if operator == "last_days":
        return Where(field, operator, _count(value, field))
    return Where(field, operator, _typed(known, value))


def _several(field: CustomerField, operator: str, value: object) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or not value or len(value) > MOST_LISTED:
        raise BadRule(f"{field.name} {operator} takes a list of 1 to {MOST_LISTED:,} values.", value)
    values = tuple(_typed(field, each) for each in value)
    if operator == "between" and (len(values) != 2 or values[0] > values[1]):
        raise BadRule(f"{field.name} between takes the lower and the upper value, in this order.", value)
    return values


def _count(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100_000:
        raise BadRule(f"{field} last_days takes a whole number of days from 0 to 100000.", value)
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
    raise BadRule(f"{_quoted(value)} is not a value of {field.name} ({field.meaning}).", value)


def _quoted(value: object) -> str:
    """What was given, short enough for a message; of containers the kind alone, since they can be deep."""
    if isinstance(value, int) and value.bit_length() > 100:
        return "a number of so many digits"
    simple = isinstance(value, str | int | float | Decimal | date | None)
    return ascii(value)[:80] if simple else f"a {type(value).__name__}"


# --- words ----------------------------------------------------------------------------------------------------------


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
        case Where(field, operator, value):
            label = CUSTOMER_FIELDS[field].label
            if operator == "is_empty":
                return f"{label} is empty"
            if operator == "last_days":
                return f"{label} is within the last {value} days"
            words = operators_of(CUSTOMER_FIELDS[field])[operator]
            if operator == "between":
                return f"{label} {words} {_said(value[0])} and {_said(value[1])}"
            shown = ", ".join(map(_said, value)) if isinstance(value, tuple) else _said(value)
            return f"{label} {words} {shown}"


def _bracketed(rule: Rule, other: type) -> str:
    words = in_words(rule)
    several = isinstance(rule, other) and len(rule.rules) > 1  # type: ignore[union-attr]
    return f"({words})" if several else words


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return value.isoformat() if isinstance(value, date) else f"“{value}”"


# --- SQL ------------------------------------------------------------------------------------------------------------


def condition(rule: Rule, values: dict[str, object], as_of: date) -> exp.Expression:
    """A condition on the relation `customers`; values are bound under new names in `values`, never printed."""
    match rule:
        case All(rules):
            return exp.and_(exp.true(), *(exp.paren(condition(each, values, as_of)) for each in rules))
        case Any_(rules):
            return exp.or_(exp.false(), *(exp.paren(condition(each, values, as_of)) for each in rules))
        case Not(inner):
            return exp.not_(exp.paren(condition(inner, values, as_of)))
        case Where(field, "is_empty", _):
            return exp.column(field, table="customers").is_(exp.null())
        case Where(field, operator, value):
            column = exp.column(field, table="customers")
            holds = _HOLDS[operator](column, lambda each: _bound(each, values), value, as_of)
            return exp.func(
                "COALESCE", exp.paren(holds), exp.false()
            )  # missing is never true, so Not is the complement


def _bound(value: object, values: dict[str, object]) -> exp.Expression:
    name = f"audience_{len(values)}"
    values[name] = value
    return exp.Placeholder(this=name)


Bind = Callable[[object], exp.Expression]


def _folded(column: exp.Expression) -> exp.Expression:
    return exp.func("LOWER", exp.cast(column, "VARCHAR"))


_HOLDS: dict[str, Callable[[exp.Column, Bind, Any, date], exp.Expression]] = {
    "is": lambda column, bind, value, _: column.eq(bind(value)),
    "is_not": lambda column, bind, value, _: column.neq(bind(value)),
    "in": lambda column, bind, value, _: column.isin(*(bind(each) for each in value)),
    "contains": lambda column, bind, value, _: exp.func("CONTAINS", _folded(column), _folded(bind(value))),
    "starts_with": lambda column, bind, value, _: exp.func("STARTS_WITH", _folded(column), _folded(bind(value))),
    "at_least": lambda column, bind, value, _: exp.GTE(this=column, expression=bind(value)),
    "at_most": lambda column, bind, value, _: exp.LTE(this=column, expression=bind(value)),
    "more_than": lambda column, bind, value, _: exp.GT(this=column, expression=bind(value)),
    "less_than": lambda column, bind, value, _: exp.LT(this=column, expression=bind(value)),
    "between": lambda column, bind, value, _: column.between(bind(value[0]), bind(value[1])),
    "last_days": lambda column, bind, value, as_of: column.between(
        bind(date.fromordinal(max(1, as_of.toordinal() - value))), bind(as_of)
    ),
}
