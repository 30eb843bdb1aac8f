"""Frames of statements that were made before anybody asks, kept in the database: they outlive the process that made them.

They are of one state of the data and of the code that reads it: whatever changes either leaves them behind, and `changing`
drops them in its own transaction. Only what statements give for everyone is kept, and never a list of customers.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import exp

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import MissingTable
from crm_analytics.query import statements
from crm_analytics.query.tables import LISTS

#: Bytes of the largest frame that is kept, and of all together.
LARGEST = 1_000_000
MOST = 50_000_000

#: What people write without a change of the data.
_WRITTEN = frozenset((*LISTS, "scorings"))
_PLAIN = (str, int, float, bool, date, Decimal, type(None))
Answer = tuple[int, pa.Table]


class Prepared:
    """The prepared frames of a database; this process reads one when it is asked for, and notes what it had to ask instead."""

    def __init__(self, duck: Duck) -> None:
        self._duck = duck
        self._lock = threading.Lock()
        self._known: tuple[int, frozenset[str]] | None = None
        self._own = threading.local()
        self._turn = threading.Lock()
        self._missed: set[str] = set()

    @property
    def missed(self) -> frozenset[str]:
        """Names of the statements that the database was asked for everyone since the data changed."""
        with self._lock:
            return frozenset(self._missed)

    def forget(self) -> None:
        """The data are others."""
        with self._lock:
            self._known = None
            self._missed.clear()

    def answer(self, name: str, key: str | None, version: int, fetch: Callable[[], Answer]) -> Answer:
        """The prepared frame of a question, else what `fetch` gives; without a key always that."""
        if key is None:
            return fetch()
        if (table := self._found(version, key)) is not None:
            return version, table
        with self._lock:
            self._missed.add(name)
        of, table = fetch()
        if (noted := getattr(self._own, "noted", None)) is not None and is_kept(name, table):
            noted[of, key] = (name, table)
        return of, table

    @contextmanager
    def noting(self) -> Iterator[Callable[[], int]]:
        """Within it what this thread asks of the database is noted; the function that it gives keeps it, and says how many frames.

        One thread at a time: another waits.
        """
        noted: dict[tuple[int, str], tuple[str, pa.Table]] = {}

        def keep() -> int:
            made = dict(noted)
            noted.clear()
            return self._keep(made) if made else 0

        with self._turn:
            self._own.noted = noted
            try:
                yield keep
            finally:
                self._own.noted = None

    def _found(self, version: int, key: str) -> pa.Table | None:
        if key not in self._keys(version):
            return None
        rows = self._rows("SELECT frame FROM mart.prepared WHERE version = $of AND key = $key", version, {"key": key})
        return pa.ipc.open_stream(rows[0][0]).read_all() if rows else None

    def _keys(self, version: int) -> frozenset[str]:
        with self._lock:
            known = self._known
        if known is None or known[0] != version:
            rows = self._rows("SELECT key FROM mart.prepared WHERE version = $of", version, {})
            known = (version, frozenset(each for (each,) in rows))
            with self._lock:
                self._known = known
        return known[1]

    def _rows(self, statement: str, version: int, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        try:
            with self._duck.session(beside=True) as session:
                return session.rows(statement, {**values, "of": _of(version)})
        except MissingTable:  # nothing was prepared, or a change has just dropped it
            return []

    def _keep(self, made: Mapping[tuple[int, str], tuple[str, pa.Table]]) -> int:
        """Keep those of the state that the data are still in."""
        kept = 0
        with self._duck.writing(), self._duck.session(beside=True) as session, session.transaction():
            session.do(
                "CREATE TABLE IF NOT EXISTS mart.prepared (version VARCHAR, key VARCHAR, name VARCHAR, frame BLOB)"
            )
            version = int(session.value("SELECT value FROM workspace.meta WHERE name = 'data_version'"))
            session.do("DELETE FROM mart.prepared WHERE version <> $of", {"of": _of(version)})
            room = MOST - int(session.value("SELECT coalesce(sum(octet_length(frame)), 0) FROM mart.prepared"))
            for (of, key), (name, table) in made.items():
                frame = _written(table)
                if of != version or len(frame) > min(LARGEST, room):
                    continue
                values = {"of": _of(version), "key": key}
                session.do("DELETE FROM mart.prepared WHERE version = $of AND key = $key", values)
                session.do(
                    "INSERT INTO mart.prepared VALUES ($of, $key, $name, $frame)",
                    values | {"name": name, "frame": frame},
                )
                room, kept = room - len(frame), kept + 1
        with self._lock:
            self._known = None
        return kept


def drop(session: Session) -> None:
    """Forget all of them, within the transaction of a change."""
    session.do("DROP TABLE IF EXISTS mart.prepared")


def key(name: str, as_of: date, before: date, knobs: Mapping[str, object]) -> str | None:
    """What a question for everyone is called in every process; None where a knob has no one way to be written."""
    if not all(map(_is_plain, knobs.values())):
        return None
    asked = (name, as_of.isoformat(), before.isoformat(), *sorted(knobs.items()))
    return hashlib.sha256(repr(asked).encode()).hexdigest()


def is_kept(name: str, table: pa.Table) -> bool:
    """Whether a frame may outlive the process: no list of customers, and of nothing that people write without a change of the data."""
    if table.nbytes > 8 * LARGEST or any(column.startswith("customer_id") for column in table.column_names):
        return False
    read = statements.tree(name).find_all(exp.Table)
    return not any(each.db == "workspace" or each.name in _WRITTEN for each in read)


def _is_plain(value: object) -> bool:
    return all(map(_is_plain, value)) if isinstance(value, tuple | list) else type(value) in _PLAIN


def _written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def _of(version: int) -> str:
    """A state of the data as this code reads it."""
    return f"{version}-{statements.digest()}-{_code()}"


@cache
def _code() -> str:
    """Changes with the code that puts statements together."""
    folder = Path(__file__).parent
    texts = [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]
