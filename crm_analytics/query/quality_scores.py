"""How good the data was after each load: counted once, right after it, and kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.errors import DatabaseUnusable, NothingLoaded
from crm_analytics.query import completeness, people
from crm_analytics.query.tables import FIXED, for_everyone
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.imports import Import

#: Kinds whose load changes what is said of another one: a yes or no is a column of customers.
_ALSO = {"consents": ("customers",), "order_lines": ("orders",)}
#: Kinds that are counted as of the day of the latest order: a load that moves it changes what is said of them.
_BY_DAY = ("customers", "deliveries")
#: The columns of customers that are listed though nobody has one.
ALWAYS = ("email", "phone", "postal_code", "consent")
#: Row versions of a table above which nothing is counted after a load: every cell is read, at 20 million lines for 6 seconds.
MOST_ROWS = 2_000_000
_COLUMNS = ("source", "kind", "column_name", "rows", "missing", "suspicious")


def day(warehouse: Warehouse) -> date | None:
    """The day that all is counted as of; None where nothing is loaded."""
    try:
        return warehouse.latest()
    except NothingLoaded:
        return None


def keep(warehouse: Warehouse, made: Import, act: str, before: date | None) -> None:
    """Keep how each column of the tables stands that a load (or its undo or redo) changed; of all tables the first time.

    `before`: the `day` before it. A base with a table of more than MOST_ROWS rows is not counted.

    It follows the load in a transaction of its own, and the load stands without it: a process that is killed in between,
    or a full disk, leaves no score of this one. Where the data could not be read again after the load, it follows when they are.
    """
    with suppress(DatabaseUnusable), warehouse.duck.writing(), warehouse.duck.session() as session:
        if too_large(session):
            return
        moved = _BY_DAY if day(warehouse) != before else ()
        kinds = {made.kind, *_ALSO.get(made.kind, ()), *moved} if _any_kept(session) else set(warehouse.loaded)
        found = [each for kind in sorted(kinds & warehouse.loaded) for each in _counted(session, kind, warehouse)]
        gone = (made.source, made.kind)
        found += [] if gone in {each[:2] for each in found} else [(*gone, "", 0, 0, 0)]
        columns = dict(zip(_COLUMNS, zip(*found, strict=True), strict=True))
        table = pa.table({
            "import_id": pa.array([made.import_id] * len(found), pa.int32()), "act": [act] * len(found),
            "scored_at": pa.array([datetime.now()] * len(found), pa.timestamp("us")), **columns,
        })  # fmt: skip
        session.append("workspace.quality_scores", table)


def too_large(session: Session) -> bool:
    """Whether a table has too many rows to be counted after each load."""
    most = session.value("SELECT max(estimated_size) FROM duckdb_tables() WHERE schema_name = 'source'")
    return int(most or 0) > MOST_ROWS


def kept(session: Session) -> list[tuple[datetime, int, str, str, str, str, int, int, int]]:
    """All that is kept, in its order: (scored_at, import_id, act, source, kind, column, rows, missing, suspicious)."""
    return session.rows(
        """SELECT scored_at, import_id, act, source, kind, column_name, rows, missing, suspicious
        FROM workspace.quality_scores ORDER BY ALL"""
    )


def _any_kept(session: Session) -> bool:
    return bool(session.value("SELECT EXISTS (SELECT 1 FROM workspace.quality_scores)"))


def _counted(session: Session, kind: str, warehouse: Warehouse) -> list[tuple[object, ...]]:
    """(source, kind, column, rows, missing, suspicious) of a kind, as `data_quality` counts them for everybody."""
    if kind == "customers":
        rows = _customers(session, warehouse)
        return [(source, kind, *each) for source, *each in rows if each[2] < each[1] or each[0] in ALWAYS]
    counted: list[tuple[object, ...]] = [(*each, 0) for each in completeness.counted(session, kind)]
    if kind == "orders":
        counted += session.rows(
            """SELECT source, 'orders', 'customer_id', count(*), count(*) - count(customer_no), 0 FROM mart.orders
            SEMI JOIN (SELECT source FROM workspace.imports WHERE kind = 'orders' AND undone_at IS NULL) USING (source)
            GROUP BY source ORDER BY source"""
        )
    if kind == "deliveries":
        tree = for_everyone("metrics/quality_orders")
        rows = session.rows(tree, {"as_of": warehouse.latest()})
        counted += [(source, kind, *each[:4]) for source, table, *each in rows if table == kind]
    return counted


def _customers(session: Session, warehouse: Warehouse) -> list[tuple[object, ...]]:
    """What is missing and suspicious of customers by source: the page's statement, without the revenue behind it."""
    session.do(
        "CREATE OR REPLACE TEMP VIEW scored_customers AS "
        "SELECT customer_id, CAST(0 AS DECIMAL(18, 4)) AS revenue FROM mart.numbers"
    )
    tree = for_everyone("metrics/quality_customers", {**FIXED, "customers": "temp.scored_customers"})
    several = len(people.sources(session)) > 1
    return [row[:5] for row in session.rows(tree, {"as_of": warehouse.latest(), "several_sources": several})]
