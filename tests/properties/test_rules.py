"""Rules against a plain-Python evaluator: random trees over random customers, missing and extreme values included."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadRule
from crm_analytics.query.compose import compose, used
from crm_analytics.query.rules import (
    EVERYONE,
    NUMERIC,
    All,
    Any_,
    Not,
    Rule,
    Where,
    digest,
    from_json,
    in_words,
    operators_of,
    to_json,
    where,
)
from crm_analytics.schema import CUSTOMER_FIELDS, STORED_AS, CustomerField

ASKED = (
    "name",
    "postal_code",
    "country",
    "revenue",
    "average_order_value",
    "units",
    "orders",
    "recency_days",
    "last_order_on",
    "born_on",
    "is_loyal",
)
STATEMENT = sqlglot.parse_one(
    "SELECT c.customer_id FROM customers AS c JOIN audience AS a ON a.customer_id = c.customer_id", read="duckdb"
)

LETTERS = ["", " ", "a", "A", "Å", "å", "é", "É", "Ünï", "ß", "SS", "İ", "i", "Ω", "ς", "Σ", "\0", "\n", "🙂"]
SIGNS = [
    "%",
    "_",
    "a%",
    "\\",
    "'; DROP TABLE customers; --",
    "$as_of",
    "?",
    '"',
    "NULL",
    "null",
    "customers.name",
    "{0}",
]
TEXTS = st.sampled_from([*LETTERS, *SIGNS]) | st.text(max_size=4)
MONEY = st.decimals(-(10**14) + 1, 10**14 - 1, places=4) | st.integers(-3, 3).map(Decimal)
WHOLE = st.integers(-(10**13), 10**13) | st.integers(-3, 3)
FLOATS = st.floats(-1e13, 1e13) | st.integers(-3, 3).map(float)
DATES = st.dates() | st.integers(-3, 3).map(lambda days: date(2024, 3, 1) + timedelta(days))


def stored(field: CustomerField) -> st.SearchStrategy:
    """Values as the relation `customers` holds them."""
    by_meaning = {"money": MONEY, "number": FLOATS, "integer": WHOLE, "date": DATES, "flag": st.booleans()}
    return st.none() | by_meaning.get(field.meaning, TEXTS)


def asked(field: CustomerField) -> st.SearchStrategy:
    """Values as a rule may ask them."""
    if field.meaning in NUMERIC:
        return MONEY | WHOLE | st.floats(-1e13, 1e13) | st.decimals(-100, 100, places=12).map(str)
    return DATES if field.meaning == "date" else st.booleans() if field.meaning == "flag" else TEXTS


@st.composite
def conditions(draw: st.DrawFn) -> Where:
    field = CUSTOMER_FIELDS[draw(st.sampled_from(ASKED))]
    operator = draw(st.sampled_from(sorted(operators_of(field))))
    value = asked(field)
    if operator == "is_empty":
        return where(field.name, operator)
    if operator == "last_days":
        return where(field.name, operator, draw(st.integers(0, 100_000) | st.integers(0, 4)))
    if operator == "in":
        return where(field.name, operator, draw(st.lists(value, min_size=1, max_size=4)))
    if operator == "between":
        low, high = (where(field.name, "is", draw(value)).value for _ in range(2))
        return where(field.name, operator, sorted([low, high]))
    return where(field.name, operator, draw(value))


def trees() -> st.SearchStrategy[Rule]:
    def larger(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        several = st.lists(inner, max_size=3).map(tuple)
        return several.map(All) | several.map(Any_) | inner.map(Not)

    return st.recursive(conditions(), larger, max_leaves=8)


PEOPLE = st.lists(st.fixed_dictionaries({name: stored(CUSTOMER_FIELDS[name]) for name in ASKED}), max_size=5)


def folded(text: str) -> str:
    """Lower case letter by letter, as Unicode's simple mapping has it."""
    return "".join("i" if each == "İ" else each.lower() for each in text)


def holds(rule: Rule, person: dict, as_of: date) -> bool:
    """The meaning of a rule, written a second time."""
    match rule:
        case All(rules):
            return all(holds(each, person, as_of) for each in rules)
        case Any_(rules):
            return any(holds(each, person, as_of) for each in rules)
        case Not(inner):
            return not holds(inner, person, as_of)
    found, value = person[rule.field], rule.value
    if rule.operator == "is_empty":
        return found is None
    if found is None:
        return False
    if CUSTOMER_FIELDS[rule.field].meaning == "number":  # binary fractions are compared as such
        value = tuple(map(float, value)) if isinstance(value, tuple) else float(value)
    match rule.operator:
        case "is":
            return found == value
        case "is_not":
            return found != value
        case "in":
            return found in value
        case "contains":
            return folded(value) in folded(found)
        case "starts_with":
            return folded(found).startswith(folded(value))
        case "at_least":
            return found >= value
        case "at_most":
            return found <= value
        case "more_than":
            return found > value
        case "less_than":
            return found < value
        case "between":
            return value[0] <= found <= value[1]
        case "last_days":
            return found <= as_of and (as_of - found).days <= value
    raise AssertionError(rule.operator)


@pytest.fixture(scope="module")
def session():
    duck = Duck(None, "256MB", 1)
    with duck.session() as session:
        columns = ", ".join(f"{name} {STORED_AS[CUSTOMER_FIELDS[name].meaning]}" for name in ASKED)
        session.do(f"CREATE TABLE customers (customer_id BIGINT, {columns})")
        yield session
    duck.close()


def put(session: Session, people: list[dict]) -> None:
    types = {
        "money": pa.decimal128(18, 4),
        "number": pa.float64(),
        "integer": pa.int64(),
        "date": pa.date32(),
        "flag": pa.bool_(),
    }
    session.do("DELETE FROM customers")
    columns = {"customer_id": pa.array(range(len(people)), pa.int64())}
    for name in ASKED:
        kind = types.get(CUSTOMER_FIELDS[name].meaning, pa.string())
        columns[name] = pa.array([each[name] for each in people], kind)
    session.append("customers", pa.table(columns))


def chosen(session: Session, rule: Rule, as_of: date) -> set[int]:
    values: dict[str, object] = {}
    tree = compose(STATEMENT, rule, as_of, {"customers": "main.customers"}, values)
    return {row[0] for row in session.rows(tree, used(tree, values))}


@settings(max_examples=60, deadline=None)
@given(rule=trees(), people=PEOPLE, as_of=DATES)
def test_sql_means_what_python_means_and_not_is_the_complement(session, rule, people, as_of):
    put(session, people)
    expected = {number for number, person in enumerate(people) if holds(rule, person, as_of)}
    assert chosen(session, rule, as_of) == expected
    assert chosen(session, Not(rule), as_of) == set(range(len(people))) - expected


@settings(max_examples=100, deadline=None)
@given(rule=trees())
def test_a_rule_survives_json_and_its_words_name_every_condition(rule):
    text = json.dumps(to_json(rule))
    again = from_json(text)
    assert again == rule
    assert digest(again) == digest(rule)
    words = in_words(rule)
    for each in leaves(rule):
        assert CUSTOMER_FIELDS[each.field].label in words
        assert in_words(each) in words


@settings(max_examples=60, deadline=None)
@given(one=trees(), other=trees())
def test_digests_are_equal_for_equal_rules_only(one, other):
    assert (digest(one) == digest(other)) == (one == other)


def leaves(rule: Rule) -> list[Where]:
    match rule:
        case All(rules) | Any_(rules):
            return [leaf for each in rules for leaf in leaves(each)]
        case Not(inner):
            return leaves(inner)
    return [rule]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(sorted(CUSTOMER_FIELDS)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["field", "operator", "value", "all", "any", "not", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {
        "field": st.sampled_from(ASKED),
        "operator": st.sampled_from(["is", "in", "between", "at_least", "last_days", "contains", "is_empty"]),
        "value": ANYTHING,
    }
)


@settings(max_examples=200, deadline=None)
@given(data=ANYTHING | NEARLY | st.text(max_size=20))
def test_what_is_no_rule_is_a_bad_rule_and_nothing_else(data):
    text = json.dumps(data) if not isinstance(data, str) else data
    try:
        rule = from_json(text)
    except BadRule:
        rule = EVERYONE
    assert from_json(json.dumps(to_json(rule))) == rule
