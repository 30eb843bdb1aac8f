"""Who is in a saved segment: its rule looked up, its members on the days evaluated, kept as intervals with the reason.

A live segment is evaluated for the as-of date after each load and for month ends when its history is asked for. Each
evaluated day stands on a print of the orders up to it: late rows, an undo or an identity decision change the print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadRule, MissingTable, NothingLoaded, UnknownName
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import (
    EVERYONE,
    All,
    InSegment,
    Listed,
    Rule,
    from_json,
    in_words,
    resolved,
    segments_named,
    to_json,
    unresolved,
)
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import segments
from crm_analytics.workspace.segments import Saved

Report = Callable[[float, str], None]
_IDS = "metrics/audience_ids"
_OF = "segment = $segment AND version = $version"

FIRST = "in the segment on the first day evaluated"
NEW = "became a customer"


@dataclass(frozen=True)
class Day:
    """A day for which a segment was evaluated. `fresh`: the orders up to it are those it was evaluated on."""

    day: date
    customers: int
    entered: int
    left: int
    fresh: bool


def look_up(session: Session, *above: str) -> Callable[[str], tuple[int, Rule]]:
    """What gives the version and the rule of a saved segment; `BadRule` where it leads back to one of those above."""
    path = list(above)

    def found(name: str) -> tuple[int, Rule]:
        if name in path:
            raise BadRule(f"saved segments name each other in a circle: {' → '.join([*path, name])}.", name)
        saved = segments.one(session, name)
        path.append(name)
        try:
            return saved.version, _rule(saved, found)
        finally:
            path.pop()

    return found


def resolve(warehouse: Warehouse, rule: Rule) -> Rule:
    """The rule with the saved segments that it names looked up, ready to be asked. Errors: UnknownName, BadRule."""
    with warehouse.duck.session() as session:
        return from_json(to_json(resolved(rule, look_up(session))))  # within the limits with what it names too


def named(warehouse: Warehouse, text: str) -> Rule:
    """The rule that a text means: JSON, or the name of a saved segment. Errors: UnknownName, BadRule."""
    is_json = text.lstrip().startswith(("{", "["))
    return resolve(warehouse, from_json(text) if is_json else InSegment(text.strip()))


def rule_of(session: Session, saved: Saved) -> Rule:
    """The rule that a version of a saved segment stands for, ready to be asked."""
    return InSegment(saved.segment, saved.version, _rule(saved, look_up(session, saved.segment)))


def _rule(saved: Saved, found: Callable[[str], tuple[int, Rule]]) -> Rule:
    if saved.frozen:
        return Listed(saved.segment, saved.rule_version)
    return resolved(from_json(saved.rule), found)


def save(
    warehouse: Warehouse, name: str, rule: Rule, who: str, *, description: str = "", owner: str = "",
    frozen_as_of: date | None = None, anew: bool = False, seen: int | None = None,
) -> Saved:  # fmt: skip
    """Save a rule as the next version of a segment, or as the list of its members of one day.

    Errors: BadRule (a circle), BadValue (a name that does not do; somebody saved meanwhile), UnknownName.
    """
    plain = unresolved(rule)
    with warehouse.duck.writing(), warehouse.duck.session() as session:
        asked = from_json(to_json(resolved(plain, look_up(session, name.strip()))))
        text, values = _ids(warehouse, asked, frozen_as_of) if frozen_as_of else ("", {})
        with session.transaction():
            saved = segments.add(
                session, name, to_json(plain), who, description=description, owner=owner, frozen_as_of=frozen_as_of,
                anew=anew, seen=seen,
            )  # fmt: skip
            if text and saved.rule_version == saved.version:
                session.do(f"CREATE OR REPLACE TEMP TABLE members AS {text}", values)
                session.do(
                    "INSERT INTO workspace.frozen_members SELECT $segment, $version, customer_id FROM members",
                    {"segment": saved.segment, "version": saved.version},
                )
    return saved


def save_list(
    warehouse: Warehouse, name: str, customers: list[str], as_of: date, who: str, *, description: str = "",
    seen: int | None = None,
) -> Saved:  # fmt: skip
    """Save these customers as a fixed list of a day: a cluster, or whom another system names. Errors: BadValue."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        version = 1 + int(
            session.value(
                "SELECT coalesce(max(version), 0) FROM workspace.segment_versions WHERE segment = $name",
                {"name": name.strip()},
            )
        )
        rule = to_json(Listed(name.strip(), version))
        saved = segments.add(
            session, name, rule, who, description=description, frozen_as_of=as_of, anew=True, seen=seen
        )
        rows = pa.table(
            {
                "segment": pa.array([saved.segment] * len(customers), pa.string()),
                "version": pa.array([saved.version] * len(customers), pa.int32()),
                "customer_id": pa.array(customers, pa.string()),
            }
        )
        session.append("workspace.frozen_members", rows)
    return saved


def archive(warehouse: Warehouse, name: str, who: str, seen: int) -> Saved:
    """Put a segment away; `BadRule` while others ask for it."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        asking = [each.segment for each in segments.listed(session) if name in segments_named(from_json(each.rule))]
        if asking:
            raise BadRule(f"“{name}” is asked for by {', '.join(asking)}: change those first.", name)
        return segments.archive(session, name, who, seen)


# --- evaluation -----------------------------------------------------------------------------------------------------


def refresh(warehouse: Warehouse, report: Report | None = None) -> int:
    """Evaluate every live segment for the latest day; returns how many. What was evaluated before stays as it is.

    A segment that cannot be asked (what it names is not loaded any more) is left out: it must not stop an import.
    """
    with warehouse.duck.session() as session:
        live = [each for each in segments.listed(session) if not each.frozen]
    done = 0
    for place, saved in enumerate(live):
        if report:
            report(place / len(live), saved.segment)
        with suppress(BadRule, UnknownName, MissingTable, NothingLoaded):
            evaluate(warehouse, saved, [warehouse.latest()], only=True)
            done += 1
    return done


def evaluate(
    warehouse: Warehouse, saved: Saved, days: Iterable[date], report: Report | None = None, *, only: bool = False
) -> None:
    """Make membership known for these days, and anew for the evaluated days whose orders have changed since.

    `only` leaves changed days before the first of these as they are. Days are evaluated in their order, each in a
    transaction of its own.
    """
    if saved.frozen:
        return
    with warehouse.duck.session() as session:
        known = {each.day: each.fresh for each in _days(session, saved)}
        rule = rule_of(session, saved)
    missing = {day for day in days if not known.get(day, False)}
    stale = {day for day, fresh in known.items() if not fresh and not (only and missing and day < min(missing))}
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
        if not _step(warehouse, saved, rule, day, earlier, version, rewind=place == 0):
            return  # an import came between: what is left is evaluated with its rows


def history(warehouse: Warehouse, saved: Saved, months: int, as_of: date, report: Report | None = None) -> list[Day]:
    """The size on the last month ends and on the as-of date, the earliest first; what is not known is evaluated."""
    ends = month_ends(as_of, months)
    with warehouse.duck.session() as session:
        begin = session.value("SELECT min(ordered_on) FROM mart.orders")
    wanted = [day for day in [*ends, as_of] if begin is None or day >= begin]
    evaluate(warehouse, saved, wanted, report)
    with warehouse.duck.session() as session:
        return [each for each in _days(session, saved) if each.day in set(wanted)]


def changed_since(warehouse: Warehouse, saved: Saved) -> date | None:
    """The first evaluated day whose orders have changed since: by late rows, an undo or an identity decision."""
    with warehouse.duck.session() as session:
        return next((each.day for each in _days(session, saved) if not each.fresh), None)


def month_ends(as_of: date, months: int) -> list[date]:
    """The last days of so many months before that of the as-of date, the earliest first."""
    first = as_of.replace(day=1)
    return [months_before(first, back) - timedelta(days=1) for back in range(months - 1, -1, -1)]


def _step(
    warehouse: Warehouse, saved: Saved, rule: Rule, day: date, earlier: date | None, version: str, *, rewind: bool
) -> bool:
    """Evaluate one day in one transaction; False, with nothing done, if the data has changed meanwhile."""
    with warehouse.duck.writing(), warehouse.duck.session() as session:
        if warehouse.data_version != version:
            return False
        members = _ids(warehouse, rule, day)
        parts = _parts(rule)
        now = [_ids(warehouse, each, day) for each in parts] if len(parts) > 1 else []
        then = [_ids(warehouse, each, earlier) for each in parts] if earlier and len(parts) > 1 else []
        known = _ids(warehouse, EVERYONE, earlier) if earlier else None
        own = {"segment": saved.segment, "version": saved.rule_version}
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
            session.do(
                f"""INSERT INTO workspace.segment_days SELECT $segment, $version, $day, $size, $entered, $left,
                orders, revenue, print, $data_version, $now FROM ({_PRINT})""",
                told | {"data_version": version},
            )
    return True


_HELD = f"SELECT customer_id FROM workspace.segment_members WHERE {_OF} AND to_on IS NULL"
_PRINT = """SELECT count(*) AS orders, coalesce(sum(net_amount), 0) AS revenue,
    coalesce(bit_xor(hash(order_id, customer_id, ordered_on, net_amount)), 0) AS print
    FROM mart.orders WHERE ordered_on <= $day"""


def _rewind(session: Session, own: dict[str, object], day: date) -> None:
    """Forget what was evaluated from a day on."""
    values = own | {"day": day}
    session.do(f"DELETE FROM workspace.segment_members WHERE {_OF} AND from_on >= $day", values)
    session.do(
        f"UPDATE workspace.segment_members SET to_on = NULL, left_because = NULL WHERE {_OF} AND to_on >= $day", values
    )
    session.do(f"DELETE FROM workspace.segment_days WHERE {_OF} AND day >= $day", values)


Query = tuple[str, dict[str, object]]


def _entered(
    session: Session, own: dict[str, object], day: date, words: list[str], then: list[Query], known: Query | None
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


def _left(session: Session, own: dict[str, object], day: date, words: list[str], now: list[Query]) -> int:
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


def _flips(session: Session, words: list[str], parts: list[Query]) -> None:
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


def _ids(warehouse: Warehouse, rule: Rule, day: date) -> Query:
    """The statement that gives the ids of a rule's customers, with its values."""
    return warehouse.sql(_IDS, Audience(rule, day, day))


def _days(session: Session, saved: Saved) -> list[Day]:
    """The days evaluated, the earliest first."""
    rows = session.rows(
        f"""SELECT d.day, d.customers, d.entered, d."left", d.orders, d.revenue, d.print
        FROM workspace.segment_days AS d WHERE {_OF} ORDER BY d.day""",
        {"segment": saved.segment, "version": saved.rule_version},
    )
    return [Day(*row[:4], fresh=session.row(_PRINT, {"day": row[0]}) == row[4:]) for row in rows]
