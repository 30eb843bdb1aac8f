"""Corrected rows among those of their import: an order of several lines stays whole when one of them comes later."""

from __future__ import annotations

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import rejects
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.schema import Kind

_BROUGHT = "brought (line INTEGER, import_id INTEGER, was INTEGER)"


def name_rows(session: Session, recognition: Recognition, *, corrects: bool) -> None:
    """Make the temporary table `brought`: which rejected row (`was`) of which import a staged row is, as the row says.

    Files of the same bytes are the same to it: the latest one counts, one that holds before one that does not.
    It has no rows for a file that `corrects` nothing.
    """
    session.do(f"CREATE OR REPLACE TEMP TABLE {_BROUGHT}")
    if not corrects:
        return
    place = recognition.layout.columns.index(rejects.FROM)
    session.do(
        f"""INSERT INTO brought
        SELECT line, arg_max(import_id, (undone_at IS NULL, import_id)), was
        FROM (SELECT line, CAST(regexp_extract(c{place}, '{rejects.PLACE}', 1) AS INTEGER) AS was,
                regexp_extract(c{place}, '{rejects.PLACE}', 2) AS digits
              FROM raw WHERE regexp_matches(c{place}, '{rejects.PLACE}'))
        JOIN workspace.imports ON starts_with(sha256, digits) AND rejected > 0
        GROUP BY line, was"""
    )


def fill(session: Session, kind: Kind) -> None:
    """What an export says on the first line of an order only holds for a corrected line too, though it comes alone."""
    if kind.name != "order_lines":
        return
    for name in ("ordered_at", "customer_id", "country", "channel", "currency"):
        session.do(
            f"""UPDATE typed SET {name} = said.value
            FROM (SELECT typed.line, min(held.{name}) AS value
                  FROM typed JOIN brought USING (line)
                  JOIN source.order_lines AS held ON held.import_id = brought.import_id AND held.order_id = typed.order_id
                  WHERE typed.{name} IS NULL GROUP BY typed.line HAVING min(held.{name}) = max(held.{name})) AS said
            WHERE said.line = typed.line"""
        )


def carry(session: Session, kind: Kind) -> None:
    """Make the temporary table `carried`: rows that are loaded and stay beside the corrected ones of their unit.

    They are those of the import that is corrected, and what other files have corrected of it; not an earlier correction
    of the same rows. The corrected rows of such a unit are stored with the line of the file that is corrected.
    """
    session.do(f"CREATE TEMP TABLE IF NOT EXISTS {_BROUGHT}")
    columns = ", ".join(f"s.{name}" for name in kind.columns)
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE carried AS
        WITH again AS (SELECT unit, import_id, was FROM units JOIN brought USING (line) WHERE NOT single),
        first AS (SELECT unit, max(import_id) AS import_id FROM again GROUP BY unit),
        parts AS (
            SELECT unit, import_id, CAST(NULL AS INTEGER) AS line FROM first
            UNION ALL
            SELECT f.unit, c.corrected_by, c.line FROM first AS f JOIN workspace.corrections AS c USING (import_id)
            WHERE (f.unit, c.line) NOT IN (SELECT (unit, was) FROM again)
        )
        SELECT s.line, s.unit, hash({columns}) AS content, {columns}
        FROM parts AS p
        JOIN source.{kind.name} AS s ON s.unit = p.unit AND s.import_id = p.import_id AND s.line = coalesce(p.line, s.line)
        JOIN workspace.imports AS i ON i.import_id = s.import_id AND i.undone_at IS NULL
        QUALIFY row_number() OVER (PARTITION BY s.unit, p.line IS NULL, s.line ORDER BY s.import_id DESC) = 1"""
    )


def note(session: Session, import_id: int) -> None:
    """Keep which rejected rows the accepted ones of an import bring, within the caller's transaction.

    A row that was rejected a second time, by a file of corrections, has come in for that file too.
    """
    session.do(
        f"""INSERT INTO workspace.corrections
        WITH came AS (
            SELECT DISTINCT b.import_id, b.was, 'line ' || b.was || ' of ' || left(i.sha256, {rejects.DIGITS}) AS place
            FROM brought AS b JOIN typed USING (line) JOIN workspace.imports AS i USING (import_id)
            WHERE b.line NOT IN (SELECT line FROM rejects)
        )
        SELECT import_id, was, $import_id FROM came
        UNION
        SELECT r.import_id, r.line, $import_id
        FROM source.rejects AS r JOIN came ON came.place = regexp_extract(r.raw, '"({rejects.PLACE})"', 1)
        WHERE r.import_id < $import_id""",
        {"import_id": import_id},
    )
