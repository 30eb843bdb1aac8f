"""The audience in front of a statement, and names bound to tables: what is bound, what is left alone."""

from __future__ import annotations

from datetime import date

import pytest
import sqlglot

from crm_analytics.engine.duck import Duck
from crm_analytics.query.compose import Tables, bound, compose, narrowed, reads_audience, used
from crm_analytics.query.rules import EVERYONE, All, Any_, Listed, Not, where

AS_OF = date(2024, 6, 1)
TABLES = {"customers": "mart.people", "orders": "mart.sold"}
FRENCH = where("country", "is", "FR")


@pytest.fixture(scope="module")
def session():
    duck = Duck(None, "256MB", 1)
    with duck.session() as session:
        session.do("CREATE SCHEMA mart")
        session.do(
            "CREATE TABLE mart.people AS SELECT * FROM (VALUES ('a', 'FR', 5.0), ('b', 'DE', 7.0), ('c', NULL, 1.0)) "
            "AS t(customer_id, country, revenue)"
        )
        session.do(
            "CREATE TABLE mart.sold AS SELECT * FROM (VALUES ('a', 1), ('a', 2), ('b', 4), (NULL, 8)) AS t(customer_id, amount)"
        )
        yield session
    duck.close()


def run(session, text, rule=EVERYONE, **knobs):
    values: dict[str, object] = {}
    tree = compose(sqlglot.parse_one(text, read="duckdb"), rule, AS_OF, TABLES, values)
    return session.rows(tree, used(tree, {**knobs, **values}))


JOINED = "SELECT sum(o.amount) FROM orders AS o JOIN audience AS a ON a.customer_id = o.customer_id"


def test_everyone_keeps_guests_and_a_rule_drops_them(session):
    assert run(session, JOINED) == [(15,)]
    assert run(session, JOINED, FRENCH) == [(3,)]
    assert run(session, JOINED, Not(FRENCH)) == [(4,)]
    assert run(session, JOINED, Any_(())) == [(None,)]


def test_everyone_read_directly_is_all_customers(session):
    text = "SELECT count(*) FROM audience"
    assert [run(session, text, rule) for rule in (EVERYONE, FRENCH)] == [[(3,)], [(1,)]]


@pytest.mark.parametrize(
    ("text", "everyone", "french"),
    [
        ("SELECT sum(amount) FROM orders", 15, 15),
        ("SELECT sum(orders.amount) FROM orders", 15, 15),
        ("SELECT (SELECT sum(o.amount) FROM orders AS o)", 15, 15),
        ("SELECT sum(amount) FROM (SELECT amount FROM orders UNION ALL SELECT amount FROM orders AS again)", 30, 30),
        ("WITH sold AS (SELECT amount FROM orders) SELECT sum(amount) FROM sold", 15, 15),
        ("WITH x AS (SELECT 1) SELECT sum(amount) FROM orders WHERE customer_id IN (SELECT customer_id FROM customers)", 7, 7),
        ("SELECT sum(o.amount) FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id", 7, 7),
        ("SELECT sum(o.amount) FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id "
         "JOIN audience AS a ON a.customer_id = c.customer_id", 7, 3),
        ("SELECT sum(o.amount) FROM audience AS a JOIN orders AS o ON o.customer_id = a.customer_id", 7, 3),
        ("WITH mine AS (" + JOINED.replace("sum(o.amount)", "o.amount") + ") SELECT sum(amount) FROM mine", 15, 3),
        ("SELECT (" + JOINED + ") + 0", 15, 3),
        ("SELECT sum(n) FROM (" + JOINED.replace(")", ") AS n") + " UNION ALL " + JOINED + ")", 30, 6),
        ("WITH audience AS (SELECT 'b' AS customer_id) " + JOINED, 4, 4),
        ("WITH orders AS (SELECT 'a' AS customer_id, 100 AS amount) " + JOINED, 100, 100),
        ("WITH RECURSIVE steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 3) "
         "SELECT sum(o.amount) FROM orders AS o JOIN audience AS a ON a.customer_id = o.customer_id CROSS JOIN steps AS s", 45, 9),
        ("SELECT count(*) FROM audience AS a LEFT JOIN orders AS o ON o.customer_id = a.customer_id", 4, 2),
    ],
)  # fmt: skip
def test_names_are_bound_wherever_they_stand(session, text, everyone, french):
    assert run(session, text) == [(everyone,)]
    assert run(session, text, FRENCH) == [(french,)]


def test_the_statement_is_not_changed(session):
    tree = sqlglot.parse_one(JOINED, read="duckdb")
    before = tree.sql("duckdb")
    compose(tree, FRENCH, AS_OF, TABLES, {})
    assert tree.sql("duckdb") == before


def test_no_value_of_a_rule_stands_in_the_sql():
    canary = "zq'; DROP TABLE x; --"
    rule = All(
        (
            *(where("name", operator, canary) for operator in ("is", "is_not", "contains", "starts_with")),
            where("city", "in", [canary, "zq2"]),
            Any_((where("revenue", "between", [7654321, 7654322]), Not(where("orders", "at_least", 7654321)))),
            where("born_on", "at_most", "1876-05-04"),
            where("last_order_on", "last_days", 76543),
            where("is_loyal", "is", True),
        )
    )
    values: dict[str, object] = {}
    text = compose(sqlglot.parse_one(JOINED, read="duckdb"), rule, AS_OF, TABLES, values).sql("duckdb")
    assert not any(each in text for each in ("zq", "7654321", "1876", "76543", "2024"))
    assert text.count("$audience_") == len(values) == 13


# --- the rule as a condition of the same row ------------------------------------------------------------------------

ON_THE_ROW = "SELECT count(*) FROM customers AS c JOIN audience AS a ON a.customer_id = c.customer_id"


def narrow(text, rule=FRENCH):
    return narrowed(sqlglot.parse_one(text, read="duckdb"), rule, AS_OF, {})


@pytest.mark.parametrize(
    "text",
    [
        ON_THE_ROW,
        ON_THE_ROW.replace("a.customer_id = c.customer_id", "c.customer_id = a.customer_id"),
        ON_THE_ROW + " WHERE c.revenue > 0 OR c.revenue < 0",
        ON_THE_ROW + " LEFT JOIN orders AS o ON o.customer_id = c.customer_id",
        "SELECT count(*) FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id "
        "JOIN audience AS a ON a.customer_id = c.customer_id",
        "WITH x AS (" + ON_THE_ROW + ") SELECT * FROM x",
    ],
)
@pytest.mark.parametrize("rule", [FRENCH, Not(FRENCH), All((FRENCH, where("revenue", "at_least", 5)))])
def test_a_rule_on_customers_needs_no_ids_and_gives_the_same(session, text, rule):
    assert not reads_audience(narrow(text, rule))
    with_ids = text.replace("JOIN audience AS a", "JOIN (SELECT customer_id FROM audience) AS a")
    assert run(session, text, rule) == run(session, with_ids, rule)


@pytest.mark.parametrize(
    "text",
    [
        JOINED,
        "SELECT a.customer_id FROM customers AS c JOIN audience AS a ON a.customer_id = c.customer_id",
        ON_THE_ROW.replace("JOIN audience", "LEFT JOIN audience"),
        ON_THE_ROW + " AND c.revenue > 1",
        ON_THE_ROW + " FULL JOIN orders AS o ON o.customer_id = c.customer_id",
        "SELECT count(*) FROM orders AS o LEFT JOIN customers AS c ON c.customer_id = o.customer_id "
        "JOIN audience AS a ON a.customer_id = c.customer_id",
    ],
)
def test_what_a_condition_on_the_row_would_not_say_keeps_its_ids(session, text):
    assert reads_audience(narrow(text))
    with_ids = text.replace("JOIN audience AS a", "JOIN (SELECT customer_id FROM audience) AS a")
    assert sorted(run(session, text, FRENCH)) == sorted(run(session, with_ids, FRENCH))


def test_a_statement_with_customers_of_its_own_keeps_its_ids():
    assert reads_audience(narrow("WITH customers AS (SELECT 'a' AS customer_id) " + ON_THE_ROW))


def test_a_list_of_customers_is_looked_up_once_as_ids():
    assert reads_audience(narrow(ON_THE_ROW, Listed("frozen", 1)))


# --- which tables are read ------------------------------------------------------------------------------------------

PARTS = Tables(
    {"customers": "mart.narrow", "orders": "mart.sold", "contacts": "mart.contacts"},
    whole={"customers": "mart.whole"},
    apart=frozenset({"email"}),
    numbered=frozenset({"customers", "orders"}),
)


def written(text, tables=PARTS):
    return bound(sqlglot.parse_one(text, read="duckdb"), tables).sql("duckdb")


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("SELECT c.revenue FROM customers AS c", "mart.narrow"),
        ("SELECT c.email FROM customers AS c", "mart.whole"),
        ("SELECT email FROM customers", "mart.whole"),
        ("SELECT revenue FROM customers ORDER BY email", "mart.whole"),
        (
            "SELECT x.email, c.revenue FROM customers AS c JOIN contacts AS x ON x.customer_id = c.customer_id",
            "mart.narrow",
        ),
    ],
)
def test_columns_that_stand_apart_are_read_where_they_are_asked_for(text, table):
    assert f"FROM {table} AS" in written(text)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("SELECT 1 FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id", "c.customer_no = o.customer_no"),
        ("SELECT 1 FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id AND o.n > 1", "c.customer_no = o.customer_no"),
        ("SELECT 1 FROM orders AS o LEFT JOIN contacts AS x ON x.customer_id = o.customer_id", "x.customer_id = o.customer_id"),
        ("WITH orders AS (SELECT 'a' AS customer_id) SELECT 1 FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id",
         "c.customer_id = o.customer_id"),
        ("SELECT 1 FROM orders AS o JOIN audience AS a ON a.customer_id = o.customer_id", "a.customer_id = o.customer_id"),
    ],
)  # fmt: skip
def test_relations_with_a_number_are_joined_by_it(text, joined):
    assert joined in written(text)


def test_a_table_of_ids_is_joined_by_number():
    text = "SELECT 1 FROM orders AS o JOIN audience AS a ON a.customer_id = o.customer_id"
    assert "JOIN kept.ids AS a ON a.customer_no = o.customer_no" in written(text, PARTS.with_audience("kept.ids"))
