"""Opening a database file: make it, bring it to this version's schema, or refuse it."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm_analytics import __version__
from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import SchemaTooNew
from crm_analytics.schema import FOURTH_DDL, KINDS, SCHEMA_VERSION, SECOND_DDL, THIRD_DDL, core_ddl, ddl, source_ddl


def _complete(session: Session) -> None:
    """Tables of the kinds and the columns that are new since the file was made."""
    for name, kind in KINDS.items():
        held = {
            row[0]
            for row in session.rows(
                f"SELECT column_name FROM duckdb_columns() WHERE schema_name = 'source' AND table_name = '{name}'"
            )
        }
        if not held:
            session.do(source_ddl(kind))
        for column in kind.columns if held else ():
            if column not in held:
                stored = "VARCHAR" if column == "attributes" else kind.field(column).stored_as
                session.do(f"ALTER TABLE source.{name} ADD COLUMN {column} {stored}")
        session.do(core_ddl(kind))


def _to_second(session: Session) -> None:
    """More kinds of tables, and columns of a file that are no field kept as attributes."""
    _complete(session)
    for statement in SECOND_DDL:
        session.do(statement)


def _to_third(session: Session) -> None:
    """Columns that kinds gained, and what else people decide and make."""
    _complete(session)
    for statement in THIRD_DDL:
        session.do(statement)


def _to_fourth(session: Session) -> None:
    """Columns that kinds gained, and how the data stood after each load."""
    _complete(session)
    for statement in FOURTH_DDL:
        session.do(statement)


#: Schema version -> what brings a database of the version before to it.
MIGRATIONS: dict[int, Callable[[Session], None]] = {2: _to_second, 3: _to_third, 4: _to_fourth}


def prepare(duck: Duck) -> None:
    """An empty file gets the schema; an older one is copied, then migrated in one transaction; a newer one refused."""
    with duck.writing():
        found = _version(duck)
        if found is not None and found < SCHEMA_VERSION and duck.path is not None:
            duck.copy_to(duck.path.with_suffix(f".schema{found}.duckdb"))
        with duck.session() as session:
            if found is None:
                with session.transaction():
                    _make(session)
            elif found < SCHEMA_VERSION:
                with session.transaction():
                    for version in range(found + 1, SCHEMA_VERSION + 1):
                        MIGRATIONS[version](session)
                    _forget_marts(session)
                    _note(session, "schema_version", str(SCHEMA_VERSION))
                    _note(session, "software", __version__)
            elif _lacks(session):
                with session.transaction():
                    _complete(session)
                    for statement in FOURTH_DDL:
                        session.do(statement)


def _lacks(session: Session) -> bool:
    """Whether a file of this version lacks what the version gained while it was being made."""
    held = set(session.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'source'"))
    kept = {name for (name,) in session.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'workspace'")}
    gained = {
        name for statement in FOURTH_DDL for name in re.findall(r"TABLE IF NOT EXISTS workspace\.(\w+)", statement)
    }
    columns = {(name, column) for name, kind in KINDS.items() for column in kind.columns}
    return not (columns <= held and gained <= kept)


def _version(duck: Duck) -> int | None:
    """The schema version of the file, None for a new one; `SchemaTooNew` if this software does not know it."""
    with duck.session() as session:
        if not session.rows("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'workspace' AND table_name = 'meta'"):
            return None
        found = int(session.value("SELECT value FROM workspace.meta WHERE name = 'schema_version'"))
        if found > SCHEMA_VERSION:
            software = session.value("SELECT value FROM workspace.meta WHERE name = 'software'")
            raise SchemaTooNew(duck.path, found, SCHEMA_VERSION, software)
        return found


def _make(session: Session) -> None:
    for statement in ddl():
        session.do(statement)
    _note(session, "schema_version", str(SCHEMA_VERSION))
    _note(session, "software", __version__)
    _note(session, "data_version", "1")


def _note(session: Session, name: str, value: str) -> None:
    session.do("INSERT OR REPLACE INTO workspace.meta VALUES ($name, $value)", {"name": name, "value": value})


def _forget_marts(session: Session) -> None:
    for (name,) in session.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'"):
        session.do(f"DROP TABLE mart.{name}")
