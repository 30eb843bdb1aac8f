"""What people decided of files, kept for the next file of the same source with the same headers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_analytics.engine.duck import Session


@dataclass(frozen=True)
class Remembered:
    """A decision: `said` has the parts of a mapping file (kind, columns, date_order, decimal and repairs)."""

    source: str
    headers: tuple[str, ...]
    kind: str
    said: dict[str, Any]
    who: str
    saved_at: datetime

    @property
    def words(self) -> str:
        """Who decided, and when."""
        return f"as {self.who} decided on {self.saved_at:%Y-%m-%d}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        when = self.saved_at.isoformat(timespec="seconds")
        return {
            "source": self.source,
            "kind": self.kind,
            "who": self.who,
            "saved_at": when,
            "columns": list(self.headers),
        }


def listed(session: Session) -> list[Remembered]:
    """All decisions, by source, the latest first."""
    rows = session.rows(
        "SELECT source, headers, kind, mapping, who, saved_at FROM workspace.mappings ORDER BY source, saved_at DESC, headers"
    )
    return [
        Remembered(source, tuple(json.loads(headers)), kind, json.loads(mapping), who, saved_at)
        for source, headers, kind, mapping, who, saved_at in rows
    ]


def of_headers(session: Session, headers: Iterable[str]) -> dict[str, Remembered]:
    """Source -> what was decided of its files with these headers."""
    wanted = tuple(headers)
    return {each.source: each for each in listed(session) if each.headers == wanted}


def keep(session: Session, made: Remembered) -> None:
    """Keep a decision in place of an earlier one, within the caller's transaction."""
    forget(session, made)
    session.do(
        "INSERT INTO workspace.mappings VALUES ($source, $headers, $kind, $mapping, $who, $saved_at)",
        {
            "source": made.source, "headers": _key(made.headers), "kind": made.kind, "mapping": json.dumps(made.said),
            "who": made.who, "saved_at": made.saved_at,
        },
    )  # fmt: skip


def forget(session: Session, made: Remembered) -> None:
    """Forget a decision, within the caller's transaction; nothing that was loaded with it changes."""
    session.do(
        "DELETE FROM workspace.mappings WHERE source = $source AND headers = $headers",
        {"source": made.source, "headers": _key(made.headers)},
    )


def _key(headers: Iterable[str]) -> str:
    return json.dumps(list(headers), ensure_ascii=False)
