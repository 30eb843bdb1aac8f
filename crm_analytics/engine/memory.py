"""How much memory DuckDB may hold: less while nothing runs but work that can do with less."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

#: What sparing work is given at least: so many bytes for each thread, this share of the database file, and so many times a file
#: that is read.
PER_THREAD, SHARE_OF_BASE, TIMES_FILE = 300_000_000, 0.25, 3


class Memory:
    """The limit of a database, which all its connections share.

    Work that sorts and groups row by row takes all there is, and loses a few percent of its speed with a quarter of it:
    then it writes aside what does not fit, in a folder beside the database file. Any other statement that runs meanwhile
    has the whole limit again, for as long as it runs.
    """

    def __init__(self, limit: str, threads: int, path: Path | None, change: Callable[[int], None]) -> None:
        self._full, self._threads, self._path = _bytes(limit), threads, path
        self._change = change
        self._now = self._full
        self._lock = threading.Lock()
        self._sparing: tuple[tuple[int, int], ...] = ()  # thread, and what is enough, of all such work under way
        self._others = 0

    @contextmanager
    def sparing(self, file_size: int = 0) -> Iterator[bool]:
        """Statements of this thread meanwhile are sparing work, on a file of so many bytes. Whether they may be given less than everything.

        With other such work beside it all have what is enough for the one that needs most.
        """
        work = (threading.get_ident(), min(self._full, self._enough(file_size)))
        with self._lock:
            self._sparing += (work,)
            self._fit()
        try:
            yield work[1] < self._full
        finally:
            with self._lock:
                first = self._sparing.index(work)
                self._sparing = self._sparing[:first] + self._sparing[first + 1 :]
                self._fit()

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Around every statement."""
        thread = threading.get_ident()
        own = any(each == thread for each, _ in self._sparing)
        with self._lock:
            self._others += not own
            self._fit()
        try:
            yield
        finally:
            with self._lock:
                self._others -= not own
                self._fit()

    def _enough(self, file_size: int) -> int:
        """In proportion to base and file, so that those of any size do as well with it as those it was measured on."""
        if self._path is None or not self._path.exists():  # nothing can be written aside
            return self._full
        return max(PER_THREAD * self._threads, int(SHARE_OF_BASE * self._path.stat().st_size), TIMES_FILE * file_size)

    def _fit(self) -> None:
        wanted = max(enough for _, enough in self._sparing) if self._sparing and not self._others else self._full
        if wanted == self._now:
            return
        # more is in use: at the end of a statement it is tried again; or a full disk has ended the database
        with suppress(duckdb.Error):
            self._change(wanted)
            self._now = wanted


def _bytes(limit: str) -> int:
    """Bytes of a limit as DuckDB takes it, such as 4GB or 512MiB."""
    ((number, unit, binary),) = re.findall(r"^([\d.]+)\s*([KMGT]?)(I?)B$", limit.upper())
    return int(float(number) * (1024 if binary else 1000) ** " KMGT".index(unit or " "))
