"""Why membership of a past day may be another than it was evaluated: what happened to the data since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm_analytics.engine.duck import Session
from crm_analytics.query.rules import EVENTS, Did, Rule, Where, field_of, label_of, walk
from crm_analytics.schema import HABIT_OF, KINDS

#: Kinds that the marts of orders are made of.
_ORDERS = frozenset(("orders", "order_lines"))


@dataclass(frozen=True)
class _Act:
    """An import, or an undo or redo of one."""

    act: str
    kind: str
    import_id: int
    file: str
    at: datetime


class Causes:
    """What was done since any day was evaluated, looked up once for one piece of work."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._acts: tuple[_Act, ...] | None = None

    def of(self, rule: Rule, day: date, since: datetime, *, same_orders: bool) -> str:
        """What made membership of a day uncertain since it was evaluated, in words; empty if nothing did.

        Late rows dated on or before the day, an undo or a redo, an identity decision, an attribute without history.
        """
        acts = [each for each in self._known() if each.at > since]
        found = [] if same_orders else self._of_orders(acts, day, since)
        for kind, on in _read(rule).items():
            found += [_said(each) for each in acts if each.kind == kind and self._touches(each, on, day)]
        if asked := _without_history(rule):
            files = sorted({each.file for each in acts if each.kind == "customers"})
            found += [f"{', '.join(asked)} without history ({', '.join(files)})"] if files else []
        return "; ".join(dict.fromkeys(found))

    def _of_orders(self, acts: list[_Act], day: date, since: datetime) -> list[str]:
        found = [
            _said(each)
            for each in acts
            if each.kind in _ORDERS and self._touches(each, "CAST(e.ordered_at AS DATE)", day)
        ]
        decided = self._session.value(
            "SELECT count(*) FROM workspace.identity_decisions WHERE decided_at > $since OR undone_at > $since",
            {"since": since},
        )
        changed = self._session.rows(
            "SELECT name FROM workspace.settings WHERE set_at > $since ORDER BY name", {"since": since}
        )
        found += [f"decisions on who is one person ({decided})"] if decided else []
        found += [f"the parameter {name.replace('_', ' ')}" for (name,) in changed]
        return found or ["other orders than those it was evaluated on"]

    def _touches(self, act: _Act, on: str | None, day: date) -> bool:
        """Whether the file has rows that count on the day."""
        if on is None:
            return True
        asked = (
            f"SELECT count(*) > 0 FROM source.{act.kind} AS e WHERE e.import_id = $id AND coalesce({on}, $day) <= $day"
        )
        return bool(self._session.value(asked, {"id": act.import_id, "day": day}))

    def _known(self) -> tuple[_Act, ...]:
        if self._acts is None:
            self._acts = tuple(_Act(*row) for row in self._session.rows(_ACTS))
        return self._acts


_ACTS = """
SELECT a.act, i.kind, i.import_id, i.file, a.done_at
FROM workspace.audit AS a
JOIN workspace.imports AS i ON i.import_id = TRY_CAST(split_part(a.what, ':', 1) AS INTEGER)
WHERE a.act IN ('import', 'undo', 'redo')
ORDER BY a.done_at, i.import_id"""
_WORDS = {"import": "late rows", "undo": "an undo", "redo": "a redo"}


def _said(act: _Act) -> str:
    return f"{_WORDS[act.act]} ({act.file})"


def _read(rule: Rule) -> dict[str, str | None]:
    """Kinds beside orders that a rule reads -> the day of a row, None where a row counts on every day."""
    found: dict[str, str | None] = {}
    for each in walk(rule):
        if isinstance(each, Did) and EVENTS[each.event].relation in KINDS.keys() - _ORDERS:
            found[EVENTS[each.event].relation] = EVENTS[each.event].on
        if isinstance(each, Where) and each.field in HABIT_OF:
            found |= dict.fromkeys(set(HABIT_OF[each.field].needs) - _ORDERS)
    return found


def _without_history(rule: Rule) -> list[str]:
    """The fields of customers that a rule asks and that are kept as of today only, as a person reads them."""
    fields = [field_of(each.field) for each in walk(rule) if isinstance(each, Where)]
    return sorted({label_of(each) for each in fields if each is not None and not each.history})
