"""Orders, their lines and purchase days: what does not depend on the as-of date, made anew or refreshed in part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import pyarrow as pa
from sqlglot import exp

from crm_analytics.engine.duck import Session
from crm_analytics.query import events, people, statements
from crm_analytics.query.compose import compose
from crm_analytics.query.rules import EVERYONE
from crm_analytics.schema import KINDS
from crm_analytics.workspace.preferences import SERVICE_CODES, Preferences

#: Marts are refreshed in part while less than this fraction (1 / n) of the orders is touched.
MOST_TOUCHED = 5

CORE = {f"core_{name}": f"core.{name}" for name in KINDS}
#: Relations that are the same for every as-of date.
FIXED = {
    **CORE,
    **events.RELATIONS,
    "orders": "mart.orders",
    "lines": "mart.lines",
    "headers": "mart.headers",
    "articles": "mart.articles",
    "numbers": "mart.numbers",
    "profiles": "mart.profiles",
    "people": "mart.people",
    "purchase_days": "mart.purchase_days",
    "cohort_days": "mart.cohort_days",
    "service_codes": "mart.service_codes",
    "rfm_cells": "mart.rfm_cells",
    "declines": "mart.declines",
}
#: Small sums that are kept for everyone.
SUMS = ("cohort_days",)


def build_orders(session: Session, preferences: Preferences) -> None:
    """Make every mart that is the same for all as-of dates anew from core, within the caller's transaction."""
    put(session, "service_codes", pa.table({"code": list(SERVICE_CODES)}))
    cells = [(r + 1, fm + 1, name) for r, row in enumerate(preferences.rfm_grid) for fm, name in enumerate(row)]
    put(
        session,
        "rfm_cells",
        pa.table(dict(zip(("r_score", "fm_score", "segment"), zip(*cells, strict=True), strict=True))),
    )
    several = several_sources(session)
    people.build(session, several)
    tables, prefixed = _seen(session, several)
    values: dict[str, object] = {"exclude_services": preferences.exclude_services, "several_sources": prefixed}
    for name in ("headers", "articles", "numbers", "profiles", "orders", "purchase_days", *SUMS):
        make(session, name, f"tables/{name}", values, tables)
    _make_lines(session, tables, values)
    _note(session, "several_sources", str(several))
    _note(session, "profiles_of", _profiles_of(session))


def _seen(session: Session, several: bool) -> tuple[dict[str, str], bool]:
    """What names stand for, and whether ids still need their source in front: joined records are seen as one person."""
    return (people.tables(FIXED), False) if people.any_joined(session) else (FIXED, several)


def refresh_orders(session: Session, preferences: Preferences) -> None:
    """Make anew the orders in the temporary table `touched` (source, order_id, customer, day), within the transaction.

    The same statements as for the whole run over the touched orders' rows only, so both ways give the same marts.
    Where much is touched, what a product costs is another, the form of the customer ids changes, or records are joined
    to persons, the whole is made anew.
    """
    orders, touched, prefixed = session.row(
        "SELECT (SELECT count(*) FROM mart.orders), (SELECT count(*) FROM touched), "
        "(SELECT value FROM workspace.meta WHERE name = 'several_sources')"
    )
    several = several_sources(session)
    if touched * MOST_TOUCHED > orders or prefixed != str(several) or people.decided(session):
        build_orders(session, preferences)
        return
    for kind in ("orders", "order_lines"):
        rows = _touched(f"source.{kind}", "CAST(o.ordered_at AS DATE)", holds="current")
        session.do(f"CREATE OR REPLACE TEMP TABLE touched_{kind} AS {rows}")
    if _other_costs(session):
        build_orders(session, preferences)
        return
    parts = {**FIXED, "core_orders": "temp.touched_orders", "core_order_lines": "temp.touched_order_lines"}
    values = {"exclude_services": preferences.exclude_services, "several_sources": several}
    session.do("DELETE FROM mart.headers WHERE (source, order_id) IN (SELECT (source, order_id) FROM touched)")
    create(session, "INSERT INTO mart.headers", "tables/headers", {}, parts)
    _refresh_profiles(session, parts, values)
    known_as = "CASE WHEN t.customer = '' THEN '' ELSE t.source || ':' || t.customer END" if several else "t.customer"
    stale = _touched("mart.orders", "o.ordered_on", "o.row, o.customer_no", known_as)
    session.do(f"CREATE OR REPLACE TEMP TABLE stale AS {stale}")
    _put_temporary(session, "fresh", "tables/orders", parts, values)
    customers = "SELECT customer_no FROM stale UNION SELECT customer_no FROM fresh"
    _note_customers(session, "before", customers)
    session.do("DELETE FROM mart.orders WHERE rowid IN (SELECT row FROM stale)")
    session.do("INSERT INTO mart.orders SELECT * FROM fresh")
    session.do(f"DELETE FROM mart.purchase_days WHERE customer_no IN ({customers})")
    session.do(f"CREATE OR REPLACE TEMP TABLE customer_orders AS {_orders_of(customers)}")
    create(session, "INSERT INTO mart.purchase_days", "tables/purchase_days", {}, {"orders": "temp.customer_orders"})
    _note_customers(session, "after", customers)
    _refresh_sums(session)


def _orders_of(customers: str) -> str:
    columns = "customer_no, customer_id, ordered_on, is_purchase, net_amount"
    return f"SELECT {columns} FROM mart.orders WHERE customer_no IN ({customers})"


def _note_customers(session: Session, when: str, customers: str) -> None:
    """Keep what these customers are in the sums by, before and after their orders change."""
    session.do(f"CREATE OR REPLACE TEMP TABLE customer_orders AS {_orders_of(customers)}")
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE customer_days AS
        SELECT * FROM mart.purchase_days WHERE customer_no IN ({customers})"""
    )
    parts = {"orders": "temp.customer_orders", "purchase_days": "temp.customer_days"}
    _put_temporary(session, f"cohorts_{when}", "tables/cohort_days", parts, {})


def _refresh_sums(session: Session) -> None:
    """Take from the sums what the touched customers were in them by, and add what they are."""
    measures = ("week_customers", "month_customers", "quarter_customers", "orders", "revenue")
    summed = ", ".join(f"sum({each}) AS {each}" for each in measures)
    less = ", ".join(f"-{each} AS {each}" for each in measures)
    keys = "first_order_on, ordered_on"
    same_keys = "d.first_order_on = s.first_order_on AND d.ordered_on = s.ordered_on"
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE difference AS SELECT {keys}, {summed}
        FROM (SELECT * FROM cohorts_after UNION ALL SELECT {keys}, {less} FROM cohorts_before) GROUP BY ALL"""
    )
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE fresh_sums AS SELECT {keys}, {summed}
        FROM (SELECT * FROM mart.cohort_days AS s SEMI JOIN difference AS d ON {same_keys} UNION ALL FROM difference)
        GROUP BY ALL HAVING sum(orders) > 0"""
    )
    session.do(f"DELETE FROM mart.cohort_days AS s USING difference AS d WHERE {same_keys}")
    session.do("INSERT INTO mart.cohort_days SELECT * FROM fresh_sums")


def _refresh_profiles(session: Session, parts: Mapping[str, str], values: Mapping[str, object]) -> None:
    """Number customers who are new; read anew what is stated of all where the customers' own files are others."""
    files = _profiles_of(session)
    stated_anew = files != session.value("SELECT value FROM workspace.meta WHERE name = 'profiles_of'")
    session.do("CREATE OR REPLACE TEMP TABLE no_customers AS SELECT * FROM core.customers LIMIT 0")
    stated = "core.customers" if stated_anew else "temp.no_customers"
    _put_temporary(session, "named", "tables/numbers", {**parts, "core_customers": stated}, values)
    session.do(
        """CREATE OR REPLACE TEMP TABLE new_numbers AS
        SELECT CAST(customer_no + (SELECT coalesce(max(customer_no), 0) FROM mart.numbers) AS INTEGER) AS customer_no, customer_id
        FROM named ANTI JOIN mart.numbers USING (customer_id)"""
    )
    session.do("INSERT INTO mart.numbers SELECT * FROM new_numbers")
    if stated_anew:
        make(session, "profiles", "tables/profiles", values)
        _note(session, "profiles_of", files)
    else:
        new = {**FIXED, "numbers": "temp.new_numbers", "core_customers": "temp.no_customers"}
        create(session, "INSERT INTO mart.profiles", "tables/profiles", values, new)


def _profiles_of(session: Session) -> str:
    """Names the files that hold now and say something of customers."""
    return str(
        session.rows(
            "SELECT import_id FROM workspace.imports WHERE undone_at IS NULL AND kind = 'customers' ORDER BY import_id"
        )
    )


def _other_costs(session: Session) -> bool:
    """Bring mart.articles up to date with the touched lines and all products; whether a cost of what was sold is another."""
    session.do(
        """CREATE OR REPLACE TEMP TABLE sold AS
        SELECT source, article AS product_id, NULL AS description FROM mart.articles
        UNION SELECT source, product_id, CASE WHEN product_id IS NULL THEN description END FROM temp.touched_order_lines"""
    )
    _put_temporary(session, "fresh_articles", "tables/articles", {**FIXED, "core_order_lines": "temp.sold"}, {})
    other = session.value(
        """SELECT count(*) > 0 FROM mart.articles AS a JOIN fresh_articles AS f USING (source, article)
        WHERE f.unit_cost IS DISTINCT FROM a.unit_cost"""
    )
    session.do("DELETE FROM mart.articles")
    session.do("INSERT INTO mart.articles SELECT * FROM fresh_articles")
    return bool(other)


def _make_lines(session: Session, tables: Mapping[str, str], values: Mapping[str, object]) -> None:
    """Make the view mart.lines: 20 million rows would be twice the size of all other marts. Who reads it sorts it."""
    tree = for_everyone("tables/lines", tables)
    tree.set("order", None)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.convert(values[place.name]))
    session.do(f"CREATE OR REPLACE VIEW mart.lines AS {tree.sql('duckdb')}")


def _touched(table: str, day: str, columns: str = "o.*", customer: str = "t.customer", holds: str = "TRUE") -> str:
    """The rows of a table that belong to a touched order; two joins, since an order is known in one of two ways.

    Rows are looked for by the order's number alone, then read and compared as a whole: most of a table is not read.
    """
    numbered = f"rowid IN (SELECT rowid FROM {table} WHERE order_id IN (SELECT order_id FROM touched))"
    by_id = "t.source = o.source AND t.order_id = o.order_id"
    by_day = f"t.source = o.source AND {customer} = coalesce(o.customer_id, '') AND t.day = {day}"
    return " UNION ALL ".join(
        f"SELECT {columns} FROM (SELECT rowid AS row, * FROM {table} WHERE {holds} AND {found}) AS o "
        f"SEMI JOIN touched AS t ON {known}"
        for found, known in ((numbered, by_id), ("order_id IS NULL", by_day))
    )


def several_sources(session: Session) -> bool:
    """Whether customers come from more than one source, so that ids need their source in front."""
    holding = "undone_at IS NULL AND kind IN ('orders', 'order_lines', 'customers')"
    return bool(session.value(f"SELECT count(DISTINCT source) > 1 FROM workspace.imports WHERE {holding}"))


def for_everyone(statement: str, tables: Mapping[str, str] = FIXED) -> exp.Query:
    """A statement over the whole base, its names bound to tables."""
    return compose(statements.tree(statement), EVERYONE, date.min, tables, {})


@cache
def _written(statement: str, tables: tuple[tuple[str, str], ...]) -> tuple[str, frozenset[str]]:
    """The text of a statement over the whole base, and the names of the values it has a place for."""
    tree = for_everyone(statement, dict(tables))
    return tree.sql("duckdb"), frozenset(place.name for place in tree.find_all(exp.Placeholder))


def create(
    session: Session, what: str, statement: str, values: Mapping[str, object], tables: Mapping[str, str] = FIXED
) -> None:
    """CREATE (or INSERT, as `what` says) what a statement gives over the whole base."""
    text, places = _written(statement, tuple(tables.items()))
    session.do(f"{what} {text}", {name: value for name, value in values.items() if name in places})


def make(
    session: Session, name: str, statement: str, values: Mapping[str, object], tables: Mapping[str, str] = FIXED
) -> None:
    """Build beside, then swap by rename: readers see the old table until the commit."""
    session.do(f"DROP TABLE IF EXISTS mart.{name}_new")
    create(session, f"CREATE TABLE mart.{name}_new AS", statement, values, tables)
    session.do(f"DROP TABLE IF EXISTS mart.{name}")
    session.do(f"ALTER TABLE mart.{name}_new RENAME TO {name}")


def put(session: Session, name: str, table: pa.Table) -> None:
    """Make a small table of whole numbers and texts anew."""
    columns = ", ".join(
        f"{field.name} {'BIGINT' if pa.types.is_integer(field.type) else 'VARCHAR'}" for field in table.schema
    )
    session.do(f"CREATE OR REPLACE TABLE mart.{name} ({columns})")
    session.append(f"mart.{name}", table)


def _put_temporary(
    session: Session, name: str, statement: str, tables: Mapping[str, str], values: Mapping[str, object]
) -> None:
    create(session, f"CREATE OR REPLACE TEMP TABLE {name} AS", statement, values, tables)


def _note(session: Session, name: str, value: str) -> None:
    session.do("INSERT OR REPLACE INTO workspace.meta VALUES ($name, $value)", {"name": name, "value": value})
