"""What customers did beside buying, and what was done with them: every kind as a relation with the person's id."""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from crm_analytics.engine.duck import Session
from crm_analytics.query.functions import in_sql
from crm_analytics.query.people import OF_PERSONS, any_joined, person_id, sources
from crm_analytics.query.people import tables as seen
from crm_analytics.query.tables import NAMES, ORDER_ROWS, OWN_IDS, VIEWS, make_view
from crm_analytics.schema import KINDS


def make_views(session: Session) -> None:
    """Make `mart.<kind>`: the rows that hold, customer_id as in the relation `customers`; and what is seen through them.

    Of kinds with customers also `own_id`, the id as the file has it: whoever looks for few customers finds them by `own_ids`.
    To be made again when `state` is another.
    """
    person, join = _person(session)
    for name in NAMES:
        kind = KINDS[name]
        columns = ", ".join(_column(name, column, person) for column in kind.columns)
        if name == "contacts":  # in what group of what campaign, told from all others
            arm = "coalesce(o.arm, CASE WHEN NOT o.sent THEN 'not sent' ELSE '' END)"
            columns += f", lower(coalesce(o.campaign_id, '') || '=' || {arm}) AS drawn_as"
        people = ""
        if "customer_id" in kind.names:
            columns, people = f"{columns}, o.customer_id AS own_id", join
        session.do(
            f"CREATE OR REPLACE VIEW mart.{name} AS SELECT o.source, o.import_id, o.line, {columns} FROM core.{name} AS o {people}"
        )
    _make_order_rows(session, person)
    _make_own_ids(session)
    for name in VIEWS:
        make_view(session, name)


def state(session: Session) -> str:
    """What the views are made by: whether ids have their source in front, whether records are joined, and the sources."""
    return f"{_several(session)}, {any_joined(session)}, {in_front(session)}, {sources(session, 'TRUE')}"


def _make_own_ids(session: Session) -> None:
    """Make `mart.own_ids` (customer_id, own_id): the ids that files may have for a customer.

    A condition on the person's id, which is put together of source and id, reads every row of a kind; one on these does not.
    """
    known = "SELECT customer_id, {} AS own_id FROM mart.numbers"
    ways = [known.format("customer_id")]
    several = _several(session)
    for source in sources(session, "TRUE"):
        mark = exp.Literal.string(f"{source}:").sql("duckdb")
        if several:
            own = f"substr(customer_id, length({mark}) + 1)"
            ways.append(f"{known.format(own)} WHERE starts_with(customer_id, {mark})")
        elif source in in_front(session):
            ways.append(known.format(f"{mark} || customer_id"))
    if any_joined(session):
        ways += [f"SELECT customer_id, {own} FROM mart.people" for own in ("source_id", "source || ':' || source_id")]
    session.do(f"CREATE OR REPLACE VIEW mart.{OWN_IDS} AS {' UNION ALL '.join(ways)}")


def _several(session: Session) -> bool:
    return bool(session.value("SELECT value = 'True' FROM workspace.meta WHERE name = 'several_sources'"))


def _column(kind: str, column: str, person: str) -> str:
    """SQL of a column of the view: whoever has a day of an outcome has the outcome, unless the file says otherwise."""
    if column == "customer_id":
        return f"{person} AS customer_id"
    if kind == "contacts" and column in ("responded", "converted"):
        return f"coalesce(o.{column}, CASE WHEN o.{column}_at IS NOT NULL THEN TRUE END) AS {column}"
    return f"o.{column}"


def in_front(session: Session) -> list[str]:
    """The sources that ids may have in front in any file: a file that comes back from an export has ids as exported.

    None where there never was more than one source; nor one with which customers' own ids begin anyway.
    """
    if len(sources(session, "TRUE")) < 2:
        return []
    found = sources(session)
    begins = (
        "contains(customer_id, ':' || $source || ':')" if len(found) > 1 else "starts_with(customer_id, $source || ':')"
    )
    asked = f"SELECT EXISTS (SELECT 1 FROM mart.numbers WHERE {begins})"
    return [each for each in found if not session.value(asked, {"source": each})]


def _person(session: Session) -> tuple[str, str]:
    """SQL of the person's id of a row `o`, and the join that it needs.

    Where no records are joined it is the row's own id: a condition on it then reaches the table, whose other rows are not read.
    """
    several = _several(session)
    if names := in_front(session):
        marks = [exp.Literal.string(f"{each}:").sql("duckdb") for each in names]
        is_full = " OR ".join(f"starts_with(o.customer_id, {mark})" for mark in marks)
        full = f"CASE WHEN {is_full} THEN o.customer_id ELSE o.source || ':' || o.customer_id END"
        own = f"CASE WHEN {is_full} THEN substr(o.customer_id, length({marks[0]}) + 1) ELSE o.customer_id END"
        person = full if several else own
        if not any_joined(session):
            return person, ""
        by_record = f"LEFT JOIN mart.people AS p ON p.source || ':' || p.source_id = {full}"
        return f"coalesce(p.customer_id, {person})", by_record
    if any_joined(session):
        return person_id(str(several)), f"LEFT JOIN mart.people AS p ON {OF_PERSONS}"
    return ("o.source || ':' || o.customer_id" if several else "o.customer_id"), ""


def _make_order_rows(session: Session, person: str) -> None:
    """Make `mart.order_rows`: one row per accepted row of an order or a line with attributes; who and when as in the order.

    `net_amount` is what the row itself comes to, `article` what a line is of. Where records are joined the headers name the
    person already: rows are then seen through mart.people as they are.
    """
    tables = {"core_orders": "core.orders", "core_order_lines": "core.order_lines"}
    priced = in_sql("money_of(coalesce(l.quantity, 1), l.unit_price)")
    if any_joined(session):
        tables, person = seen(tables), "o.customer_id"
    session.do(
        f"""CREATE OR REPLACE VIEW mart.{ORDER_ROWS} AS
        SELECT {person} AS customer_id, o.source, o.is_line, o.order_id, o.ordered_on, o.article, o.net_amount, o.attributes
        FROM (
            SELECT source, FALSE AS is_line, customer_id, order_id, CAST(ordered_at AS DATE) AS ordered_on, NULL AS article,
                coalesce(amount, total_amount - coalesce(tax_amount, 0) - coalesce(shipping_amount, 0)) AS net_amount, attributes
            FROM {tables["core_orders"]} WHERE attributes IS NOT NULL
            UNION ALL
            SELECT l.source, TRUE, coalesce(l.customer_id, h.customer_id), l.order_id,
                CAST(coalesce(l.ordered_at, h.ordered_at) AS DATE), coalesce(l.product_id, l.description),
                coalesce(l.amount, {priced} - coalesce(l.discount_amount, 0)),
                l.attributes
            FROM {tables["core_order_lines"]} AS l
            LEFT JOIN mart.headers AS h ON h.source = l.source AND h.order_id = l.order_id
            WHERE l.attributes IS NOT NULL
        ) AS o"""
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
