"""Which as-of dates have their relation of customers: made when first asked for, kept while it is true and in use."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.query import marts
from crm_analytics.workspace.preferences import Preferences


class Days:
    """The relations of as-of dates, the least recently used first."""

    def __init__(self, duck: Duck) -> None:
        self._duck = duck
        self._lock = threading.RLock()
        self._built: OrderedDict[date, tuple[str, marts.Base]] = OrderedDict()
        self._in_use: Counter[date] = Counter()

    def refresh(self, session: Session, version: str) -> None:
        """Take what the database has for a data version."""
        built = OrderedDict(marts.kept_customers(session, version))
        with self._lock:
            self._built = built

    def before(self, day: date) -> dict[date, marts.Base]:
        """What the relations of earlier days stand on."""
        with self._lock:
            return {each: base for each, (_, base) in self._built.items() if each < day}

    @contextmanager
    def held(self, days: tuple[date, ...]) -> Iterator[None]:
        """While these relations are read, none of them gives way to that of another date."""
        with self._lock:
            self._in_use.update(days)
        try:
            yield
        finally:
            with self._lock:
                self._in_use = self._in_use - Counter(days)

    def relation(
        self, as_of: date, state: Callable[[], tuple[date | None, Preferences, str]]
    ) -> tuple[str, marts.Base]:
        """The relation of a day and what it stands on, made where it is missing. That of the latest day never gives way.

        `state` is asked when it is this one's turn to write: the latest day, the parameters, and the data version.
        """
        if found := self._known(as_of):
            return found
        with self._duck.writing():
            if found := self._known(as_of):
                return found
            latest, preferences, version = state()
            with self._lock:
                others = [day for day in self._built if day != latest]
                room = marts.KEPT_DATES - (as_of != latest)
                gone = set(others[: max(0, len(others) - room)]) - self._in_use.keys()
                keep = OrderedDict((day, built) for day, built in self._built.items() if day not in gone)
            with self._duck.session() as session, session.transaction():
                made = marts.build_customers(session, as_of, preferences)
                keep[as_of] = made
                marts.keep_customers(session, {day: built[1] for day, built in keep.items()}, version)
            with self._lock:
                self._built = keep
            return made

    def _known(self, as_of: date) -> tuple[str, marts.Base] | None:
        with self._lock:
            if as_of in self._built:
                self._built.move_to_end(as_of)
            return self._built.get(as_of)
