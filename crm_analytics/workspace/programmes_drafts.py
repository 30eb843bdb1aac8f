"""What somebody is typing into a plan and has not saved: kept, so that a closed browser loses nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.workspace.programmes import Change
from crm_analytics.workspace.programmes_fields import KINDS
from crm_analytics.workspace.programmes_values import as_day


@dataclass(frozen=True)
class Draft:
    """The unsaved changes of one person to one table of a plan. Nothing in it is checked: it may be half a row."""

    who: str
    programme_id: str
    kind: str
    changes: tuple[Change, ...]
    typed_at: datetime


def keep(
    session: Session, who: str, programme_id: str, kind: str, changes: Sequence[Change], at: datetime | None = None
) -> None:
    """Keep the changes in place of those kept before; without any, nothing is kept. Within the caller's transaction.

    `at`: when they were typed, if not now.
    """
    drop(session, who, programme_id, kind)
    if not changes:
        return
    plain = [{"row_id": each.row_id, "values": each.values, "seen": each.seen} for each in changes]
    session.do(
        "INSERT INTO workspace.plan_drafts VALUES ($who, $programme_id, $kind, $body, $now)",
        {"who": who, "programme_id": programme_id, "kind": kind, "now": at or datetime.now(),
         "body": json.dumps(plain, ensure_ascii=False, default=_iso)},
    )  # fmt: skip


def drop(session: Session, who: str, programme_id: str, kind: str) -> None:
    """Forget a draft, within the caller's transaction."""
    session.do(
        "DELETE FROM workspace.plan_drafts WHERE who = $who AND programme_id = $programme_id AND kind = $kind",
        {"who": who, "programme_id": programme_id, "kind": kind},
    )


def listed(session: Session, programme_id: str) -> list[Draft]:
    """Every draft of a programme, the latest first."""
    found = session.rows(
        "SELECT who, programme_id, kind, body, typed_at FROM workspace.plan_drafts WHERE programme_id = $id "
        "ORDER BY typed_at DESC, who, kind",
        {"id": programme_id},
    )
    return [Draft(who, of, kind, tuple(_changes(kind, json.loads(body))), at) for who, of, kind, body, at in found]


def _changes(kind: str, plain: list[dict[str, Any]]) -> list[Change]:
    days = {each.name for each in KINDS[kind].fields if each.holds == "date"}
    found = []
    for each in plain:
        values = each["values"]
        if values is not None:
            values = {name: as_day(value) if name in days and value else value for name, value in values.items()}
        found.append(Change(kind, each["row_id"], values, each["seen"]))
    return found


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a draft")
