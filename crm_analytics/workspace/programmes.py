"""Plans: every change of a row is a version, the highest holds, and who saves over an unseen change is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, BadValue, UnknownName
from crm_analytics.workspace.programmes_fields import (
    KINDS,
    PROGRAMMES,
    PlanKind,
    Values,
    read_values,
    repeated_on,
)
from crm_analytics.workspace.programmes_values import as_day

#: Kinds of rows that are not edited: computed or decided once, with the data version and the time.
BASELINE, DIAGNOSIS, APPROVAL = "baseline", "diagnosis", "approval"

_COLUMNS = "kind, programme_id, row_id, version, body, removed, who, saved_at"


@dataclass(frozen=True)
class PlanRow:
    """A version of a row. `values` are typed by the kind's fields."""

    kind: str
    programme_id: str
    row_id: str
    version: int
    values: Values
    removed: bool
    who: str
    saved_at: datetime


@dataclass(frozen=True)
class Change:
    """What an editor wants of a row. `seen` is the version it was made on, None for a new row; no values: remove it."""

    kind: str
    row_id: str | None
    values: Mapping[str, Any] | None
    seen: int | None


# --- reading --------------------------------------------------------------------------------------------------------


def rows(session: Session, kind: str, programme_id: str | None = None, known_on: date | None = None) -> list[PlanRow]:
    """The rows that hold, in order of their ids. With `known_on` as they were at the end of that day.

    What was first saved later than that day is there as it was first saved: a plan may be entered after its beginning.
    """
    held: dict[tuple[str, str], PlanRow] = {}
    for row in _versions(session, kind, programme_id):
        known = known_on is None or row.saved_at.date() <= known_on
        if known or (row.programme_id, row.row_id) not in held:
            held[row.programme_id, row.row_id] = row
    return sorted(
        (row for row in held.values() if not row.removed), key=lambda row: (row.programme_id, _natural(row.row_id))
    )


def entered_later(session: Session, programme_id: str, known_on: date) -> bool:
    """Whether anything of the plan was first saved after that day."""
    first = session.value(
        "SELECT max(first) FROM (SELECT min(saved_at) AS first FROM workspace.plan_rows WHERE programme_id = $id "
        "GROUP BY kind, row_id)",
        {"id": programme_id},
    )
    return first is not None and first.date() > known_on


def history(session: Session, kind: str, programme_id: str, row_id: str) -> list[PlanRow]:
    """Every version of a row, the first one first; `UnknownName` if there is none."""
    found = [row for row in _versions(session, kind, programme_id) if row.row_id == row_id]
    if not found:
        raise UnknownName(f"row of {kind}", row_id, {row.row_id for row in rows(session, kind, programme_id)})
    return found


def programme(session: Session, programme_id: str | None, known_on: date | None = None) -> PlanRow:
    """A programme by its id or name; without one the only programme there is. Errors: UnknownName, BadValue, BadInput."""
    known = rows(session, PROGRAMMES.name, known_on=known_on)
    if programme_id is None:
        if len(known) == 1:
            return known[0]
        if not known:
            cure = "Load one with `crm-analytics plan load FILE`, or begin one on the page Programme."
            raise BadInput("there is no plan yet.", file="Programme", cure=cure)
        raise BadValue("programme", None, "one of " + ", ".join(row.row_id for row in known))
    if found := next((row for row in known if programme_id in (row.row_id, row.values["name"])), None):
        return found
    raise UnknownName("programme", programme_id, [row.row_id for row in known])


def approved_at(session: Session, programme_id: str) -> datetime | None:
    """When the plan was last approved as it then was; None before."""
    return max((row.saved_at for row in _versions(session, APPROVAL, programme_id)), default=None)


def as_approved(session: Session, kind: str, programme_id: str) -> dict[str, Values]:
    """The rows of the plan as approved, by id; empty before an approval."""
    at = approved_at(session, programme_id)
    held: dict[str, PlanRow] = {}
    for row in _versions(session, kind, programme_id) if at else ():
        if at is not None and row.saved_at <= at:
            held[row.row_id] = row
    return {name: row.values for name, row in held.items() if not row.removed}


def state(session: Session) -> str:
    """A text that changes with every version saved and every hold-out drawn: part of the key of what is kept of plans."""
    count, at = session.row("SELECT count(*), max(saved_at) FROM workspace.plan_rows")
    return f"{count} {at} {session.value('SELECT count(*) FROM workspace.programme_holdouts')}"


# --- changing -------------------------------------------------------------------------------------------------------


def save(
    session: Session, programme_id: str, changes: Iterable[Change], who: str, at: datetime | None = None
) -> list[PlanRow]:
    """Write changes of one programme as next versions, within the caller's transaction; what did not change is skipped.

    Where somebody has saved a row since `seen`, fields that only one of the two changed are brought together. `at`: when
    it was saved, of a plan brought in with its history.
    `BadValue` where both changed the same field: nothing is written, and the message holds both values.
    """
    made = []
    for change in changes:
        row = _changed(session, programme_id, change, who, at or datetime.now())
        made += [row] if row else []
        if row and row.values.get("repeats_every") and not row.removed:
            made += _repetitions(session, row, who)
    return made


def _repetitions(session: Session, row: PlanRow, who: str) -> list[PlanRow]:
    """The further dates of an action as actions of their own, A3/2, A3/3 ..., those that are there already aside."""
    known = {each.row_id for each in _versions(session, row.kind, row.programme_id)}
    single = row.values | {"executed_on": None, "actual_cost": None, "customers_reached": None, "status": "planned"}
    single |= {"repeats_every": None, "repeats_until": None}
    found = []
    for number, day in enumerate(repeated_on(row.values)[1:], 2):
        row_id = f"{row.row_id}/{number}"
        if row_id not in known:
            again = Change(row.kind, row_id, single | {"scheduled_on": day}, None)
            found.append(_changed(session, row.programme_id, again, who, row.saved_at))
    return [each for each in found if each]


def keep(
    session: Session, kind: str, programme_id: str, row_id: str, values: Values, who: str, at: datetime | None = None
) -> PlanRow:
    """Write a row that is computed or decided, not edited, within the caller's transaction."""
    version = len(_versions(session, kind, programme_id, row_id)) + 1
    made = PlanRow(kind, programme_id, row_id, version, values, False, who, at or datetime.now())
    _write(session, made)
    return made


def next_id(kind: PlanKind, taken: Iterable[str]) -> str:
    """A new number for a row: the kind's prefix and the first number above those in use."""
    numbers = [int(found[1]) for each in taken if (found := re.fullmatch(rf"{kind.prefix}(\d+)", each))]
    return f"{kind.prefix}{max(numbers, default=0) + 1}"


def _changed(session: Session, programme_id: str, change: Change, who: str, at: datetime) -> PlanRow | None:
    kind = KINDS[change.kind]
    known = _versions(session, kind.name, programme_id, change.row_id) if change.row_id else []
    versions = {row.version: row for row in known}
    latest = versions[max(versions)] if versions else None
    if change.values is None:
        if latest is None or latest.removed:
            return None
        _check_seen(change, latest)
        values: Values = dict(latest.values)
    else:
        values = read_values(kind, change.values)
        if latest is not None and not latest.removed:
            values = read_values(kind, _merged(change, values, latest, versions.get(change.seen or 0)))
            if values == latest.values:
                return None
    row_id = change.row_id or next_id(kind, {row.row_id for row in _versions(session, kind.name, programme_id)})
    made = PlanRow(
        kind.name, programme_id, row_id, latest.version + 1 if latest else 1, values, change.values is None, who, at
    )
    _write(session, made)
    act = "removed" if made.removed else "saved"
    audit(session, who, f"{kind.one} {act}", f"{programme_id} {row_id}, version {made.version}")
    return made


def _merged(change: Change, values: Values, latest: PlanRow, seen: PlanRow | None) -> Values:
    """The edit on top of what others have saved since it began."""
    if seen is None:
        _check_seen(change, latest)
        return values
    if seen.version == latest.version:
        return values
    mine = {name for name, value in values.items() if value != seen.values[name]}
    theirs = {name for name, value in latest.values.items() if value != seen.values[name]}
    for name in sorted(mine & theirs):
        if values[name] != latest.values[name]:
            raise BadValue(
                f"{name} of {latest.row_id}",
                values[name],
                f"another look: {latest.who} set it to {latest.values[name]!r} on {latest.saved_at:%Y-%m-%d at %H:%M:%S}, "
                "after you began. Nothing was overwritten; save again if yours is to hold",
            )
    return latest.values | {name: values[name] for name in mine}


def _check_seen(change: Change, latest: PlanRow) -> None:
    if change.seen != latest.version:
        raise BadValue(
            f"{KINDS[change.kind].one} {latest.row_id}",
            f"version {change.seen}" if change.seen else "new",
            f"version {latest.version}, which {latest.who} saved on {latest.saved_at:%Y-%m-%d at %H:%M:%S}; nothing was overwritten. "
            "Look at it, then save again",
        )


# --- as stored ------------------------------------------------------------------------------------------------------


def _versions(session: Session, kind: str, programme_id: str | None = None, row_id: str | None = None) -> list[PlanRow]:
    asked = {name: value for name, value in (("programme_id", programme_id), ("row_id", row_id)) if value is not None}
    narrowed = "".join(f" AND {name} = ${name}" for name in asked)
    found = session.rows(
        f"SELECT {_COLUMNS} FROM workspace.plan_rows WHERE kind = $kind{narrowed} ORDER BY programme_id, row_id, version",
        {"kind": kind, **asked},
    )
    return [_from(dict(zip(_COLUMNS.split(", "), row, strict=True))) for row in found]


def _from(row: dict[str, Any]) -> PlanRow:
    body = json.loads(row.pop("body"))
    kind = KINDS.get(row["kind"])
    if kind:
        known = {each.name: each for each in kind.fields}
        body = {name: body.get(name, each.default) for name, each in known.items()}
        for name, value in body.items():
            if known[name].holds == "date" and value is not None:
                body[name] = as_day(value)
    return PlanRow(values=body, **row)


def _write(session: Session, made: PlanRow) -> None:
    values = {name: getattr(made, name) for name in _COLUMNS.split(", ") if name != "body"}
    values["body"] = json.dumps(made.values, ensure_ascii=False, default=_plain)
    places = ", ".join(f"${name}" for name in _COLUMNS.split(", "))
    session.do(f"INSERT INTO workspace.plan_rows ({_COLUMNS}) VALUES ({places})", values)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a plan")


def audit(session: Session, who: str, act: str, what: str) -> None:
    """Note an act on a plan."""
    session.do(
        "INSERT INTO workspace.audit VALUES ($now, $who, $act, $what)",
        {"now": datetime.now(), "who": who, "act": act, "what": what},
    )


def _natural(row_id: str) -> tuple[tuple[int, int | str], ...]:
    """A2 before A10."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.findall(r"\d+|\D+", row_id))
