"""What customers did beside buying, and what was done with them: every kind as a relation with the person's id."""

from __future__ import annotations

from datetime import date

from crm_analytics.engine.duck import Session
from crm_analytics.query.people import OF_PERSONS, person_id
from crm_analytics.schema import KINDS

#: Kinds that statements name by themselves; orders and customers have marts of their own.
NAMES = tuple(name for name in KINDS if name not in ("orders", "order_lines", "customers"))
#: Rows of order files that say more than the fields, with what they say.
ORDER_ROWS = "order_rows"
RELATIONS = {name: f"mart.{name}" for name in (*NAMES, ORDER_ROWS)}

_SEVERAL = "(SELECT value = 'True' FROM workspace.meta WHERE name = 'several_sources')"


def make_views(session: Session) -> None:
    """Make `mart.<kind>`: the rows that hold, customer_id as in the relation `customers`."""
    for name in NAMES:
        kind = KINDS[name]
        known = "customer_id" in kind.names
        columns = ", ".join(
            f"{person_id(_SEVERAL)} AS customer_id" if column == "customer_id" else f"o.{column}"
            for column in kind.columns
        )
        people = f"LEFT JOIN mart.people AS p ON {OF_PERSONS}" if known else ""
        session.do(
            f"CREATE OR REPLACE VIEW mart.{name} AS SELECT o.source, o.import_id, o.line, {columns} FROM core.{name} AS o {people}"
        )
    _make_order_rows(session)


def _make_order_rows(session: Session) -> None:
    """Make `mart.order_rows`: one row per accepted row of an order or a line with attributes; who and when as in the order."""
    session.do(
        f"""CREATE OR REPLACE VIEW mart.{ORDER_ROWS} AS
        SELECT {person_id(_SEVERAL)} AS customer_id, o.order_id, o.ordered_on, o.attributes
        FROM (
            SELECT source, customer_id, order_id, CAST(ordered_at AS DATE) AS ordered_on, attributes
            FROM core.orders WHERE attributes IS NOT NULL
            UNION ALL
            SELECT l.source, coalesce(l.customer_id, h.customer_id), l.order_id,
                CAST(coalesce(l.ordered_at, h.ordered_at) AS DATE), l.attributes
            FROM core.order_lines AS l
            LEFT JOIN mart.headers AS h ON h.source = l.source AND h.order_id = l.order_id
            WHERE l.attributes IS NOT NULL
        ) AS o LEFT JOIN mart.people AS p ON {OF_PERSONS}"""
    )


def latest(session: Session) -> date | None:
    """The latest day of anything that happened, None where nothing loaded has a day: due dates and ends do not count."""
    days = [
        f"(SELECT max(CAST({field.name} AS DATE)) FROM core.{name})"
        for name, kind in KINDS.items()
        for field in kind.fields
        if field.meaning in ("date", "timestamp") and not field.may_be_ahead and field.name != "born_on"
    ]
    return session.value(f"SELECT greatest({', '.join(days)})")


def loaded(session: Session) -> frozenset[str]:
    """The kinds of which something is loaded."""
    return frozenset(
        row[0] for row in session.rows("SELECT DISTINCT kind FROM workspace.imports WHERE undone_at IS NULL")
    )


def attributes(session: Session) -> dict[str, dict[str, str]]:
    """Kind -> name of an attribute -> what it holds: text, number or date; of rows of orders together as `order_rows`."""
    rows = session.rows(
        """SELECT a.kind, a.name, arg_max(a.meaning, a.import_id) FROM workspace.attributes AS a
        JOIN workspace.imports AS i ON i.import_id = a.import_id AND i.undone_at IS NULL
        GROUP BY a.kind, a.name ORDER BY a.kind, a.name"""
    )
    found: dict[str, dict[str, str]] = {}
    for kind, name, meaning in rows:
        found.setdefault(kind, {})[name] = meaning
    if rows := {**found.get("orders", {}), **found.get("order_lines", {})}:
        found[ORDER_ROWS] = rows
    return found
