"""How complete the loaded tables are: every source, table and column, counted in one pass a table."""

from __future__ import annotations

import pandas as pd

from crm_analytics.engine.duck import Session
from crm_analytics.schema import KINDS

#: Counted by rules of their own; what a guest's order lacks is counted among orders, not among its lines.
_ELSEWHERE = {
    ("customers", None),
    ("orders", "customer_id"),
    ("order_lines", "customer_id"),
    ("deliveries", "delivered_on"),
}
#: What tells the same: a file that has the one does not lack the other.
_INSTEAD = {
    "orders": {"amount": "total_amount", "total_amount": "amount"},
    "order_lines": {"amount": "unit_price", "unit_price": "amount"},
}


def filled(session: Session) -> pd.DataFrame:
    """Columns source, table, column, rows, missing; of columns that the source gives at least once.

    An amount is not missing where what it can be told from is there.
    """
    loaded = session.rows("SELECT DISTINCT kind FROM workspace.imports WHERE undone_at IS NULL ORDER BY kind")
    found = [row for (name,) in loaded for row in counted(session, name)]
    return pd.DataFrame(found, columns=["source", "table", "column", "rows", "missing"])


def counted(session: Session, name: str) -> list[tuple[str, str, str, int, int]]:
    """The same of one kind."""
    columns = [each for each in KINDS[name].names if not {(name, None), (name, each)} & _ELSEWHERE]
    if not columns:
        return []
    instead = _INSTEAD.get(name, {})
    counts = [f"count({each})" for each in columns]
    told = [f"count(coalesce({each}, {instead[each]}))" if each in instead else f"count({each})" for each in columns]
    rows = session.rows(
        f"SELECT source, count(*), {', '.join(counts + told)} FROM core.{name} GROUP BY source ORDER BY source"
    )
    return [
        (source, name, column, count, count - told)
        for source, count, *known in rows
        for column, given, told in zip(columns, known, known[len(columns) :], strict=False)
        if given
    ]


def fresh(session: Session) -> pd.DataFrame:
    """Columns source, table, rows, imports, imported_at (the last), latest_on: the latest day the table itself speaks of."""
    found = []
    for source, name, count, last in session.rows(
        """SELECT source, kind, count(*), max(imported_at) FROM workspace.imports WHERE undone_at IS NULL
        GROUP BY source, kind ORDER BY source, kind"""
    ):
        days = [
            f"max(CAST({each.name} AS DATE))"
            for each in KINDS[name].fields
            if each.meaning in ("date", "timestamp") and not each.may_be_ahead
        ]
        latest = f"greatest({', '.join(days)})" if days else "CAST(NULL AS DATE)"
        rows, day = session.row(
            f"SELECT count(*), {latest} FROM core.{name} WHERE source = $source", {"source": source}
        )
        found.append((source, name, rows, count, last, day))
    return pd.DataFrame(found, columns=["source", "table", "rows", "imports", "imported_at", "latest_on"])
