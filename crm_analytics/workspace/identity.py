"""What people decided of records that may be one person: rows that are added and undone, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue, UnknownName

ACCEPT, REFUSE, SPLIT = "accept", "refuse", "split"
DECISIONS: Final = (ACCEPT, REFUSE, SPLIT)

#: A record: the source it is of, and its own id there.
Record = tuple[str, str]


@dataclass(frozen=True)
class Decided:
    """What holds of a pair of records, left < right. `probability` is what the model said of it then."""

    left: Record
    right: Record
    decision: str
    probability: float | None


@dataclass(frozen=True)
class Act:
    """What was decided at once. `undone_at` is None while it holds."""

    act: int
    decision: str
    pairs: int
    who: str
    decided_at: datetime
    undone_at: datetime | None
    undone_by: str | None


def decide(
    session: Session, pairs: Sequence[tuple[Record, Record, float | None]], decision: str, who: str, now: datetime
) -> int:
    """Add one act about some pairs, within the caller's transaction; returns its number."""
    if decision not in DECISIONS:
        raise BadValue("decision", decision, f"one of {', '.join(DECISIONS)}")
    number, act = session.row(
        "SELECT coalesce(max(decision_id), 0), coalesce(max(act), 0) + 1 FROM workspace.identity_decisions"
    )
    for place, (one, other, probability) in enumerate(pairs, 1):
        left, right = sorted((one, other))
        session.do(
            """INSERT INTO workspace.identity_decisions VALUES
            ($number, $act, $left_source, $left_id, $right_source, $right_id, $decision, $probability, $who, $now, NULL, NULL)""",
            {
                "number": number + place, "act": act, "left_source": left[0], "left_id": left[1], "right_source": right[0],
                "right_id": right[1], "decision": decision, "probability": probability, "who": who, "now": now,
            },
        )  # fmt: skip
    return int(act)


def undo(session: Session, act: int, who: str, now: datetime) -> None:
    """Take an act back, within the caller's transaction; what held before it holds again. `UnknownName` if there is none."""
    known = {each.act for each in acts(session) if each.undone_at is None}
    if act not in known:
        raise UnknownName("decision that holds", act, known)
    session.do(
        "UPDATE workspace.identity_decisions SET undone_at = $now, undone_by = $who WHERE act = $act",
        {"act": act, "who": who, "now": now},
    )


def holding(session: Session) -> list[Decided]:
    """Of every pair the last decision that is not undone."""
    rows = session.rows(
        """SELECT left_source, left_id, right_source, right_id, arg_max(decision, decision_id), arg_max(probability, decision_id)
        FROM workspace.identity_decisions WHERE undone_at IS NULL
        GROUP BY left_source, left_id, right_source, right_id ORDER BY ALL"""
    )
    return [Decided((row[0], row[1]), (row[2], row[3]), row[4], row[5]) for row in rows]


def acts(session: Session) -> list[Act]:
    """All acts, the newest first."""
    rows = session.rows(
        """SELECT act, min(decision), count(*), min(who), min(decided_at), min(undone_at), min(undone_by)
        FROM workspace.identity_decisions GROUP BY act ORDER BY act DESC"""
    )
    return [Act(*row) for row in rows]
