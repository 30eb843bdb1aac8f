"""A rule as a condition of SQL: names are ours, values are bound and never printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlglot import exp, parse_one

from crm_analytics.errors import BadRule
from crm_analytics.query.functions import written_out
from crm_analytics.query.rules.events import DAY, EVENTS
from crm_analytics.query.rules.fields import ATTRIBUTES, RELATIVE, attribute_of, cluster_of, cluster_relation, typed_as
from crm_analytics.query.rules.tree import All, Any_, Did, InSegment, Listed, Not, Rule, Where
from crm_analytics.query.rules.words import in_words
from crm_analytics.schema import HABIT_OF, CustomerField

Bind = Callable[[object], exp.Expression]

#: An attribute is a number where it is written as one: no signs of thousands, no exponent, no infinity.
WRITTEN_NUMBER = "^-?[0-9]{1,30}([.][0-9]{1,30})?$"
_CUSTOMER = exp.column("customer_id", table="customers")


def condition(rule: Rule, values: dict[str, object], as_of: date, *, exact: bool = True) -> exp.Expression:
    """A condition on the relation `customers`; values are bound under new names in `values`, never printed.

    What a customer did is looked up in relations that are named as in sql/ and bound by who composes the statement.
    exact: false where something is missing; else it may be null, which is enough for a WHERE and reaches the table that is read.
    """
    match rule:
        case All(rules):
            return exp.and_(exp.true(), *(exp.paren(condition(each, values, as_of, exact=exact)) for each in rules))
        case Any_(rules):
            return exp.or_(exp.false(), *(exp.paren(condition(each, values, as_of, exact=exact)) for each in rules))
        case Not(inner):
            return exp.not_(exp.paren(condition(inner, values, as_of)))
        case Did():
            return _did(rule, values, as_of)
        case InSegment(_, _, None):
            raise BadRule(f"the saved segment it names was not looked up: {in_words(rule)}.", rule.name)
        case InSegment(_, _, inner):
            return condition(inner, values, as_of, exact=exact)
        case Listed(name, version):
            return _listed(name, version, values)
        case Where(name) if name in HABIT_OF:
            return _habit(rule, HABIT_OF[name].relation, name, values, as_of)
        case Where(name) if cluster_of(name):
            return _habit(rule, cluster_relation(name), "cluster", values, as_of)
        case Where(name, operator, value):
            attribute = attribute_of(name)
            column = _attribute("customers", attribute, operator, values) if attribute else _column(name)
            return (_holds if exact else _said)(column, operator, value, values, as_of)


def _column(name: str) -> exp.Expression:
    return exp.column(name, table="customers")


def _attribute(table: str, field: CustomerField, operator: str, values: dict[str, object]) -> exp.Expression:
    """An attribute as text, or as a number where the operator compares numbers; null where it is none."""
    path = _bound(f'$."{field.name.removeprefix(ATTRIBUTES)}"', values)
    text = exp.paren(exp.JSONExtractScalar(this=exp.column("attributes", table=table), expression=path))
    if typed_as(field, operator) is field:
        return text
    written = exp.RegexpLike(this=text, expression=exp.Literal.string(WRITTEN_NUMBER))
    return exp.Case(ifs=[exp.If(this=written, true=exp.cast(text.copy(), "DOUBLE"))])


def _holds(column: exp.Expression, operator: str, value: Any, values: dict[str, object], as_of: date) -> exp.Expression:
    """What is missing never holds, so that Not is the exact complement."""
    asked = _said(column, operator, value, values, as_of)
    return asked if operator == "is_empty" else exp.func("COALESCE", exp.paren(asked), exp.false())


def _said(column: exp.Expression, operator: str, value: Any, values: dict[str, object], as_of: date) -> exp.Expression:
    """The condition itself, null where something is missing: enough for a WHERE, and it reaches the table that is read."""
    if operator == "is_empty":
        return column.is_(exp.null())
    if operator in RELATIVE:
        return _RELATIVE[operator](column, lambda each: _bound(each, values), value, as_of)
    return _ASKED[operator](column, lambda each: _bound(each, values), value)


def _did(rule: Did, values: dict[str, object], as_of: date) -> exp.Expression:
    """The customers who reach the measure, or, where none at all is enough, those who do not fall short of it."""
    event = EVENTS[rule.event]
    day = _read(event.on, values, as_of)
    past = exp.or_(day.is_(exp.null()), exp.LTE(this=day.copy(), expression=_bound(as_of, values)))
    relation = event.rows(each.field for each in rule.conditions)
    rows = exp.select(f"e.{event.key}").from_(exp.table_(relation, alias="e"))
    rows = rows.where(past).where(_read(event.holds, values, as_of))
    if event.moment:
        asked = [(each.operator, each.value) for each in rule.conditions if each.field == DAY.name]
        rows = rows.where(*_within(event.moment, [("at_most", as_of), *asked], values, as_of))
    for each in rule.conditions:
        if attribute := attribute_of(each.field):
            field = _attribute("e", attribute, each.operator, values)
        else:
            field = _read(event.expression(each.field), values, as_of)
        rows = rows.where(_said(field, each.operator, each.value, values, as_of))
    measured = _read(event.measures[rule.measure].sql, values, as_of)
    reached = _ASKED[rule.operator](measured, lambda each: _bound(each, values), rule.value)
    groups = rows.group_by(f"e.{event.key}")
    if enough_with_none(rule):
        return exp.not_(exp.paren(_among(event.key, groups.having(exp.not_(exp.paren(reached))))))
    once = rule.measure == "times" and rule.operator == "at_least" and rule.value <= 1
    return _among(event.key, rows if once else groups.having(reached))


def _among(key: str, chosen: exp.Select) -> exp.Expression:
    """Whether a customer is among the chosen ones; null, of rows of nobody, may be among them, too.

    Not to choose these would need the ids of all rows, which are read only where all else that is asked of a row holds.
    """
    return exp.func("COALESCE", exp.paren(exp.column(key, table="customers").isin(query=chosen)), exp.false())


def _within(moment: str, asked: list[tuple[str, Any]], values: dict[str, object], as_of: date) -> list[exp.Expression]:
    """What conditions on the day say of a time on it: the scan then leaves out what lies outside."""
    said: list[exp.Expression] = []
    for first, last in (_span(operator, value, as_of) for operator, value in asked):
        if first is not None:
            said.append(exp.GTE(this=_read(moment, values, as_of), expression=_bound(first, values)))
        if last is not None and last < date.max:
            said.append(exp.LT(this=_read(moment, values, as_of), expression=_bound(_moved(last, 1), values)))
    return said


def _span(operator: str, value: Any, as_of: date) -> tuple[date | None, date | None]:
    """The first and the last day that a condition lets through; None where there is no such end."""
    match operator:
        case "is":
            return value, value
        case "at_least":
            return value, None
        case "at_most":
            return None, value
        case "between":
            return value[0], value[1]
        case "last_days":
            return _moved(as_of, -value), as_of
        case "days_ago":
            return None, _moved(as_of, -value)
        case "next_days":
            return as_of, _moved(as_of, value)
    return None, None


def enough_with_none(rule: Did) -> bool:
    """Whether a customer without any such event meets the rule."""
    value = rule.value
    match rule.operator:
        case "at_least":
            return bool(value <= 0)
        case "at_most":
            return bool(value >= 0)
        case "more_than":
            return bool(value < 0)
        case "less_than":
            return bool(value > 0)
        case "between":
            return bool(value[0] <= 0 <= value[1])
    return bool(value == 0)


def _habit(rule: Where, relation: str, name: str, values: dict[str, object], as_of: date) -> exp.Expression:
    """Customers of whom a column of a relation is so; who is in no row of it has none."""
    column = exp.column(name, table="h")
    rows = exp.select("h.customer_id").from_(exp.table_(relation, alias="h"))
    if rule.operator == "is_empty":
        return exp.not_(exp.paren(_CUSTOMER.copy().isin(query=rows.where(column.is_(exp.null()).not_()))))
    return _CUSTOMER.copy().isin(query=rows.where(_said(column, rule.operator, rule.value, values, as_of)))


def _listed(name: str, version: int, values: dict[str, object]) -> exp.Expression:
    rows = exp.select("f.customer_id").from_(exp.table_("frozen_members", db="mart", alias="f"))
    rows = rows.where(exp.column("segment", table="f").eq(_bound(name, values)))
    return _CUSTOMER.copy().isin(query=rows.where(exp.column("version", table="f").eq(_bound(version, values))))


def _read(text: str, values: dict[str, object], as_of: date) -> exp.Expression:
    """An expression of ours, with the as-of date bound where it stands."""
    tree = written_out(parse_one(text, read="duckdb"))
    for place in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        if place.name == "as_of":
            place.replace(_bound(as_of, values))
    return tree


def _bound(value: object, values: dict[str, object]) -> exp.Expression:
    name = f"audience_{len(values)}"
    values[name] = value
    return exp.Placeholder(this=name)


def _folded(column: exp.Expression) -> exp.Expression:
    return exp.func("LOWER", exp.cast(column, "VARCHAR"))


def _contains(column: exp.Expression, bind: Bind, value: Any) -> exp.Expression:
    return exp.func("CONTAINS", _folded(column), _folded(bind(value)))


_ASKED: dict[str, Callable[[exp.Expression, Bind, Any], exp.Expression]] = {
    "is": lambda column, bind, value: column.eq(bind(value)),
    "is_not": lambda column, bind, value: column.neq(bind(value)),
    "in": lambda column, bind, value: column.isin(*(bind(each) for each in value)),
    "not_in": lambda column, bind, value: exp.not_(exp.paren(column.isin(*(bind(each) for each in value)))),
    "contains": _contains,
    "not_contains": lambda column, bind, value: exp.not_(_contains(column, bind, value)),
    "starts_with": lambda column, bind, value: exp.func("STARTS_WITH", _folded(column), _folded(bind(value))),
    "ends_with": lambda column, bind, value: exp.func("ENDS_WITH", _folded(column), _folded(bind(value))),
    "at_least": lambda column, bind, value: exp.GTE(this=column, expression=bind(value)),
    "at_most": lambda column, bind, value: exp.LTE(this=column, expression=bind(value)),
    "more_than": lambda column, bind, value: exp.GT(this=column, expression=bind(value)),
    "less_than": lambda column, bind, value: exp.LT(this=column, expression=bind(value)),
    "between": lambda column, bind, value: column.between(bind(value[0]), bind(value[1])),
}


def _moved(day: date, days: int) -> date:
    """So many days later (or before), held to the days that there are."""
    return date.fromordinal(min(max(1, day.toordinal() + days), date.max.toordinal()))


def _anniversary(column: exp.Expression, bind: Bind, days: int, as_of: date) -> exp.Expression:
    """Day and month come round within so many days; 29 February is kept on the 28th where there is none."""
    last = _moved(as_of, days)
    if days >= 366:
        return column.is_(exp.null()).not_()
    in_year = exp.paren(exp.func("MONTH", column) * 100 + exp.func("DAY", column.copy()))
    first, end = as_of.month * 100 + as_of.day, last.month * 100 + last.day
    if last.year == as_of.year:
        met = in_year.between(bind(first), bind(end))
    else:
        later = exp.GTE(this=in_year, expression=bind(first))
        met = exp.or_(later, exp.LTE(this=in_year.copy(), expression=bind(end)))
    if _keeps_leap_day(as_of, last):
        met = exp.or_(met, in_year.copy().eq(bind(229)))
    return met


def _keeps_leap_day(first: date, last: date) -> bool:
    """Whether a 28 February of a year without a 29th lies in these days."""
    return any(
        (date(year, 3, 1) - timedelta(days=1)).day == 28 and first <= date(year, 2, 28) <= last
        for year in range(first.year, last.year + 1)
    )


_RELATIVE: dict[str, Callable[[exp.Expression, Bind, int, date], exp.Expression]] = {
    "last_days": lambda column, bind, days, as_of: column.between(bind(_moved(as_of, -days)), bind(as_of)),
    "days_ago": lambda column, bind, days, as_of: exp.LTE(this=column, expression=bind(_moved(as_of, -days))),
    "next_days": lambda column, bind, days, as_of: column.between(bind(as_of), bind(_moved(as_of, days))),
    "anniversary": _anniversary,
}
