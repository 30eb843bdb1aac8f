"""DuckDB behind three verbs: `rows` and `table` read, `do` changes."""

from __future__ import annotations

import os
import re
import shutil
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
from sqlglot import exp

from crm_analytics.engine.memory import Memory
from crm_analytics.errors import DatabaseBusy, DatabaseUnusable, MissingTable, Stopped, TooLarge

Statement = str | exp.Expression
Values = Mapping[str, object] | None
T = TypeVar("T")
#: Money, or a sum of money, that does not fit into its type; casting a text never does, and is an error of the program.
_MONEY = re.compile(r"DECIMAL\(.*out of range|(cast value|Overflow in).* (DECIMAL\(|HUGEINT)")


def quoted(name: str) -> str:
    """A name as SQL may carry it, whatever its characters."""
    return exp.to_identifier(name, quoted=True).sql("duckdb")


class Session:
    """One cursor: DuckDB refuses a connection that two threads use at once, so each call or job has its own.

    Temporary tables live as long as the session.
    """

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, path: Path | None, memory: Memory, changed: Callable[[], None]
    ) -> None:
        self._cursor = cursor
        self._path = path
        self._memory = memory
        self._changed = changed
        self._wrote = False
        self._stopping = threading.Lock()
        self._stopped = False

    def do(self, statement: Statement, values: Values = None) -> None:
        """Run a statement whose result nobody reads."""
        try:
            self._run(statement, values)
        finally:
            self._wrote = True
            self._changed()

    def rows(self, statement: Statement, values: Values = None) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        self._execute(statement, values)
        return self._guarded(self._cursor.fetchall)

    def row(self, statement: Statement, values: Values = None) -> tuple[Any, ...]:
        """Run a statement that returns exactly one row."""
        (only,) = self.rows(statement, values)
        return only

    def value(self, statement: Statement, values: Values = None) -> Any:
        """Run a statement that returns exactly one value."""
        return self.row(statement, values)[0]

    def table(self, statement: Statement, values: Values = None) -> pa.Table:
        """Run a statement and return its result as an Arrow table."""
        text = statement if isinstance(statement, str) else statement.sql("duckdb")
        return self._guarded(lambda: self._cursor.sql(text, params=dict(values) if values else None).to_arrow_table())

    def copy_csv(self, select: str, path: Path, values: Values = None) -> None:
        """Write the rows of a SELECT to a CSV file with a header, in UTF-8."""
        target = str(path).replace("'", "''")
        self.do(f"COPY ({select}) TO '{target}' (FORMAT csv, HEADER)", values)

    def append(self, name: str, table: pa.Table) -> None:
        """Add the rows of an Arrow table to an existing table with the same columns, by position."""
        self._guarded(lambda: self._cursor.register("appended_rows", table))
        try:
            self.do(f"INSERT INTO {name} SELECT * FROM appended_rows")
        finally:
            # in a transaction that the failure has aborted the name cannot be given back; the next table takes it over
            with suppress(duckdb.TransactionException):
                self._cursor.unregister("appended_rows")

    def append_csv(
        self, name: str, path: Path, width: int, *, delimiter: str, quote: str | None, first_line: int, longest: int
    ) -> int | None:
        """Add the rows of a UTF-8 text file to a table (line, one text per column); `line` counts rows from `first_line`.

        Returns how many; None, with nothing added, where a row is not strictly of that form or longer than `longest` bytes.
        """
        columns = [f"c{number}" for number in range(width)]
        types = ", ".join(f"'{each}': 'VARCHAR'" for each in columns)
        texts = ", ".join(f"coalesce({each}, '')" for each in columns)  # the reader takes a blank for NULL
        statement = f"""INSERT INTO {name} SELECT {first_line - 1} + row_number() OVER (), {texts}
            FROM read_csv($path, auto_detect = false, header = false, skip = {first_line - 1}, columns = {{{types}}},
                delim = $delimiter, quote = $quote, escape = $quote, max_line_size = {longest}, strict_mode = true,
                null_padding = false, ignore_errors = false, compression = 'none', encoding = 'utf-8')"""
        try:
            self._execute(statement, {"path": str(path), "delimiter": delimiter, "quote": quote or ""})
            ((added,),) = self._guarded(self._cursor.fetchall)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None
        self._wrote = True
        self._changed()
        return int(added)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or none of it. A stop that comes after the commit is too late and is forgotten."""
        self._run("BEGIN TRANSACTION")
        self._wrote = False
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            if self._wrote:  # others see it from now on
                self._changed()
            self.resume()

    def _roll_back(self) -> None:
        try:
            self._cursor.execute("ROLLBACK")
        except duckdb.Error:  # a commit that failed has rolled back already, a full disk may have closed the database
            return

    def sparing(self, act: Callable[[], T], file_size: int = 0) -> T:
        """What `act` gives, with a part of the memory where that is enough, else (after it failed) once more with all of it.

        `act` must be fit to be run again: a whole transaction, or work that makes everything anew. `file_size`: bytes of the
        file that it reads, if any.
        """
        with self._memory.sparing(file_size) as less:
            try:
                return act()
            except DatabaseUnusable as error:
                if not less or not isinstance(error.__cause__, duckdb.OutOfMemoryException):
                    raise
        return act()

    def stop(self) -> None:
        """Interrupt the work, from another thread: the statement under way raises `Stopped`, or else the next one.

        After that the session is free for other work, with the temporary tables that were whole.
        """
        with self._stopping:
            self._stopped = True
            self._cursor.interrupt()

    def resume(self) -> None:
        """Forget a stop that met no statement: the work that it was meant for is over."""
        with self._stopping:
            self._stopped = False

    def close(self) -> None:
        """Drop the cursor with its temporary tables."""
        self._cursor.close()

    def _run(self, statement: Statement, values: Values = None) -> None:
        self._execute(statement, values)
        if self._cursor.description is not None:
            self._cursor.fetchall()  # an open result would keep the cursor busy

    def _execute(self, statement: Statement, values: Values) -> None:
        text = statement if isinstance(statement, str) else statement.sql("duckdb")
        self._guarded(lambda: self._cursor.execute(text, dict(values) if values else None))

    def _guarded(self, act: Callable[[], Any]) -> Any:
        with self._stopping:
            if self._stopped:
                self._stopped = False
                raise Stopped("The work")
        try:
            with self._memory.statement():
                return act()
        except duckdb.InterruptException as error:
            self.resume()
            raise Stopped("The work") from error
        except duckdb.CatalogException as error:
            raise MissingTable(_first_line(error)) from error
        except duckdb.OutOfMemoryException as error:
            raise DatabaseUnusable(
                self._path, "there is not enough memory for this.", "Close other programs, or load less at once."
            ) from error
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            if not _MONEY.search(str(error)):
                raise
            raise TooLarge from error
        except (duckdb.IOException, duckdb.FatalException) as error:
            cure = "Nothing was changed. Check free space and rights, then start again."
            raise DatabaseUnusable(self._path, _first_line(error), cure) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


class Duck:
    """One process's hold on one database file (or on memory, for `path=None`)."""

    def __init__(self, path: Path | None, memory_limit: str = "4GB", threads: int = 0) -> None:
        self.path = path
        self._config: dict[str, Any] = {"memory_limit": memory_limit, "threads": threads or os.cpu_count() or 1}
        self._connection = _connect(path, self._config)
        self._memory = Memory(memory_limit, self._config["threads"], path, self._limit)
        self._writing = threading.RLock()
        self._counting = threading.Lock()
        self._changes = 0
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()

    @contextmanager
    def session(self, *, beside: bool = False) -> Iterator[Session]:
        """A session for one piece of work. `beside`: it writes nothing that is read as a state, so that it is no change."""
        session = self.open_session(beside=beside)
        try:
            yield session
        finally:
            session.close()

    def open_session(self, *, beside: bool = False) -> Session:
        """A session that the caller closes (a review keeps its staged rows in one)."""
        cursor = self._connection.cursor()
        session = Session(cursor, self.path, self._memory, (lambda: None) if beside else self._changed)
        self._sessions.add(session)
        return session

    def _limit(self, size: int) -> None:
        cursor = self._connection.cursor()  # a failure would abort the transaction of a session
        try:
            cursor.execute(f"SET memory_limit = '{size}B'")
        finally:
            cursor.close()

    @property
    def changes(self) -> int:
        """Grows with every statement that may have written, once it has: while it stays, a reading again finds the same."""
        return self._changes

    def _changed(self) -> None:
        with self._counting:
            self._changes += 1

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time; a second waits here."""
        with self._writing:
            yield

    def close(self) -> None:
        """Write everything to the file and let it go, with the sessions still open (each would hold the file)."""
        for session in list(self._sessions):
            session.close()
        self._connection.close()

    def copy_to(self, target: Path) -> None:
        """Copy the database file; no session may be open.

        The file is let go meanwhile: closing any other handle on it would silently drop this process's lock.
        """
        if self.path is None:
            return
        self.close()
        shutil.copy2(self.path, target)
        self._connection = _connect(self.path, self._config)


def _connect(path: Path | None, config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    offline = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path) if path else ":memory:", config={**config, **offline})
    except duckdb.Error as error:
        if found := re.search(r"held in (.+?\(PID \d+\))", str(error)):
            raise DatabaseBusy(path, _holder(str(error), found.group(1))) from error
        raise DatabaseUnusable(
            path, _first_line(error), "Check that the file is whole and that you may write there."
        ) from error
    except OSError as error:
        raise DatabaseUnusable(path, str(error), "Choose a folder you may write to with --data.") from error


def _holder(message: str, program: str) -> str:
    number = re.search(r"PID (\d+)", message)
    return f"process {number.group(1)} ({program.split(' (PID')[0]})" if number else program
