"""Who was in a saved segment when, and why: its members on the days evaluated, kept as intervals.

A live segment is evaluated for the latest day after each load and for month ends when its history is asked for. Each
evaluated day stands on a print of the orders up to it; where that has changed, or something else that the rule reads, the day
is evaluated anew and the cause is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadRule, MissingTable, NothingLoaded, UnknownName
from crm_analytics.query import membership
from crm_analytics.query.causes import Causes
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE, All, InSegment, Rule, in_words
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import segments
from crm_analytics.workspace.segments import Saved

Report = Callable[[float, str], None]
_OF = "segment = $segment AND version = $version"

FIRST = "in the segment on the first day evaluated"
NEW = "became a customer"


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

    A segment that cannot be asked (what it names is not loaded any more) is left out: it must not stop an import.
    """
    with warehouse.duck.session() as session:
        live = [each for each in segments.listed(session) if not each.frozen]
    done, prints = 0, Prints()
    for place, saved in enumerate(live):
        if report:
            report(place / len(live), saved.segment)
        with suppress(BadRule, UnknownName, MissingTable, NothingLoaded):
            evaluate(warehouse, saved, [warehouse.latest()], only=True, prints=prints)
            done += 1
    return done


def evaluate(
    warehouse: Warehouse, saved: Saved, days: Iterable[date], report: Report | None = None, *, only: bool = False,
    prints: Prints | None = None,
) -> None:  # fmt: skip
    """Make membership known for these days, and anew for the evaluated days whose orders have changed since.

    `only` leaves changed days before the first of these as they are. Days are evaluated in their order, each in a
    transaction of its own.
    """
    if saved.frozen:
        return
    prints = Prints() if prints is None else prints
    with warehouse.duck.session() as session:
        known = {each.day: each for each in days_of(session, saved, prints)}
        rule = membership.rule_of(session, saved)
    missing = {day for day in days if day not in known or not known[day].fresh}
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
        if not _step(warehouse, saved, rule, day, earlier, version, prints, rewind=place == 0, was=known.get(day)):
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
        _own(saved),
    )
    return [Again(*row) for row in rows]


def month_ends(as_of: date, months: int) -> list[date]:
    """The last days of so many months before that of the as-of date, the earliest first."""
    first = as_of.replace(day=1)
    return [months_before(first, back) - timedelta(days=1) for back in range(months - 1, -1, -1)]


def _step(
    warehouse: Warehouse, saved: Saved, rule: Rule, day: date, earlier: date | None, version: str, prints: Prints,
    *, rewind: bool, was: Day | None,
) -> bool:  # fmt: skip
    """Evaluate one day in one transaction; False, with nothing done, if the data has changed meanwhile."""
    with warehouse.duck.writing(), warehouse.duck.session() as session:
        if warehouse.data_version != version:
            return False
        members = membership.ids(warehouse, rule, day)
        parts = _parts(rule)
        now = [membership.ids(warehouse, each, day) for each in parts] if len(parts) > 1 else []
        then = [membership.ids(warehouse, each, earlier) for each in parts] if earlier and len(parts) > 1 else []
        known = membership.ids(warehouse, EVERYONE, earlier) if earlier else None
        own = _own(saved)
        with session.transaction():
            if rewind:
                _rewind(session, own, day)
            session.do(f"CREATE OR REPLACE TEMP TABLE members AS {members[0]}", members[1])
            session.do(f"CREATE OR REPLACE TEMP TABLE held AS {_HELD}", own)
            words = [in_words(each) for each in parts]
            entered = _entered(session, own, day, words, then, known)
            left = _left(session, own, day, words, now)
            size = session.value("SELECT count(*) FROM members")
            told = own | {"day": day, "size": size, "entered": entered, "left": left, "now": datetime.now()}
            orders, revenue, print_ = prints.of(session, day)
            session.do(
                "INSERT INTO workspace.segment_days VALUES ($segment, $version, $day, $size, $entered, $left, $orders, "
                "$revenue, $print, $data_version, $now)",
                told | {"orders": orders, "revenue": revenue, "print": print_, "data_version": version},
            )
            if was is not None and was.because:
                session.do(
                    "INSERT INTO workspace.segment_reevaluations VALUES ($segment, $version, $day, $was, $size, $because, $now)",
                    own | {"day": day, "was": was.customers, "size": size, "because": was.because, "now": told["now"]},
                )
    return True


def _own(saved: Saved) -> dict[str, object]:
    return {"segment": saved.segment, "version": saved.rule_version}


_HELD = f"SELECT customer_id FROM workspace.segment_members WHERE {_OF} AND to_on IS NULL"


class Prints:
    """What the orders up to a day come to, looked up once for each day of one piece of work."""

    def __init__(self) -> None:
        self._known: dict[date, tuple[object, ...]] = {}

    def of(self, session: Session, day: date) -> tuple[object, ...]:
        """Their number, their sum, and a number that changes when any of them does."""
        if day not in self._known:
            self._known[day] = session.row(
                """SELECT count(*), coalesce(sum(net_amount), 0),
                coalesce(bit_xor(hash(order_id, customer_id, ordered_on, net_amount)), 0)
                FROM mart.orders WHERE ordered_on <= $day""",
                {"day": day},
            )
        return self._known[day]


def _rewind(session: Session, own: dict[str, object], day: date) -> None:
    """Forget what was evaluated from a day on."""
    values = own | {"day": day}
    session.do(f"DELETE FROM workspace.segment_members WHERE {_OF} AND from_on >= $day", values)
    session.do(
        f"UPDATE workspace.segment_members SET to_on = NULL, left_because = NULL WHERE {_OF} AND to_on >= $day", values
    )
    session.do(f"DELETE FROM workspace.segment_days WHERE {_OF} AND day >= $day", values)


def _entered(
    session: Session,
    own: dict[str, object],
    day: date,
    words: list[str],
    then: list[membership.Query],
    known: membership.Query | None,
) -> int:
    """Open the intervals of who came in, each with the conditions that were not met on the day before."""
    session.do(
        "CREATE OR REPLACE TEMP TABLE moved AS SELECT customer_id FROM members ANTI JOIN held USING (customer_id)"
    )
    count = int(session.value("SELECT count(*) FROM moved"))
    if count == 0:
        return 0
    _flips(session, words, then)
    session.do("CREATE OR REPLACE TEMP TABLE known AS " + (known[0] if known else "SELECT '' AS customer_id LIMIT 0"),
               known[1] if known else None)  # fmt: skip
    session.do(
        f"""INSERT INTO workspace.segment_members SELECT $segment, $version, m.customer_id, $day, NULL,
        {"CASE WHEN k.customer_id IS NULL THEN $new ELSE coalesce(f.words, $all) END" if known else "$first"}, NULL
        FROM moved AS m LEFT JOIN known AS k USING (customer_id) LEFT JOIN flipped AS f USING (customer_id)""",
        own | {"day": day} | ({"new": NEW, "all": " and ".join(words)} if known else {"first": FIRST}),
    )
    return count


def _left(session: Session, own: dict[str, object], day: date, words: list[str], now: list[membership.Query]) -> int:
    """Close the intervals of who went out, each with the conditions that are met no more."""
    session.do(
        "CREATE OR REPLACE TEMP TABLE moved AS SELECT customer_id FROM held ANTI JOIN members USING (customer_id)"
    )
    count = int(session.value("SELECT count(*) FROM moved"))
    if count:
        _flips(session, words, now)
        session.do(
            f"""UPDATE workspace.segment_members SET to_on = $day, left_because = coalesce(
            (SELECT words FROM flipped WHERE flipped.customer_id = segment_members.customer_id), $all)
            WHERE {_OF} AND to_on IS NULL AND customer_id IN (SELECT customer_id FROM moved)""",
            own | {"day": day, "all": " and ".join(words)},
        )
    return count


def _flips(session: Session, words: list[str], parts: list[membership.Query]) -> None:
    """Make `flipped`: of those who moved, the conditions that they do not meet, in words."""
    session.do("CREATE OR REPLACE TEMP TABLE flips (customer_id VARCHAR, place INTEGER, words VARCHAR)")
    for place, (text, values) in enumerate(parts):
        session.do(f"CREATE OR REPLACE TEMP TABLE meets AS {text}", values)
        session.do(
            "INSERT INTO flips SELECT customer_id, $place, $words FROM moved ANTI JOIN meets USING (customer_id)",
            {"place": place, "words": words[place]},
        )
    session.do(
        "CREATE OR REPLACE TEMP TABLE flipped AS "
        "SELECT customer_id, string_agg(words, ' and ' ORDER BY place) AS words FROM flips GROUP BY customer_id"
    )


def _parts(rule: Rule) -> tuple[Rule, ...]:
    """The conditions of which all must hold: one of them flips when somebody comes in or goes out."""
    inner = rule.rule if isinstance(rule, InSegment) and rule.rule is not None else rule
    return inner.rules if isinstance(inner, All) and inner.rules else (inner,)


def days_of(session: Session, saved: Saved, prints: Prints | None = None) -> list[Day]:
    """The days evaluated, the earliest first."""
    prints = Prints() if prints is None else prints
    rule, causes = membership.rule_of(session, saved), Causes(session)
    rows = session.rows(
        f"""SELECT d.day, d.customers, d.entered, d."left", d.evaluated_at, d.orders, d.revenue, d.print
        FROM workspace.segment_days AS d WHERE {_OF} ORDER BY d.day""",
        _own(saved),
    )
    return [
        Day(*row[:4], causes.of(rule, row[0], row[4], same_orders=prints.of(session, row[0]) == row[5:]))
        for row in rows
    ]
