"""Who was in a saved segment when, and why: its members on the days evaluated, kept as intervals.

A live segment is evaluated for the latest day after each load and for month ends when its history is asked for. Where
something that an evaluated day may stand on has changed since (see `causes`), the day is evaluated anew and the cause is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadRule, MissingTable, NothingLoaded, UnknownName
from crm_analytics.query import membership
from crm_analytics.query.causes import Causes
from crm_analytics.query.marts import months_before
from crm_analytics.query.stepping import Asked, own, step
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import segments
from crm_analytics.workspace.segments import Saved

Report = Callable[[float, str], None]
_OF = "segment = $segment AND version = $version"
#: What keeps a segment from being asked.
_UNASKABLE = (BadRule, UnknownName, MissingTable, NothingLoaded)


@dataclass(frozen=True)
class Day:
    """A day for which a segment was evaluated. `because`: what happened since that may have changed it; empty for nothing."""

    day: date
    customers: int
    entered: int
    left: int
    because: str

    @property
    def fresh(self) -> bool:
        """Whether it stands on what is known now."""
        return not self.because


@dataclass(frozen=True)
class Again:
    """A day that was evaluated anew: its members before and after, and what had happened."""

    day: date
    customers_before: int
    customers: int
    because: str
    evaluated_at: datetime


def refresh(warehouse: Warehouse, report: Report | None = None) -> int:
    """Evaluate every live segment for the latest day; returns how many. What was evaluated before stays as it is.

    Segments whose last evaluated day is the same are asked together. One that cannot be asked (what it names is not
    loaded any more) is left out: it must not stop an import.
    """
    with warehouse.duck.session() as session:
        live = [each for each in segments.listed(session) if not each.frozen]
        rows = session.rows("SELECT segment, version, max(day) FROM workspace.segment_days GROUP BY ALL")
    last = {(segment, version): day for segment, version, day in rows}
    together: dict[date | None, list[Saved]] = {}
    for each in live:
        together.setdefault(last.get((each.segment, each.rule_version)), []).append(each)
    done, causes = 0, Causes()
    for earlier, some in together.items():
        if report:
            report(done / len(live), some[0].segment)
        done += _refresh(warehouse, some, earlier, causes)
    return done


def _refresh(warehouse: Warehouse, together: list[Saved], earlier: date | None, causes: Causes) -> int:
    with suppress(*_UNASKABLE):
        latest = warehouse.latest()
        if earlier is None or earlier < latest:
            with warehouse.duck.session() as session:
                asked = [Asked(each, membership.rule_of(session, each)) for each in together]
            return len(asked) if step(warehouse, asked, latest, earlier, warehouse.data_version, causes) else 0
        if earlier == latest:
            _again(warehouse, together, latest, causes)
    done = 0
    for each in together:  # one of them cannot be asked, or what was evaluated is all fresh by now
        with suppress(*_UNASKABLE):
            evaluate(warehouse, each, [warehouse.latest()], only=True, causes=causes)
            done += 1
    return done


def _again(warehouse: Warehouse, together: list[Saved], latest: date, causes: Causes) -> None:
    """Evaluate the latest day anew for those of which it is not fresh: together where the day before is the same."""
    version, stale = warehouse.data_version, defaultdict(list)
    with warehouse.duck.session() as session:
        for each in together:
            *before, last = days_of(session, each, causes, latest)
            if not last.fresh:
                asked = Asked(each, membership.rule_of(session, each), last.customers, last.because)
                stale[before[-1].day if before else None].append(asked)
    for earlier, some in stale.items():
        step(warehouse, some, latest, earlier, version, causes, rewind=True)


def evaluate(
    warehouse: Warehouse, saved: Saved, days: Iterable[date], report: Report | None = None, *, only: bool = False,
    causes: Causes | None = None,
) -> None:  # fmt: skip
    """Make membership known for these days, and anew for the evaluated days of which something has changed since.

    `only` leaves changed days before the first of these as they are. Days are evaluated in their order, each in a
    transaction of its own.
    """
    if saved.frozen:
        return
    causes, wanted = causes or Causes(), set(days)
    with warehouse.duck.session() as session:
        known = {each.day: each for each in days_of(session, saved, causes, min(wanted) if only else date.min)}
        rule = membership.rule_of(session, saved)
    missing = {day for day in wanted if day not in known or not known[day].fresh}
    stale = {day for day, each in known.items() if not each.fresh and not (only and missing and day < min(missing))}
    if not missing | (set() if only else stale):
        return
    first = min(missing | (set() if only else stale))
    latest = warehouse.latest()
    todo = sorted(missing | {day for day in known if first <= day <= latest})
    version = warehouse.data_version
    for place, day in enumerate(todo):
        if report:
            report(place / len(todo), f"{saved.segment}, {day}")
        earlier = todo[place - 1] if place else max((each for each in known if each < first), default=None)
        was = known.get(day)
        asked = Asked(saved, rule, was.customers, was.because) if was else Asked(saved, rule)
        if not step(warehouse, [asked], day, earlier, version, causes, rewind=place == 0):
            return  # an import came between: what is left is evaluated with its rows


def history(warehouse: Warehouse, saved: Saved, months: int, as_of: date, report: Report | None = None) -> list[Day]:
    """The size on the last month ends and on the as-of date, the earliest first; what is not known is evaluated."""
    ends = month_ends(as_of, months)
    with warehouse.duck.session() as session:
        begin = session.value("SELECT min(ordered_on) FROM mart.orders")
    wanted = [day for day in [*ends, as_of] if begin is None or day >= begin]
    evaluate(warehouse, saved, wanted, report)
    with warehouse.duck.session() as session:
        return [each for each in days_of(session, saved) if each.day in set(wanted)]


def reevaluated(session: Session, saved: Saved) -> list[Again]:
    """Days that were evaluated anew because something had happened since, the latest evaluation first."""
    rows = session.rows(
        f"""SELECT day, customers_before, customers, because, evaluated_at FROM workspace.segment_reevaluations
        WHERE {_OF} ORDER BY evaluated_at DESC, day""",
        own(saved),
    )
    return [Again(*row) for row in rows]


def month_ends(as_of: date, months: int) -> list[date]:
    """The last days of so many months before that of the as-of date, the earliest first."""
    first = as_of.replace(day=1)
    return [months_before(first, back) - timedelta(days=1) for back in range(months - 1, -1, -1)]


def days_of(session: Session, saved: Saved, causes: Causes | None = None, since: date = date.min) -> list[Day]:
    """The days evaluated, the earliest first; whether they are fresh is looked up from a day on."""
    causes, rule = causes or Causes(), membership.rule_of(session, saved)
    rows = session.rows(
        f"""SELECT d.day, d.customers, d.entered, d."left", d.evaluated_at, d.orders, d.revenue, d.print
        FROM workspace.segment_days AS d WHERE {_OF} ORDER BY d.day""",
        own(saved),
    )
    found = []
    for day, customers, entered, left, at, *print_ in rows:
        because = causes.of(session, rule, day, at, tuple(print_)) if day >= since else ""
        found.append(Day(day, customers, entered, left, because))
    return found
