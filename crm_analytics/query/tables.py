"""Tables of the schema `mart`, each made of a statement over the whole base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import pyarrow as pa
from sqlglot import exp

from crm_analytics.engine.duck import Session
from crm_analytics.query import statements
from crm_analytics.query.compose import compose, unordered
from crm_analytics.query.rules import EVERYONE
from crm_analytics.schema import KINDS

CORE = {f"core_{name}": f"core.{name}" for name in KINDS}
#: Lists of customers that people keep, in the schema `workspace` as they were kept, here with the ids that are in force.
LISTS = ("programme_holdouts", "frozen_members", "export_members", "segment_members", "customer_scores")
#: Kinds that statements name by themselves; orders and customers have marts of their own.
NAMES = tuple(name for name in KINDS if name not in ("orders", "order_lines", "customers"))
#: Rows of order files that say more than the fields, with what they say.
ORDER_ROWS = "order_rows"
#: The ids that files may have for a customer.
OWN_IDS = "own_ids"
#: Statements of sql/tables that are looked up whenever they are read.
VIEWS = ("answers", "owed_invoices", "priced_orders")
#: Relations that are the same for every as-of date.
FIXED = {
    **CORE,
    **{name: f"mart.{name}" for name in (*NAMES, ORDER_ROWS, OWN_IDS, *VIEWS, *LISTS)},
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
    "contact_arms": "mart.contact_arms",
    "scorings": "workspace.scorings",
}
#: Small sums that are kept for everyone.
SUMS = ("cohort_days",)


def for_everyone(statement: str, tables: Mapping[str, str] = FIXED, *, one_source: bool = False) -> exp.Query:
    """A statement over the whole base, its names bound to tables.

    `one_source`: all that it joins is of one, so that rows are found by their other keys alone, in two thirds of the time.
    """
    tree = compose(statements.tree(statement), EVERYONE, date.min, tables, {})
    same = (each for each in tree.find_all(exp.EQ) if each.left.name == each.right.name == "source")
    for each in list(same) if one_source else ():
        each.replace(exp.true())
    return tree


@cache
def _written(
    statement: str, tables: tuple[tuple[str, str], ...], keys: int | None, one_source: bool
) -> tuple[str, frozenset[str]]:
    """The text of a statement over the whole base, and the names of the values it has a place for."""
    tree = for_everyone(statement, dict(tables), one_source=one_source)
    if keys is not None:
        kept = tree.args["order"].expressions[:keys]
        tree.set("order", exp.Order(expressions=kept) if kept else None)
    return tree.sql("duckdb"), frozenset(place.name for place in tree.find_all(exp.Placeholder))


def create(
    session: Session, what: str, statement: str, values: Mapping[str, object], tables: Mapping[str, str] = FIXED,
    keys: int | None = None, *, one_source: bool = False,
) -> None:  # fmt: skip
    """CREATE (or INSERT, as `what` says) what a statement gives over the whole base, sorted by its first `keys` keys."""
    text, used = _bound(statement, values, tables, keys, one_source)
    session.do(f"{what} {text}", used)


def _bound(
    statement: str,
    values: Mapping[str, object],
    tables: Mapping[str, str],
    keys: int | None = None,
    one_source: bool = False,
) -> tuple[str, dict[str, object]]:
    """The text of a statement over these tables, with the values that it has a place for."""
    text, places = _written(statement, tuple(tables.items()), keys, one_source)
    return text, {name: value for name, value in values.items() if name in places}


def make(
    session: Session, name: str, statement: str, values: Mapping[str, object], tables: Mapping[str, str] = FIXED,
    packed: Sequence[str] = (), keys: int | None = None, one_source: bool = False,
) -> None:  # fmt: skip
    """Build beside, then swap by rename: readers see the old table until the commit. `packed`: columns of ids, for ZSTD.
    `keys`: how many keys of the statement's order the rows are written in, where the others only make a result unambiguous.
    `one_source`: see `for_everyone`.

    Of texts that all differ it takes a quarter of the time of what DuckDB chooses by itself, and half the space. To name it
    the statement is planned twice, which only large tables are worth. Their rows stay as they come, without a sort.
    """
    session.do(f"DROP TABLE IF EXISTS mart.{name}_new")
    if packed:
        text, used = _bound(statement, values, tables, 0)
        columns = ", ".join(
            f"{column} {kind}{' USING COMPRESSION zstd' if column in packed else ''}"
            for column, kind, *_ in session.rows(f"DESCRIBE {text}", used)
        )
        session.do(f"CREATE TABLE mart.{name}_new ({columns})")
        session.do(f"INSERT INTO mart.{name}_new {text}", used)
    else:
        create(session, f"CREATE TABLE mart.{name}_new AS", statement, values, tables, keys, one_source=one_source)
    session.do(f"DROP TABLE IF EXISTS mart.{name}")
    session.do(f"ALTER TABLE mart.{name}_new RENAME TO {name}")


def make_view(session: Session, name: str) -> None:
    """Make the view mart.<name> of its statement, which has no values. Who reads it sorts it."""
    session.do(f"CREATE OR REPLACE VIEW mart.{name} AS {unordered(for_everyone(f'tables/{name}')).sql('duckdb')}")


def put(session: Session, name: str, table: pa.Table) -> None:
    """Make a small table of whole numbers and texts anew."""
    columns = ", ".join(
        f"{field.name} {'BIGINT' if pa.types.is_integer(field.type) else 'VARCHAR'}" for field in table.schema
    )
    session.do(f"CREATE OR REPLACE TABLE mart.{name} ({columns})")
    session.append(f"mart.{name}", table)


def put_temporary(
    session: Session, name: str, statement: str, tables: Mapping[str, str], values: Mapping[str, object]
) -> None:
    """What a statement gives over these tables, as a temporary table, in no order."""
    create(session, f"CREATE OR REPLACE TEMP TABLE {name} AS", statement, values, tables, 0)


def note(session: Session, name: str, value: str) -> None:
    """Keep beside the data what the marts were made by."""
    session.do("INSERT OR REPLACE INTO workspace.meta VALUES ($name, $value)", {"name": name, "value": value})
