"""The derived tables: orders and purchase days, and the relation `customers` of each as-of date."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlglot import exp

from crm_analytics.engine.duck import Session
from crm_analytics.query import events, people, statements
from crm_analytics.query.compose import compose, used
from crm_analytics.query.rules import EVERYONE
from crm_analytics.schema import KINDS
from crm_analytics.workspace.preferences import SERVICE_CODES, Preferences

#: Relations of other as-of dates than the latest that are kept.
KEPT_DATES = 8

FEWEST_INTERVALS = 50
ASSUMED_WINDOW_DAYS = 365
SHORTEST_WINDOW_DAYS = 35
WINDOW_SHARE = 0.9

#: Marts are refreshed in part while less than this fraction (1 / n) of the orders is touched.
MOST_TOUCHED = 5

CORE = {f"core_{name}": f"core.{name}" for name in KINDS}
FIXED = {
    **CORE,
    **events.RELATIONS,
    "orders": "mart.orders",
    "lines": "mart.lines",
    "headers": "mart.headers",
    "articles": "mart.articles",
    "purchase_days": "mart.purchase_days",
    "service_codes": "mart.service_codes",
    "rfm_cells": "mart.rfm_cells",
    "declines": "mart.declines",
}


@dataclass(frozen=True)
class Base:
    """What is computed once for the whole base as of a day. `assumed`: too few intervals to find the window.

    `window_rule` says in words how the activity window came about; `intervals` counts interpurchase times.
    """

    as_of: date
    activity_window_days: int
    window_rule: str
    intervals: int


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; its last where there is none (29 February); 1 January 1 at the least."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def build_orders(session: Session, preferences: Preferences) -> None:
    """Make mart.orders and mart.purchase_days anew from core, within the caller's transaction."""
    _put(session, "service_codes", pa.table({"code": list(SERVICE_CODES)}))
    cells = [(r + 1, fm + 1, name) for r, row in enumerate(preferences.rfm_grid) for fm, name in enumerate(row)]
    _put(
        session,
        "rfm_cells",
        pa.table(dict(zip(("r_score", "fm_score", "segment"), zip(*cells, strict=True), strict=True))),
    )
    several = several_sources(session)
    people.build(session, several)
    tables, prefixed = _seen(session, several)
    values: dict[str, object] = {"exclude_services": preferences.exclude_services, "several_sources": prefixed}
    for name in ("headers", "articles", "orders", "purchase_days"):
        _make(session, name, f"tables/{name}", tables, values)
    _make_lines(session, tables, values)
    session.do("INSERT OR REPLACE INTO workspace.meta VALUES ('several_sources', $several)", {"several": str(several)})


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
    session.do("""DELETE FROM mart.headers WHERE (source, order_id) IN (SELECT (source, order_id) FROM touched)""")
    session.do(f"INSERT INTO mart.headers {_bound('tables/headers', parts).sql('duckdb')}")
    known_as = "CASE WHEN t.customer = '' THEN '' ELSE t.source || ':' || t.customer END" if several else "t.customer"
    stale = _touched("mart.orders", "o.ordered_on", "o.row, o.customer_id", known_as)
    session.do(f"CREATE OR REPLACE TEMP TABLE stale AS {stale}")
    fresh = _bound("tables/orders", parts)
    session.do(f"CREATE OR REPLACE TEMP TABLE fresh AS {fresh.sql('duckdb')}", used(fresh, values))
    session.do("DELETE FROM mart.orders WHERE rowid IN (SELECT row FROM stale)")
    session.do("INSERT INTO mart.orders SELECT * FROM fresh")
    customers = "SELECT customer_id FROM stale UNION SELECT customer_id FROM fresh"
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE customer_orders AS
        SELECT customer_id, ordered_on, is_purchase FROM mart.orders WHERE customer_id IN ({customers})"""
    )
    days = _bound("tables/purchase_days", {"orders": "temp.customer_orders"})
    session.do(f"DELETE FROM mart.purchase_days WHERE customer_id IN ({customers})")
    session.do(f"INSERT INTO mart.purchase_days {days.sql('duckdb')}")


def _other_costs(session: Session) -> bool:
    """Bring mart.articles up to date with the touched lines and all products; whether a cost of what was sold is another."""
    session.do(
        """CREATE OR REPLACE TEMP TABLE sold AS
        SELECT source, article AS product_id, NULL AS description FROM mart.articles
        UNION SELECT source, product_id, CASE WHEN product_id IS NULL THEN description END FROM temp.touched_order_lines"""
    )
    fresh = _bound("tables/articles", {**FIXED, "core_order_lines": "temp.sold"})
    session.do(f"CREATE OR REPLACE TEMP TABLE fresh_articles AS {fresh.sql('duckdb')}")
    other = session.value(
        """SELECT count(*) > 0 FROM mart.articles AS a JOIN fresh_articles AS f USING (source, article)
        WHERE f.unit_cost IS DISTINCT FROM a.unit_cost"""
    )
    session.do("DELETE FROM mart.articles")
    session.do("INSERT INTO mart.articles SELECT * FROM fresh_articles")
    return other


def _make_lines(session: Session, tables: Mapping[str, str], values: dict[str, object]) -> None:
    """Make the view mart.lines: 20 million rows would be twice the size of all other marts. Who reads it sorts it."""
    tree = _bound("tables/lines", tables)
    tree.set("order", None)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.convert(values[place.name]))
    session.do(f"CREATE OR REPLACE VIEW mart.lines AS {tree.sql('duckdb')}")


def _bound(statement: str, tables: Mapping[str, str]) -> exp.Query:
    """A statement for everybody, its names bound to tables."""
    return compose(statements.tree(statement), EVERYONE, date.min, tables, {})


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
    return session.value(f"SELECT count(DISTINCT source) > 1 FROM workspace.imports WHERE {holding}")


def build_customers(session: Session, as_of: date, preferences: Preferences) -> tuple[str, Base]:
    """Make the relation `customers` of one day, within the caller's transaction; returns its table and the base."""
    base = find_base(session, as_of, preferences)
    window = base.activity_window_days
    most = session.value("SELECT coalesce(max(day_no), 0) FROM mart.purchase_days")
    _put(session, "declines", _decline_limits(min(int(most), 2 * window + 2)))
    tables, prefixed = _seen(session, several_sources(session))
    values: dict[str, object] = {
        "as_of": as_of,
        "window_days": window,
        "window_from": _days_before(as_of, window),
        "before_from": _days_before(as_of, 2 * window + 1),
        "year_ago": months_before(as_of, 12),
        "two_years_ago": months_before(as_of, 24),
        "loyal_days": preferences.loyal_purchase_days,
        **preferences.scoring,
        "several_sources": prefixed,
    }
    name = _table(as_of)
    _make(session, name, "tables/customers", tables, values)
    return f"mart.{name}", base


def find_base(session: Session, as_of: date, preferences: Preferences) -> Base:
    """The activity window as METRICS defines it: the weighted 90th percentile of interpurchase times."""
    tree = _bound("tables/gaps", FIXED)
    gaps = session.rows(tree, {"as_of": as_of})
    intervals = sum(row[1] for row in gaps)
    if preferences.activity_window_days is not None:
        return Base(as_of, preferences.activity_window_days, "set by hand", intervals)
    if intervals < FEWEST_INTERVALS:
        rule = f"assumed: only {intervals} intervals between purchases, {FEWEST_INTERVALS} are needed to find it"
        return Base(as_of, ASSUMED_WINDOW_DAYS, rule, intervals)
    total = math.fsum(row[2] for row in gaps)
    reached, gap = 0.0, 0
    for days, _, weight in gaps:
        gap = days
        reached += weight
        if reached >= WINDOW_SHARE * total - 1e-9:  # the weights are binary fractions of thirds and sevenths
            break
    first, last = session.row(
        "SELECT min(ordered_on), max(ordered_on) FROM mart.orders WHERE ordered_on <= $as_of", {"as_of": as_of}
    )
    found, longest = math.ceil(gap / 7) * 7, (last - first).days // 2 // 7 * 7
    window = min(max(found, SHORTEST_WINDOW_DAYS), max(longest, 7))
    rule = f"90% of the {intervals:,} intervals between purchases, weighted by customer, are at most {gap} days; whole weeks"
    if window < found:
        rule += f"; held to half of the history, {window} days"
    elif found < SHORTEST_WINDOW_DAYS:
        rule += f"; at least {SHORTEST_WINDOW_DAYS}"
    return Base(as_of, window, rule, intervals)


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))


def _decline_limits(most: int) -> pa.Table:
    """For n purchase days in two windows, the most in the later one that a fair coin gives with p <= 0.05."""
    days, limits = [], []
    for n in range(most + 1):
        tail, k = 0.0, -1
        while k < n and (tail := tail + math.exp(_log_choose(n, k + 1) - n * math.log(2))) <= 0.05:
            k += 1
        days.append(n)
        limits.append(k)
    return pa.table({"days": pa.array(days, pa.int64()), "most": pa.array(limits, pa.int64())})


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _make(session: Session, name: str, statement: str, tables: dict[str, str], values: dict[str, object]) -> None:
    """Build beside, then swap by rename: readers see the old table until the commit."""
    tree = _bound(statement, tables)
    session.do(f"DROP TABLE IF EXISTS mart.{name}_new")
    session.do(f"CREATE TABLE mart.{name}_new AS {tree.sql('duckdb')}", used(tree, values))
    session.do(f"DROP TABLE IF EXISTS mart.{name}")
    session.do(f"ALTER TABLE mart.{name}_new RENAME TO {name}")


def _put(session: Session, name: str, table: pa.Table) -> None:
    columns = ", ".join(
        f"{field.name} {'BIGINT' if pa.types.is_integer(field.type) else 'VARCHAR'}" for field in table.schema
    )
    session.do(f"CREATE OR REPLACE TABLE mart.{name} ({columns})")
    session.append(f"mart.{name}", table)


def keep_customers(session: Session, bases: Mapping[date, Base], version: str) -> None:
    """Drop the relations of all other as-of dates and note what the kept ones stand on."""
    session.do("DELETE FROM mart.bases")
    for base in bases.values():
        values = {
            "as_of": base.as_of,
            "window": base.activity_window_days,
            "rule": base.window_rule,
            "intervals": base.intervals,
        }
        session.do(
            "INSERT INTO mart.bases VALUES ($as_of, $window, $rule, $intervals, $version)",
            {**values, "version": version},
        )
    kept = {_table(day) for day in bases}
    for (name,) in session.rows(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name LIKE 'customers_%'"
    ):
        if name not in kept:
            session.do(f"DROP TABLE mart.{name}")


def kept_customers(session: Session, version: str) -> list[tuple[date, tuple[str, Base]]]:
    """The relations that an earlier run of the process left and that are still true for this data version."""
    rows = session.rows(
        "SELECT as_of, activity_window_days, window_rule, intervals FROM mart.bases WHERE version = $version ORDER BY as_of",
        {"version": version},
    )
    return [(row[0], (f"mart.{_table(row[0])}", Base(*row))) for row in rows]


def ensure(session: Session, preferences: Preferences, statements_digest: str) -> None:
    """Build the marts where there are none, or where other statements made them (after an upgrade)."""
    tables = session.rows("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name = 'bases'")
    made_by = session.rows("SELECT value FROM workspace.meta WHERE name = 'marts_by'")
    if tables and made_by == [(statements_digest,)]:
        return
    with session.transaction():
        session.do(
            "CREATE OR REPLACE TABLE mart.bases "
            "(as_of DATE, activity_window_days BIGINT, window_rule VARCHAR, intervals BIGINT, version VARCHAR)"
        )
        build_orders(session, preferences)
        events.make_views(session)
        keep_customers(session, {}, "")
        session.do("INSERT OR REPLACE INTO workspace.meta VALUES ('marts_by', $digest)", {"digest": statements_digest})


def _table(as_of: date) -> str:
    return f"customers_{as_of:%Y%m%d}"
