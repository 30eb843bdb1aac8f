"""Rules against a plain-Python evaluator: random trees over random customers, missing and extreme values included."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadRule
from crm_analytics.query import rules
from crm_analytics.query.compose import compose, used
from crm_analytics.query.rules import (
    EVENTS,
    EVERYONE,
    NUMERIC,
    OPERATORS,
    RELATIVE,
    All,
    Any_,
    Did,
    InSegment,
    Not,
    Rule,
    Where,
    did,
    digest,
    from_json,
    in_words,
    label_of,
    operators_of,
    reading,
    to_json,
    typed_as,
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
    "attributes.größe",
    "attributes.colour",
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


def asked(field: CustomerField, operator: str = "is") -> st.SearchStrategy:
    """Values as a rule may ask them."""
    if typed_as(field, operator).meaning in NUMERIC:
        return MONEY | WHOLE | st.floats(-1e13, 1e13) | st.decimals(-100, 100, places=12).map(str)
    return DATES if field.meaning == "date" else st.booleans() if field.meaning == "flag" else TEXTS


@st.composite
def plain(draw: st.DrawFn, names: tuple[str, ...], field: Callable[[str], CustomerField]) -> dict:
    """A condition on one of these fields, as plain data."""
    asks = field(draw(st.sampled_from(names)))
    operator = draw(st.sampled_from(sorted(operators_of(asks))))
    value = asked(asks, operator)
    if operator == "is_empty":
        return {"field": asks.name, "operator": operator}
    if operator in RELATIVE:
        drawn = draw(st.integers(0, 100_000) | st.integers(0, 4) | st.integers(355, 370))
    elif operator in ("in", "not_in"):
        drawn = draw(st.lists(value, min_size=1, max_size=4))
    elif operator == "between":
        least = "at_least" if typed_as(asks, operator).meaning in NUMERIC or asks.meaning == "date" else "is"
        drawn = sorted([reading._condition(asks, least, draw(value)).value for _ in range(2)])
    else:
        drawn = draw(value)
    return {"field": asks.name, "operator": operator, "value": drawn}


def conditions() -> st.SearchStrategy[Where]:
    return plain(ASKED, rules.field_of).map(lambda each: where(each["field"], each["operator"], each.get("value")))


@st.composite
def deeds(draw: st.DrawFn) -> Did:
    """A condition on what a customer did."""
    event = EVENTS[draw(st.sampled_from(sorted(DONE)))]
    names = tuple(name for name in DONE[event.name] if event.field(name) is not None)
    inner = draw(st.lists(plain(names, event.field), max_size=2))
    operator = draw(st.sampled_from(sorted(OPERATORS["measures"])))
    number = st.integers(-1, 4) | MONEY
    value = sorted([draw(number), draw(number)]) if operator == "between" else draw(number)
    return did(event.name, inner, measure=draw(st.sampled_from(sorted(event.measures))), operator=operator, value=value)


def trees() -> st.SearchStrategy[Rule]:
    def larger(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        several = st.lists(inner, max_size=3).map(tuple)
        return several.map(All) | several.map(Any_) | inner.map(Not)

    return st.recursive(conditions() | deeds(), larger, max_leaves=6)


COLUMNS = tuple(name for name in ASKED if not name.startswith("attributes."))
NUMBERED = st.sampled_from(["5", "-3", "0.50", "1e3", " 7", "nan", "inf", "--1", "9" * 40, "12\n"])
ATTRIBUTES = st.none() | st.dictionaries(st.sampled_from(["größe", "colour"]), st.none() | TEXTS | NUMBERED)
PEOPLE = st.lists(
    st.fixed_dictionaries({name: stored(CUSTOMER_FIELDS[name]) for name in COLUMNS} | {"attributes": ATTRIBUTES}),
    max_size=5,
)

#: Event -> what is stored of a row beside the customer: column -> type.
DONE = {
    "bought": {"on": "DATE", "channel": "VARCHAR", "is_purchase": "BOOLEAN", "net_amount": "DECIMAL(18,4)"},
    "bought_product": {"on": "DAY", "order_id": "VARCHAR", "product_line": "VARCHAR", "quantity": "DOUBLE", "net_amount": "DECIMAL(18,4)"},
    "contacted": {"on": "DATE", "channel": "VARCHAR", "responded": "BOOLEAN", "sent": "BOOLEAN", "arm": "VARCHAR", "direction": "VARCHAR",
                  "drawn_as": "VARCHAR", "responded_at": "DATE"},
    "case": {"on": "DATE", "kind": "VARCHAR", "complaint": "BOOLEAN", "resolved_at": "DATE", "open": ""},
    "answered": {"on": "DATE", "score": "DOUBLE", "attributes": "VARCHAR", "attributes.größe": ""},
}  # fmt: skip
DAY_COLUMN = {
    "bought": "ordered_on",
    "bought_product": "ordered_on",
    "contacted": "contacted_at",
    "case": "opened_at",
    "answered": "answered_at",
}
LABELS = st.none() | st.sampled_from(["a", "B", "control", "Control", "in", "out"])
HELD = {
    "DATE": st.none() | DATES,
    "DAY": DATES,  # of a line, which is none without one
    "VARCHAR": LABELS,
    "BOOLEAN": st.none() | st.booleans(),
    "DOUBLE": st.none() | st.integers(-3, 9).map(float),
    "DECIMAL(18,4)": st.none() | MONEY,
}


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[dict]]:
    """Rows of every relation, some of nobody and some of people who are not there."""
    return {
        event: draw(
            st.lists(
                st.fixed_dictionaries(
                    {"customer_id": st.none() | st.integers(0, 5)}
                    | {
                        name: ATTRIBUTES if name == "attributes" else HELD[kind]
                        for name, kind in columns.items()
                        if kind
                    }
                ),
                max_size=5,
            )
        )
        for event, columns in DONE.items()
    }


def folded(text: str) -> str:
    """Lower case letter by letter, as Unicode's simple mapping has it."""
    return "".join("i" if each == "İ" else each.lower() for each in text)


def holds(rule: Rule, person: dict, as_of: date, past: dict[str, list[dict]]) -> bool:
    """The meaning of a rule, written a second time."""
    match rule:
        case All(several):
            return all(holds(each, person, as_of, past) for each in several)
        case Any_(several):
            return any(holds(each, person, as_of, past) for each in several)
        case Not(inner):
            return not holds(inner, person, as_of, past)
        case InSegment(_, _, inner):
            return holds(inner, person, as_of, past)
        case Did(event):
            rows = [row for row in past[event] if row["customer_id"] == person["number"]]
            return did_it(rule, [row for row in rows if counts(event, row, as_of)], as_of)
    return met(rules.field_of(rule.field), rule, looked_up(person, rule.field), as_of)


def looked_up(row: dict, name: str) -> object:
    if name.startswith("attributes."):
        return (row["attributes"] or {}).get(name.removeprefix("attributes."))
    return row[name]


def counts(event: str, row: dict, as_of: date) -> bool:
    """Whether a row is such an event, up to the as-of date."""
    if row["on"] is not None and row["on"] > as_of:
        return False
    match event:
        case "bought":
            return row["is_purchase"] is True
        case "bought_product":
            return row["net_amount"] is not None and row["net_amount"] > 0
        case "contacted":
            arm, way = row["arm"] or "", row["direction"]
            return row["sent"] is not False and arm.lower() != "control" and way != "in"
    return True


def did_it(rule: Did, rows: list[dict], as_of: date) -> bool:
    for row in rows:
        if rule.event == "case":
            row["open"] = row["resolved_at"] is None or row["resolved_at"] > as_of
        if rule.event == "contacted" and row["responded_at"] is not None and row["responded_at"] > as_of:
            row["responded"] = False if row["responded"] is not None else None
    event = EVENTS[rule.event]
    rows = [
        row
        for row in rows
        if all(met(event.field(each.field), each, looked_up(row, each.field), as_of) for each in rule.conditions)
    ]
    match rule.measure:
        case "amount":
            total = sum((row["net_amount"] for row in rows if row["net_amount"] is not None), Decimal(0))
        case "units":
            total = sum(row["quantity"] for row in rows if row["quantity"] is not None)
        case _ if rule.event == "bought_product":
            orders = [row["order_id"] if row["order_id"] is not None else row["on"] for row in rows]
            total = len({str(each) for each in orders if each is not None})
        case _:
            total = len(rows)
    return compared(rule.operator, total, rule.value)


def compared(operator: str, found, value) -> bool:
    match operator:
        case "is":
            return found == value
        case "is_not":
            return found != value
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
    raise AssertionError(operator)


def met(field: CustomerField, rule: Where, found, as_of: date) -> bool:
    """Whether one value meets one condition."""
    value = rule.value
    if rule.operator == "is_empty":
        return found is None
    if found is None:
        return False
    if typed_as(field, rule.operator) != field:  # an attribute is a number where it is written as one
        if not re.fullmatch(r"-?[0-9]{1,30}([.][0-9]{1,30})?", found):
            return False
        found = float(found)
    if typed_as(field, rule.operator).meaning == "number":  # binary fractions are compared as such
        value = tuple(map(float, value)) if isinstance(value, tuple) else float(value)
    match rule.operator:
        case "in":
            return found in value
        case "not_in":
            return found not in value
        case "contains":
            return folded(value) in folded(found)
        case "not_contains":
            return folded(value) not in folded(found)
        case "starts_with":
            return folded(found).startswith(folded(value))
        case "ends_with":
            return folded(found).endswith(folded(value))
        case "last_days":
            return found <= as_of and (as_of - found).days <= value
        case "days_ago":
            return (as_of - found).days >= value
        case "next_days":
            return found >= as_of and (found - as_of).days <= value
        case "anniversary":
            return comes_round(found, as_of, value)
    return compared(rule.operator, found, value)


def comes_round(born: date, as_of: date, days: int) -> bool:
    """Whether a day of the year comes within so many days, day by day; 29 February is kept on the 28th."""
    for ahead in range(min(days, 366) + 1):
        if as_of.toordinal() + ahead > date.max.toordinal():
            return days >= 366
        day = date.fromordinal(as_of.toordinal() + ahead)
        leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
        if (born.month, born.day) == (day.month, day.day):
            return True
        if (born.month, born.day) == (2, 29) and not leap and (day.month, day.day) == (2, 28):
            return True
    return False


#: What names a person in the tables: a rule that compared a number with an id would find somebody else.
NAMED = {"customer_no": lambda number: number + 1, "customer_id": lambda number: number}


@pytest.fixture(scope="module")
def session():
    duck = Duck(None, "256MB", 1)
    with duck.session() as session:
        columns = ", ".join(f"{name} {STORED_AS[CUSTOMER_FIELDS[name].meaning]}" for name in COLUMNS)
        session.do(f"CREATE TABLE customers (customer_no BIGINT, customer_id BIGINT, {columns}, attributes VARCHAR)")
        for event, stored_as in DONE.items():
            names = ", ".join(
                f"{DAY_COLUMN[event] if name == 'on' else name} {kind.replace('DAY', 'DATE')}"
                for name, kind in stored_as.items()
                if kind
            )
            names += ", moment TIMESTAMP AS (ordered_on + INTERVAL 13 HOUR)" if EVENTS[event].moment else ""
            session.do(f"CREATE TABLE {EVENTS[event].relation} ({EVENTS[event].key} BIGINT, {names})")
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
    columns = {name: pa.array(map(named, range(len(people))), pa.int64()) for name, named in NAMED.items()}
    for name in COLUMNS:
        kind = types.get(CUSTOMER_FIELDS[name].meaning, pa.string())
        columns[name] = pa.array([each[name] for each in people], kind)
    columns["attributes"] = pa.array([as_text(each["attributes"]) for each in people], pa.string())
    session.append("customers", pa.table(columns))


def as_text(attributes: dict | None) -> str | None:
    return None if attributes is None else json.dumps(attributes, ensure_ascii=False)


def put_past(session: Session, past: dict[str, list[dict]]) -> None:
    types = {
        "DATE": pa.date32(),
        "DAY": pa.date32(),
        "BOOLEAN": pa.bool_(),
        "DOUBLE": pa.float64(),
        "DECIMAL(18,4)": pa.decimal128(18, 4),
    }
    for event, stored_as in DONE.items():
        key = EVENTS[event].key
        who = [None if row["customer_id"] is None else NAMED[key](row["customer_id"]) for row in past[event]]
        columns = {key: pa.array(who, pa.int64())}
        for name, kind in stored_as.items():
            found = [as_text(row[name]) if name == "attributes" else row[name] for row in past[event] if kind]
            columns |= {name: pa.array(found, types.get(kind, pa.string()))} if kind else {}
        session.do(f"DELETE FROM {EVENTS[event].relation}")
        session.append(EVENTS[event].relation, pa.table(columns))


def chosen(session: Session, rule: Rule, as_of: date) -> set[int]:
    values: dict[str, object] = {}
    tables = {name: f"main.{name}" for name in ("customers", *(EVENTS[event].relation for event in DONE))}
    tree = compose(STATEMENT, rule, as_of, tables, values)
    return {row[0] for row in session.rows(tree, used(tree, {"left_alone": "|control|", **values}))}


@settings(max_examples=60, deadline=None)
@given(rule=trees(), people=PEOPLE, as_of=DATES, past=histories())
def test_sql_means_what_python_means_and_not_is_the_complement(session, rule, people, as_of, past):
    put(session, people)
    put_past(session, past)
    numbered = [person | {"number": number} for number, person in enumerate(people)]
    expected = {person["number"] for person in numbered if holds(rule, person, as_of, past)}
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
        assert in_words(each) in words
        if isinstance(each, Where):
            assert label_of(rules.field_of(each.field)) in words
        else:
            event = EVENTS[each.event]
            labels = [label_of(event.field(inner.field)) for inner in each.conditions if inner.field != "on"]
            assert all(name in words for name in (event.words, *labels))


@settings(max_examples=60, deadline=None)
@given(one=trees(), other=trees())
def test_digests_are_equal_for_equal_rules_only(one, other):
    assert (digest(one) == digest(other)) == (one == other)


def leaves(rule: Rule) -> list[Where | Did]:
    match rule:
        case All(several) | Any_(several):
            return [leaf for each in several for leaf in leaves(each)]
        case Not(inner):
            return leaves(inner)
    return [rule]


KEYS = ["field", "operator", "value", "all", "any", "not", "did", "where", "in_segment", "x"]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(sorted(CUSTOMER_FIELDS)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
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
