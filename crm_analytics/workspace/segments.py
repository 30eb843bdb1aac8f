"""Saved segments: every change is a version, the highest holds, and who saves over a version not seen is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_analytics import formats
from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, BadValue, UnknownName

_COLUMNS = "segment, version, rule_version, description, owner, rule, frozen_as_of, archived, who, saved_at"
LONGEST_NAME = 80


@dataclass(frozen=True)
class Saved:
    """A version of a saved segment.

    `rule` is plain data that names other segments by name alone. `rule_version` is the version in which the rule last
    changed: members are kept under it. A frozen segment is the list of its members of the day `frozen_as_of`.
    """

    segment: str
    version: int
    rule_version: int
    description: str
    owner: str
    rule: dict[str, Any]
    frozen_as_of: date | None
    archived: bool
    who: str
    saved_at: datetime

    @property
    def frozen(self) -> bool:
        """Whether it is a fixed list of customers."""
        return self.frozen_as_of is not None


def listed(session: Session) -> list[Saved]:
    """The latest version of every segment that is not archived, by name."""
    latest = "(segment, version) IN (SELECT (segment, max(version)) FROM workspace.segment_versions GROUP BY segment)"
    found = session.rows(
        f"SELECT {_COLUMNS} FROM workspace.segment_versions WHERE {latest} AND NOT archived ORDER BY segment"
    )
    return [_from(row) for row in found]


def versions(session: Session, segment: str) -> list[Saved]:
    """Every version of a segment, the latest first; `UnknownName` if there is none."""
    found = session.rows(
        f"SELECT {_COLUMNS} FROM workspace.segment_versions WHERE segment = $segment ORDER BY version DESC",
        {"segment": segment},
    )
    if not found:
        raise UnknownName("saved segment", segment, [each.segment for each in listed(session)])
    return [_from(row) for row in found]


def one(session: Session, segment: str, version: int | None = None) -> Saved:
    """The latest version of a segment, or the one asked for; `UnknownName` if there is none or it is archived."""
    found = versions(session, segment)
    if version is None:
        if found[0].archived:
            raise UnknownName("saved segment", segment, [each.segment for each in listed(session)])
        return found[0]
    known = {each.version: each for each in found}
    if version not in known:
        raise UnknownName(f"version of {segment}", str(version), known)
    return known[version]


def add(
    session: Session, segment: str, rule: dict[str, Any], who: str, *, description: str = "", owner: str = "",
    frozen_as_of: date | None = None, anew: bool = False, seen: int | None = None,
) -> Saved:  # fmt: skip
    """Save a segment as its next version, within the caller's transaction. `seen` is the version that was edited.

    `anew`: its members are found anew even if the rule is the same (a list frozen once more).
    `BadValue` where it is not the latest: somebody else has saved meanwhile, and nothing is overwritten.
    """
    name = segment.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadValue("the name of a segment", segment, f"1 to {LONGEST_NAME} letters, digits and spaces")
    latest = _latest(session, name)
    _check_seen(latest, seen)
    if latest is None or latest.archived:
        _check_alike(session, name)
    version = latest.version + 1 if latest else 1
    same = latest is not None and (latest.rule, latest.frozen_as_of, latest.archived) == (rule, frozen_as_of, False)
    rule_version = latest.rule_version if latest and same and not anew else version
    made = Saved(
        name, version, rule_version, description.strip(), owner.strip() or who, rule, frozen_as_of, False, who,
        datetime.now(),
    )  # fmt: skip
    _write(session, made)
    return made


def archive(session: Session, segment: str, who: str, seen: int) -> Saved:
    """Put a segment away, within the caller's transaction; its versions and members stay."""
    latest = one(session, segment)
    _check_seen(latest, seen)
    values = latest.__dict__ | {"version": latest.version + 1, "archived": True, "who": who, "saved_at": datetime.now()}
    made = Saved(**values)
    _write(session, made)
    return made


def state(session: Session) -> str:
    """A text that changes with every saved version and every evaluation: part of the key of what is kept of them."""
    count, at, evaluated = session.row(
        "SELECT count(*), max(saved_at), (SELECT max(evaluated_at) FROM workspace.segment_days) "
        "FROM workspace.segment_versions"
    )
    return f"{count} {at} {evaluated}"


def _latest(session: Session, name: str) -> Saved | None:
    found = session.rows(
        f"SELECT {_COLUMNS} FROM workspace.segment_versions WHERE segment = $segment ORDER BY version DESC LIMIT 1",
        {"segment": name},
    )
    return _from(found[0]) if found else None


def _check_seen(latest: Saved | None, seen: int | None) -> None:
    held = None if latest is None or latest.archived else latest.version
    if seen == held:
        return
    if latest is None or latest.archived:
        raise BadInput("there is no such segment any more.", file=f"Version {seen}", cure="Save it as a new one.")
    raise BadInput(
        f"{latest.who} saved version {latest.version} of it on {formats.day(latest.saved_at)} at {latest.saved_at:%H:%M:%S}; "
        "nothing was overwritten.",
        file=latest.segment,
        cure="Look at it, then save again.",
    )


def _check_alike(session: Session, name: str) -> None:
    """Two names that differ in capital letters only are told apart by nobody."""
    alike = [each.segment for each in listed(session) if each.segment.casefold() == name.casefold()]
    if alike:
        raise BadValue("the name of a segment", name, f"another name: there is “{alike[0]}” already")


def _write(session: Session, made: Saved) -> None:
    names = _COLUMNS.split(", ")
    values = {name: getattr(made, name) for name in names} | {"rule": json.dumps(made.rule, ensure_ascii=False)}
    places = ", ".join(f"${name}" for name in names)
    session.do(f"INSERT INTO workspace.segment_versions ({_COLUMNS}) VALUES ({places})", values)
    act = "segment archived" if made.archived else "segment saved"
    session.do(
        "INSERT INTO workspace.audit VALUES ($now, $who, $act, $what)",
        {"now": made.saved_at, "who": made.who, "act": act, "what": f"{made.segment}, version {made.version}"},
    )


def _from(row: tuple[Any, ...]) -> Saved:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Saved(**(values | {"rule": json.loads(values["rule"])}))
