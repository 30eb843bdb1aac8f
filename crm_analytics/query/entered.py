"""Small things that people entered, read again only after something was written: a warm page asks the database nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from crm_analytics.engine.duck import Duck, Session

T = TypeVar("T")


class Entered:
    """What small reads found. One process has the database, so that it knows of every writing."""

    def __init__(self, duck: Duck) -> None:
        self._duck = duck
        self._lock = threading.Lock()
        self._found: dict[Callable[[Session], Any], tuple[int, Any]] = {}

    def ask(self, read: Callable[[Session], T]) -> T:
        """What `read`, a function of a module, finds."""
        changes = self._duck.changes  # before the reading: what is written meanwhile makes it be read again
        with self._lock:
            known = self._found.get(read)
        if known and known[0] == changes:
            return known[1]  # type: ignore[no-any-return]
        with self._duck.session() as session:
            found = read(session)
        with self._lock:
            self._found[read] = (changes, found)
        return found
