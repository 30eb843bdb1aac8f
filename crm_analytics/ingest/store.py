"""Versions of rows: what a later file replaces, what holds today, and undo at any time.

A *unit* is what a later file replaces as a whole: an order with all its lines, one numbered line, one customer, one
product, one contact. All versions stay in `source.<kind>`; `current` marks the rows of the latest import, not undone,
that has the unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import completing
from crm_analytics.schema import Kind

#: SQL that names the unit of a staged row where a kind has a rule of its own; the letter in front keeps the forms apart.
_UNITS = {
    "orders": "CASE WHEN order_id IS NOT NULL THEN concat_ws(chr(31), 'o', $source, coalesce(customer_id, ''), order_id) "
    "ELSE concat_ws(chr(31), 't', $source, coalesce(customer_id, ''), CAST(ordered_at AS VARCHAR)) END",
    "order_lines": "CASE WHEN order_id IS NOT NULL AND line_no IS NOT NULL "
    "THEN concat_ws(chr(31), 'l', $source, order_id, CAST(line_no AS VARCHAR)) "
    "WHEN order_id IS NOT NULL THEN concat_ws(chr(31), 'o', $source, coalesce(customer_id, ''), order_id) "
    "ELSE concat_ws(chr(31), 't', $source, coalesce(customer_id, ''), CAST(ordered_at AS VARCHAR)) END",
    "customers": "concat_ws(chr(31), 'c', $source, customer_id)",
    "products": "concat_ws(chr(31), 'p', $source, product_id)",
    "consents": "concat_ws(chr(31), 'c', $source, customer_id, coalesce(channel, ''))",
    "costs": "concat_ws(chr(31), 'k', $source, CAST(period_start AS VARCHAR), coalesce(kind, ''), coalesce(channel, ''), "
    "coalesce(customer_id, ''))",
}

#: SQL that tells whether a unit has one row, so that a second row of it in a file takes the first one's place.
_SINGLE = {
    "orders": "FALSE",
    "order_lines": "order_id IS NOT NULL AND line_no IS NOT NULL",
    "consents": "TRUE",
    "costs": "FALSE",
}


def _unit(kind: Kind) -> str:
    """SQL: the name of the unit of a staged row; without its key, by what else tells it apart."""
    if kind.name in _UNITS:
        return _UNITS[kind.name]
    key = kind.unit[-1]
    by_key = f"concat_ws(chr(31), 'k', $source, CAST({key} AS VARCHAR))"
    if not kind.otherwise:
        return by_key
    others = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in kind.otherwise)
    return f"CASE WHEN {key} IS NOT NULL THEN {by_key} ELSE concat_ws(chr(31), 'o', $source, {others}) END"


def _single(kind: Kind) -> str:
    """SQL: whether the unit of a row is that row alone."""
    return _SINGLE.get(kind.name, f"{kind.unit[-1]} IS NOT NULL")


@dataclass(frozen=True)
class Comparison:
    """Accepted rows against what holds: counts of rows, and of rows that repeat another one of the file.

    `doubled` counts orders that hold already under another unit (another customer, or with line numbers where this
    file has none): both would count. It is true of the data of `version`.
    """

    new: int
    same: int
    changed: int
    repeated: int
    doubled: int
    version: str

    def holds(self, session: Session) -> bool:
        """Whether nothing was loaded or taken back since."""
        return self.version == _version(session)


def _version(session: Session) -> str:
    return str(session.value("SELECT value FROM workspace.meta WHERE name = 'data_version'"))


def stage(session: Session, kind: Kind, source: str) -> int:
    """Make the temporary table `units` (line, unit, content, single) of the rows of `typed`, and the view `staged` of both.

    Returns how many rows were folded into an equal one.
    Where a unit is one row, the last row of the file holds: equal earlier ones are folded into it, different
    ones go to `rejects`. Units of several rows keep them all.
    """
    columns = ", ".join(kind.columns)
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE units AS
        SELECT line, md5_number({_unit(kind)}) AS unit, hash({columns}) AS content, {_single(kind)} AS single FROM typed""",
        {"source": source},
    )
    session.do(
        """CREATE OR REPLACE TEMP TABLE superseded AS
        SELECT line, last_line, content = last_content AS equal
        FROM (SELECT line, content, last_value(line) OVER unit AS last_line, last_value(content) OVER unit AS last_content
              FROM units WHERE single
              WINDOW unit AS (PARTITION BY unit ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
        WHERE line <> last_line"""
    )
    key = kind.unit[-1]
    session.do(
        f"""INSERT INTO rejects
        SELECT s.line, $key, CAST({key} AS VARCHAR),
            'line ' || p.last_line || ' of this file has the same {key.replace("_", " ")} and holds', NULL
        FROM superseded AS p JOIN typed AS s ON s.line = p.line WHERE NOT p.equal""",
        {"key": key},
    )
    folded = session.value("SELECT count(*) FROM superseded WHERE equal")
    session.do("DELETE FROM units WHERE line IN (SELECT line FROM superseded)")
    session.do(
        f"CREATE OR REPLACE TEMP VIEW staged AS SELECT line, unit, content, single, {columns} FROM units JOIN typed USING (line)"
    )
    return int(folded)


def compare(session: Session, kind: Kind, source: str, folded: int) -> Comparison:
    """Count staged rows by what loading them would do, unit by unit: a unit is same when its rows are, in any order.

    Rows that are loaded and stay beside corrected ones belong to their unit, but are not counted.
    Leaves the temporary tables `compared` (unit, n, repeated, state) and `carried`.
    """
    completing.carry(session, kind)
    columns, version = ", ".join(kind.columns), _version(session)
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE compared AS
        WITH fresh AS (
            SELECT unit, 1::BIGINT AS n, 1::BIGINT AS whole, content::HUGEINT AS content, 0::BIGINT AS repeated
            FROM units WHERE single
            UNION ALL
            SELECT unit, count(*) FILTER (own), count(*), sum(content),
                count(*) FILTER (own) - count(DISTINCT content) FILTER (own)
            FROM (SELECT unit, content, TRUE AS own FROM units WHERE NOT single
                  UNION ALL SELECT unit, content, FALSE FROM carried)
            GROUP BY unit
        ),
        held AS (
            SELECT unit, count(*) AS n, sum(hash({columns})) AS content
            FROM source.{kind.name} WHERE current AND unit IN (SELECT unit FROM units) GROUP BY unit
        )
        SELECT f.unit, f.n, f.repeated,
            CASE WHEN h.unit IS NULL THEN 'new' WHEN h.n = f.whole AND h.content = f.content THEN 'same' ELSE 'changed' END AS state
        FROM fresh AS f LEFT JOIN held AS h ON h.unit = f.unit"""
    )
    new, same, changed, repeated = session.row(
        """SELECT coalesce(sum(n) FILTER (WHERE state = 'new'), 0), coalesce(sum(n) FILTER (WHERE state = 'same'), 0),
            coalesce(sum(n) FILTER (WHERE state = 'changed'), 0), coalesce(sum(repeated), 0)
        FROM compared"""
    )
    doubled = _doubled(session, kind, source)
    return Comparison(int(new), int(same) + folded, int(changed), int(repeated) + folded, doubled, version)


def _doubled(session: Session, kind: Kind, source: str) -> int:
    values = {"source": source}
    loaded = f"SELECT 1 FROM source.{kind.name} WHERE current AND source = $source LIMIT 1"
    if "ordered_at" not in kind.names or not session.rows(loaded, values):
        return 0
    other = "x.customer_id IS DISTINCT FROM s.customer_id"
    if "line_no" in kind.names:
        other = f"({other} OR (x.line_no IS NULL) <> (s.line_no IS NULL))"
    return int(
        session.value(
            f"""SELECT count(DISTINCT x.order_id)
            FROM source.{kind.name} AS x
            JOIN (SELECT DISTINCT order_id, customer_id{", line_no" if "line_no" in kind.names else ""}
                  FROM staged WHERE unit IN (SELECT unit FROM compared WHERE state = 'new')) AS s ON s.order_id = x.order_id
            WHERE x.current AND x.source = $source AND {other} AND x.unit NOT IN (SELECT unit FROM units)""",
            values,
        )
    )


def insert(session: Session, kind: Kind, import_id: int, source: str) -> None:
    """Put the staged and compared rows in as the versions that hold, within the caller's transaction."""
    columns = ", ".join(kind.columns)
    differing = "SELECT unit FROM compared WHERE state <> 'same'"
    _note_orders(session, kind, f"SELECT * FROM source.{kind.name} WHERE current AND unit IN ({differing})")
    session.do(f"UPDATE source.{kind.name} SET current = FALSE WHERE current AND unit IN (SELECT unit FROM units)")
    session.do(
        f"""INSERT INTO source.{kind.name} (import_id, line, unit, current, source, {columns})
        SELECT $import_id, line, unit, TRUE, $source, {columns}
        FROM (SELECT CASE WHEN single THEN line ELSE coalesce(was, line) END AS line, unit, {columns}
              FROM staged LEFT JOIN brought USING (line)
              UNION ALL SELECT line, unit, {columns} FROM carried)
        ORDER BY line""",
        {"import_id": import_id, "source": source},
    )
    same = "SELECT unit FROM compared WHERE state = 'same'"
    fresh = f"SELECT $source AS source, staged.* FROM staged ANTI JOIN ({same}) AS held USING (unit)"
    _note_orders(session, kind, fresh, {"source": source})
    session.do(
        "INSERT INTO source.rejects SELECT $import_id, line, column_name, value, reason, raw FROM rejects ORDER BY line",
        {"import_id": import_id},
    )


def settle(session: Session, kind: Kind, import_id: int) -> None:
    """Mark anew which version holds, for every unit that an import has; after the import was undone or redone."""
    units = f"SELECT unit FROM source.{kind.name} WHERE import_id = {int(import_id)}"
    _note_orders(session, kind, f"SELECT * FROM source.{kind.name} WHERE unit IN ({units})")
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE holder AS
        SELECT s.unit, max(s.import_id) FILTER (WHERE i.undone_at IS NULL) AS import_id
        FROM source.{kind.name} AS s
        JOIN workspace.imports AS i ON i.import_id = s.import_id
        WHERE s.unit IN (SELECT unit FROM source.{kind.name} WHERE import_id = $import_id)
        GROUP BY s.unit""",
        {"import_id": import_id},
    )
    session.do(
        f"""UPDATE source.{kind.name} AS s SET current = (h.import_id IS NOT NULL AND h.import_id = s.import_id)
        FROM holder AS h
        WHERE h.unit = s.unit AND s.current <> (h.import_id IS NOT NULL AND h.import_id = s.import_id)"""
    )


def _note_orders(session: Session, kind: Kind, rows: str, more: Mapping[str, object] | None = None) -> None:
    """Keep in the temporary table `touched` which orders the rows belong to: their marts are made anew.

    An order is known by (source, order_id); without an order id by (source, customer, day).
    """
    if not more:
        session.do(
            "CREATE OR REPLACE TEMP TABLE touched (source VARCHAR, order_id VARCHAR, customer VARCHAR, day DATE)"
        )
    if "ordered_at" in kind.names:
        session.do(
            f"""INSERT INTO touched
            SELECT DISTINCT source, order_id, CASE WHEN order_id IS NULL THEN coalesce(customer_id, '') END,
                CASE WHEN order_id IS NULL THEN CAST(ordered_at AS DATE) END
            FROM ({rows})""",
            more,
        )
