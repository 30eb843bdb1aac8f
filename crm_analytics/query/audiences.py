"""The ids of audiences as tables in memory: a rule is looked up once, however many statements read it."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from crm_analytics.engine.duck import Duck, Session

#: The least recently used audience gives way beyond so many, or beyond so many ids of all of them (30 bytes each).
KEPT = 32
KEPT_IDS = 10_000_000

#: A database in memory beside the file: nothing of it is written, and all sessions read it.
_BESIDE = "kept"


class Audiences:
    """Tables (customer_no, customer_id), one for each data version, as-of date and rule."""

    def __init__(self, duck: Duck) -> None:
        self._duck = duck
        self._lock = threading.RLock()
        self._sizes: OrderedDict[tuple[Any, ...], tuple[str, int]] = OrderedDict()
        self._named = f"audience_{uuid.uuid4().hex}"  # no name is ever given twice, whoever else has the database open
        self._made = 0
        with duck.session() as session:
            session.do(f"ATTACH IF NOT EXISTS ':memory:' AS {_BESIDE}")
            for (name,) in session.rows(f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{_BESIDE}'"):
                session.do(f"DROP TABLE IF EXISTS {_BESIDE}.{name}")

    def table(
        self,
        key: tuple[Any, ...],
        chosen: Callable[[], tuple[exp.Query, dict[str, object]]],
        still_true: Callable[[Session], bool],
    ) -> str:
        """The table of an audience, made of what `chosen` gives where it is not there yet.

        If the data are of another version by now there is no such table: who reads it finds that out as well.
        """
        with self._lock:
            if key in self._sizes:
                self._sizes.move_to_end(key)
                return self._sizes[key][0]
            self._made += 1
            name = f"{_BESIDE}.{self._named}_{self._made}"
            tree, values = chosen()
            with self._duck.session(beside=True) as session:
                with session.transaction():
                    if not still_true(session):
                        return name
                    session.do(f"CREATE TABLE {name} AS {tree.sql('duckdb')}", values)
                    size = int(session.value(f"SELECT count(*) FROM {name}"))
                self._sizes[key] = (name, size)
                while len(self._sizes) > KEPT or (
                    len(self._sizes) > 1 and sum(size for _, size in self._sizes.values()) > KEPT_IDS
                ):
                    gone, _ = self._sizes.popitem(last=False)[1]
                    session.do(f"DROP TABLE IF EXISTS {gone}")
            return name

    def forget(self) -> None:
        """Drop them all: the data are of another version, or one was not found."""
        with self._lock, self._duck.session(beside=True) as session:
            while self._sizes:
                name, _ = self._sizes.popitem()[1]
                session.do(f"DROP TABLE IF EXISTS {name}")
