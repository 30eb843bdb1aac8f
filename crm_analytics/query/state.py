"""The state of the data that this process knows: what is loaded, and the parameters in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crm_analytics.engine.duck import Session
from crm_analytics.query import events, statements
from crm_analytics.workspace import imports
from crm_analytics.workspace import preferences as prefs

VERSION = "SELECT value FROM workspace.meta WHERE name = 'data_version'"


@dataclass(frozen=True)
class State:
    """Read as a whole after each change, so that nobody sees one half of it.

    `latest` is the latest order date, else the latest day of anything loaded, else the day of the last import.
    """

    version: int
    preferences: prefs.Preferences
    currency: str | None
    loaded: frozenset[str]
    attributes: Mapping[str, Mapping[str, str]]
    latest: date | None
    has_orders: bool

    @classmethod
    def read(cls, session: Session) -> State:
        """The state of the database of a session, whose marts are made."""
        ordered = session.value("SELECT max(ordered_on) FROM mart.orders")
        return cls(
            version=int(session.value(VERSION)),
            preferences=prefs.read(session),
            currency=imports.currency(session),
            loaded=events.loaded(session),
            attributes=events.attributes(session),
            latest=ordered or events.latest(session) or imports.latest(session),
            has_orders=ordered is not None,
        )


def named(version: object) -> str:
    """The data version of a state of the base as this code reads it."""
    return f"{version}-{statements.digest()}"
