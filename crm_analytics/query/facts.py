"""Orders, their lines and purchase days: what does not depend on the as-of date, made anew or refreshed in part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pyarrow as pa
from sqlglot import exp

from crm_analytics.engine.duck import Session
from crm_analytics.query import amounts, events, held, people
from crm_analytics.query.differences import find_stale, refresh_days, refresh_sums
from crm_analytics.query.tables import FIXED, LISTS, SUMS, create, for_everyone, make, note, put, put_temporary
from crm_analytics.workspace.preferences import SERVICE_CODES, Preferences

#: Preferences that every mart stands on; with others, only the relations of customers are made anew.
READ = ("exclude_services", "source_priority", "field_priority")
#: Marts are refreshed in part while less than this fraction (1 / n) of the orders is touched.
MOST_TOUCHED = 5
#: Of the order of a table, the keys that it is written by: orders stand by customer and day, by number would cost twice as much.
SORTED_BY = MappingProxyType({"orders": 2})
#: Ranges of order numbers that a search is narrowed by.
MOST_RANGES = 16


def build_orders(session: Session, preferences: Preferences, *, opening: bool = False) -> None:
    """Make every mart that is the same for all as-of dates anew from core, within the caller's transaction.

    `opening`: amounts that are too large in sum, of a load of before, are let in: else nobody could take it back.
    """
    put(session, "service_codes", pa.table({"code": list(SERVICE_CODES)}))
    put_grid(session, preferences)
    several = several_sources(session)
    people.build(session, several, preferences.source_priority, preferences.trusted)
    tables, prefixed = _seen(session, several)
    values: dict[str, object] = {"exclude_services": preferences.exclude_services, "several_sources": prefixed}
    for name in ("headers", "articles", "numbers", "profiles", "orders", "purchase_days", *SUMS):
        alone = name == "orders" and _of_one_source(session)  # products may be of another source than the lines
        make(session, name, f"tables/{name}", values, tables, keys=SORTED_BY.get(name), one_source=alone)
    if not opening:
        amounts.check(session)
    _make_lines(session, tables, values)
    note(session, "several_sources", str(several))
    note(session, "profiles_of", _files_of(session, "customers"))
    _make_lists(session, several)
    _make_events(session)
    _make_arms(session)
    held.forget(session)


def _make_lists(session: Session, several: bool) -> None:
    """Make `mart.<list>`: the lists of customers that people keep, with the ids that are in force."""
    make(session, "known_as", "tables/known_as", {"several_sources": several})
    for name in LISTS:
        session.do(
            f"""CREATE OR REPLACE VIEW mart.{name} AS
            SELECT l.* REPLACE (coalesce(k.customer_id, l.customer_id) AS customer_id)
            FROM workspace.{name} AS l LEFT JOIN mart.known_as AS k ON k.known_as = l.customer_id"""
        )


def _make_events(session: Session) -> None:
    """Make the views of what customers did anew where their ids are read in another way than before."""
    seen = events.state(session)
    if session.rows("SELECT value FROM workspace.meta WHERE name = 'events_seen'") != [(seen,)]:
        events.make_views(session)
        note(session, "events_seen", seen)


def _make_arms(session: Session) -> None:
    """Make `mart.contact_arms`: who asks which arms were left alone, and a customer's sheet does, need not read all contacts."""
    make(session, "contact_arms", "tables/contact_arms", {})
    note(session, "arms_of", _files_of(session, "contacts"))


def put_grid(session: Session, preferences: Preferences) -> None:
    """Make mart.rfm_cells anew, the name of each cell of the grid."""
    cells = [(r + 1, fm + 1, name) for r, row in enumerate(preferences.rfm_grid) for fm, name in enumerate(row)]
    columns = zip(("r_score", "fm_score", "segment"), zip(*cells, strict=True), strict=True)
    put(session, "rfm_cells", pa.table(dict(columns)))


def _seen(session: Session, several: bool) -> tuple[dict[str, str], bool]:
    """What names stand for, and whether ids still need their source in front: joined records are seen as one person."""
    return (people.tables(FIXED), False) if people.any_joined(session) else (FIXED, several)


def refresh_orders(session: Session, preferences: Preferences) -> date:
    """Make anew the orders in the temporary table `touched` (source, order_id, customer, day), within the transaction.

    The same statements as for the whole run over the touched orders' rows only, so both ways give the same marts.
    Where much is touched, what a product costs is another, the form of the customer ids changes, or records are joined
    to persons, the whole is made anew.

    Returns the day from which on the relation `customers` may be another: the first one where all was made anew or the
    customers' own files are others, the last one where nothing that it is made of has changed.
    """
    orders, touched, prefixed = session.row(
        "SELECT (SELECT count(*) FROM mart.orders), (SELECT count(*) FROM touched), "
        "(SELECT value FROM workspace.meta WHERE name = 'several_sources')"
    )
    several, stated_anew = several_sources(session), _stated_anew(session)
    joining = (touched or stated_anew) and people.decided(session)
    if touched * MOST_TOUCHED > orders or prefixed != str(several) or joining:
        build_orders(session, preferences)
        return date.min
    for kind in ("orders", "order_lines"):
        _keep_versions(session, kind)
    if _other_costs(session):
        build_orders(session, preferences)
        return date.min
    first = _refresh_touched(session, preferences, several, stated_anew) if touched or stated_anew else None
    if len(people.sources(session, "TRUE")) > 1:  # else ids had no other form
        _make_lists(session, several)
    _make_events(session)
    if _others_of(session, "contacts", "arms_of"):
        _make_arms(session)
    return date.min if stated_anew else first or date.max


def _refresh_touched(session: Session, preferences: Preferences, several: bool, stated_anew: bool) -> date | None:
    """Make anew what the touched orders and the customers' own files tell; returns the first day of an order that went or came."""
    parts = {**FIXED, "core_orders": "temp.touched_orders", "core_order_lines": "temp.touched_order_lines"}
    values = {"exclude_services": preferences.exclude_services, "several_sources": several}
    session.do("DELETE FROM mart.headers WHERE (source, order_id) IN (SELECT (source, order_id) FROM touched)")
    create(session, "INSERT INTO mart.headers", "tables/headers", {}, parts)
    _find_affected(session, several)
    _refresh_profiles(session, parts, values, stated_anew)
    put_temporary(session, "fresh", "tables/orders", parts, values)
    find_stale(session, several)
    refresh_days(session)
    refresh_sums(session)
    session.do("DELETE FROM mart.orders WHERE rowid IN (SELECT row FROM stale)")
    session.do("INSERT INTO mart.orders SELECT * FROM fresh ORDER BY customer_no NULLS FIRST, ordered_on")
    amounts.check(session, "fresh")
    # nothing is noted where code of before made the view
    noted = session.value("SELECT max(value) FROM workspace.meta WHERE name = 'lines_completed'")
    if str(_completed(session)) != noted:
        _make_lines(session, FIXED, values)
    return session.value(
        "SELECT min(ordered_on) FROM (SELECT ordered_on FROM stale UNION ALL SELECT ordered_on FROM fresh)"
    )


def _keep_versions(session: Session, kind: str) -> None:
    """Make `versions_<kind>`, every version of the touched orders' rows, and `touched_<kind>`, those that hold.

    An order is known in one of two ways, so there are two joins. Rows are looked for by the order's number alone, then read
    and compared as a whole; and only where numbers of that length and first letter lie in the range of the touched ones.
    """
    ranges = session.rows(
        "SELECT min(order_id), max(order_id) FROM touched WHERE order_id IS NOT NULL GROUP BY left(order_id, 1), length(order_id)"
    )
    inside = " OR ".join(f"order_id BETWEEN $low_{n} AND $high_{n}" for n in range(len(ranges)))
    if not 0 < len(ranges) <= MOST_RANGES:
        inside, ranges = "TRUE", []
    bounds = {f"{end}_{n}": each[at] for n, each in enumerate(ranges) for at, end in enumerate(("low", "high"))}
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT rowid AS row FROM source.{kind} WHERE ({inside}) AND order_id IN (SELECT order_id FROM touched)""",
        bounds,
    )
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE versions_{kind} AS
        SELECT o.* FROM (SELECT * FROM source.{kind} WHERE rowid IN (SELECT row FROM numbered)) AS o
        SEMI JOIN touched AS t ON t.source = o.source AND t.order_id = o.order_id
        UNION ALL SELECT o.* FROM (SELECT * FROM source.{kind} WHERE order_id IS NULL) AS o
        SEMI JOIN touched AS t ON t.source = o.source AND t.customer = coalesce(o.customer_id, '')
            AND t.day = CAST(o.ordered_at AS DATE)"""
    )
    session.do(f"CREATE OR REPLACE TEMP TABLE touched_{kind} AS SELECT * FROM versions_{kind} WHERE current")


def _find_affected(session: Session, several: bool) -> None:
    """Make `affected` (customer_no, customer_id): customers that any version of a touched order names; new ones are added."""
    prefix = "source || ':' || " if several else ""
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE affected AS
        SELECT customer_no, customer_id FROM mart.numbers SEMI JOIN (
            SELECT {prefix}customer_id AS customer_id FROM versions_orders
            UNION SELECT {prefix}customer_id FROM versions_order_lines
            UNION SELECT {prefix}customer FROM touched
        ) USING (customer_id)"""
    )


def _refresh_profiles(
    session: Session, parts: Mapping[str, str], values: Mapping[str, object], stated_anew: bool
) -> None:
    """Number customers who are new; read anew what is stated of all where the customers' own files are others."""
    session.do("CREATE OR REPLACE TEMP TABLE no_customers AS SELECT * FROM core.customers LIMIT 0")
    stated = "core.customers" if stated_anew else "temp.no_customers"
    put_temporary(session, "named", "tables/numbers", {**parts, "core_customers": stated}, values)
    numbered = "mart.numbers" if stated_anew else "affected"  # only the customers' own files name others
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE new_numbers AS
        SELECT CAST(customer_no + (SELECT coalesce(max(customer_no), 0) FROM mart.numbers) AS INTEGER) AS customer_no,
            customer_id, sample_no
        FROM named ANTI JOIN {numbered} USING (customer_id)"""
    )
    session.do("INSERT INTO mart.numbers SELECT * FROM new_numbers")
    session.do("INSERT INTO affected SELECT customer_no, customer_id FROM new_numbers")
    if stated_anew:
        make(session, "profiles", "tables/profiles", values)
        note(session, "profiles_of", _files_of(session, "customers"))
    else:
        new = {**FIXED, "numbers": "temp.new_numbers", "core_customers": "temp.no_customers"}
        create(session, "INSERT INTO mart.profiles", "tables/profiles", values, new)


def _stated_anew(session: Session) -> bool:
    """Whether the customers' own files are others than those that mart.profiles is made of."""
    return _others_of(session, "customers", "profiles_of")


def _others_of(session: Session, kind: str, noted: str) -> bool:
    """Whether other files of a kind hold now than those that were noted."""
    known = session.rows("SELECT value FROM workspace.meta WHERE name = $noted", {"noted": noted})
    return known != [(_files_of(session, kind),)]


def _files_of(session: Session, kind: str) -> str:
    """Names the files of a kind that hold now."""
    return str(
        session.rows(
            "SELECT import_id FROM workspace.imports WHERE undone_at IS NULL AND kind = $kind ORDER BY import_id",
            {"kind": kind},
        )
    )


def _other_costs(session: Session) -> bool:
    """Bring mart.articles up to date with the touched lines and all products; whether a cost of what was sold is another."""
    session.do(
        """CREATE OR REPLACE TEMP TABLE sold AS
        SELECT source, article AS product_id, NULL AS description FROM mart.articles
        UNION SELECT source, product_id, CASE WHEN product_id IS NULL THEN description END FROM temp.touched_order_lines"""
    )
    put_temporary(session, "fresh_articles", "tables/articles", {**FIXED, "core_order_lines": "temp.sold"}, {})
    other = session.value(
        """SELECT count(*) > 0 FROM mart.articles AS a JOIN fresh_articles AS f USING (source, article)
        WHERE f.unit_cost IS DISTINCT FROM a.unit_cost"""
    )
    session.do("DELETE FROM mart.articles")
    session.do("INSERT INTO mart.articles SELECT * FROM fresh_articles")
    return bool(other)


def _make_lines(session: Session, tables: Mapping[str, str], values: Mapping[str, object]) -> None:
    """Make the view mart.lines: 20 million rows would be twice the size of all other marts. Who reads it sorts it.

    Where lines need neither headers nor the day of an earlier line, these are not joined: a condition on the day then
    reaches the table, whose other rows are not read.
    """
    tree = for_everyone("tables/lines", tables, one_source=_of_one_source(session))
    tree.set("order", None)
    completed = _completed(session)
    if not completed:
        _leave_out(tree, {"headers", "late"})
    note(session, "lines_completed", str(completed))
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.convert(values[place.name]))
    session.do(f"CREATE OR REPLACE VIEW mart.lines AS {tree.sql('duckdb')}")


def _of_one_source(session: Session) -> bool:
    """Whether all orders and lines are of one source: with a second one everything is made anew."""
    rows = "SELECT source FROM core.orders UNION ALL SELECT source FROM core.order_lines"
    return bool(session.value(f"SELECT count(DISTINCT source) <= 1 FROM ({rows})"))


def _completed(session: Session) -> bool:
    """Whether any line takes something from its order's header or from the order's first line."""
    return bool(
        session.value(
            "SELECT EXISTS (SELECT 1 FROM mart.headers) OR EXISTS (SELECT 1 FROM mart.orders WHERE last_line_on IS NOT NULL)"
        )
    )


def _leave_out(tree: exp.Query, relations: set[str]) -> None:
    """Take out left joins of relations without rows: of `coalesce(l.day, h.day)` the day of the line stays."""
    aliases = set()
    for join in list(tree.find_all(exp.Join)):
        if join.this.name in relations:
            aliases.add(join.this.alias_or_name)
            join.pop()
    for column in [each for each in tree.find_all(exp.Column) if each.table in aliases]:
        either = column.parent
        (other,) = (each for each in (either.this, *either.expressions) if each is not column)
        either.replace(other)


def several_sources(session: Session) -> bool:
    """Whether customers come from more than one source, so that ids need their source in front."""
    return len(people.sources(session)) > 1
