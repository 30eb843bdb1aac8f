"""One day of membership: who is in some saved segments on it, who came in and who went out since the day before, and why.

All segments are asked in one pass over the customers, and only who moved is looked at closer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlglot import exp, parse_one

from crm_analytics.engine.duck import Session
from crm_analytics.query import held, membership
from crm_analytics.query.causes import Causes
from crm_analytics.query.rules import All, InSegment, Rule, in_words
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.segments import Saved

FIRST = "in the segment on the first day evaluated"
NEW = "became a customer"
#: Segments asked at once: each is a bit of a number.
AT_ONCE = 60
_OF = "segment = $segment AND version = $version"


@dataclass(frozen=True)
class Asked:
    """A segment with its rule, ready to be asked. `was`: its members on that day as evaluated before; `because`: why anew."""

    saved: Saved
    rule: Rule
    was: int = 0
    because: str = ""

    @property
    def parts(self) -> tuple[Rule, ...]:
        """The conditions of which all must hold: one of them flips when somebody comes in or goes out."""
        rule = self.rule
        inner = rule.rule if isinstance(rule, InSegment) and rule.rule is not None else rule
        return inner.rules if isinstance(inner, All) and inner.rules else (inner,)


def own(saved: Saved) -> dict[str, object]:
    """What a segment's rows are found by."""
    return {"segment": saved.segment, "version": saved.rule_version}


def step(
    warehouse: Warehouse, asked: Sequence[Asked], day: date, earlier: date | None, version: str, causes: Causes, *, rewind: bool = False
) -> bool:  # fmt: skip
    """Evaluate segments for one day in one transaction; False, with nothing done, if the data or a rule has changed meanwhile.

    `earlier` is the day evaluated before, the same for all. `rewind`: what was evaluated from the day on is forgotten.
    """
    with warehouse.duck.writing(), warehouse.duck.session() as session:
        if warehouse.data_version != version or any(
            membership.rule_of(session, each.saved) != each.rule for each in asked
        ):
            return False
        for begin in range(0, len(asked), AT_ONCE):
            some = asked[begin : begin + AT_ONCE]
            saved = [each.saved for each in some]
            bits = held.bits(session, saved)
            now = warehouse.marks(dict(zip(bits, (each.rule for each in some), strict=True)), day)
            parts = [part for each in some if len(each.parts) > 1 for part in each.parts]
            then = warehouse.flags(parts, earlier) if earlier else None
            later = warehouse.flags(parts, day) if earlier and parts else None
            with session.transaction():
                if rewind:
                    _rewind(session, some, day)
                held.find(session, saved, bits)
                _find(session, now, then, later)
                came, gone = _write(session, some, bits, day, known=earlier is not None)
                _note(session, some, bits, day, version, causes.print_of(session, day), came, gone)
                held.keep(session, bits)
    return True


def _rewind(session: Session, some: Sequence[Asked], day: date) -> None:
    """Forget what was evaluated from a day on."""
    for each in some:
        values = own(each.saved) | {"day": day}
        session.do(f"DELETE FROM workspace.segment_members WHERE {_OF} AND from_on >= $day", values)
        session.do(
            f"UPDATE workspace.segment_members SET to_on = NULL, left_because = NULL WHERE {_OF} AND to_on >= $day",
            values,
        )
        session.do(f"DELETE FROM workspace.segment_days WHERE {_OF} AND day >= $day", values)
        held.forget_one(session, each.saved.segment, each.saved.rule_version)


def _find(
    session: Session, now: membership.Query, then: membership.Query | None, later: membership.Query | None
) -> None:
    """Make the tables of this step: members as bits, who moved, and which conditions those met before and meet now."""
    session.do(f"CREATE OR REPLACE TEMP TABLE step_now AS {now[0]}", now[1])
    session.do(
        """CREATE OR REPLACE TEMP TABLE step_moved AS
        WITH moved AS (
            SELECT customer_no, h.customer_id, coalesce(n.bits, 0) & ~coalesce(h.bits, 0) AS came,
                coalesce(h.bits, 0) & ~coalesce(n.bits, 0) AS gone
            FROM step_now AS n FULL JOIN step_held AS h USING (customer_no) WHERE coalesce(n.bits, 0) <> coalesce(h.bits, 0))
        SELECT m.customer_no, coalesce(m.customer_id, c.customer_id) AS customer_id, m.came, m.gone
        FROM moved AS m LEFT JOIN mart.numbers AS c ON c.customer_no = m.customer_no"""
    )
    for name, query in (("before", then), ("after", later)):
        text, values = _of_movers(query) if query else ("SELECT '' AS customer_id LIMIT 0", {})
        session.do(f"CREATE OR REPLACE TEMP TABLE step_{name} AS {text}", values)


def _of_movers(query: membership.Query) -> membership.Query:
    """The same of those who moved: whether the conditions hold is looked up of nobody else."""
    text, values = query
    tree = parse_one(text, read="duckdb", into=exp.Select)
    return tree.where("customers.customer_no IN (SELECT customer_no FROM step_moved)").sql("duckdb"), values


def _write(
    session: Session, some: Sequence[Asked], bits: Sequence[int], day: date, *, known: bool
) -> tuple[list[int], list[int]]:
    """Open the intervals of who came in and close those of who went out, with the conditions that flipped; how many, by segment."""
    came, gone = (_counted(session, "step_moved", name, bits) for name in ("came", "gone"))
    session.do(
        "CREATE OR REPLACE TEMP TABLE step_gone (segment VARCHAR, version INTEGER, customer_id VARCHAR, because VARCHAR)"
    )
    first = 0
    for place, each in enumerate(some):
        several = len(each.parts) > 1
        said, words = _flipped(each, first)
        first += len(each.parts) if several else 0
        values = own(each.saved) | words
        if came[place]:
            because = f"CASE WHEN f.customer_id IS NULL THEN '{NEW}' ELSE {said} END" if known else f"'{FIRST}'"
            session.do(
                f"""INSERT INTO workspace.segment_members SELECT $segment, $version, m.customer_id, $day, NULL, {because}, NULL
                FROM step_moved AS m LEFT JOIN step_before AS f USING (customer_id) WHERE m.came & {1 << bits[place]} <> 0""",
                own(each.saved) | {"day": day} | (words if known else {}),
            )
        if gone[place]:
            session.do(
                f"""INSERT INTO step_gone SELECT $segment, $version, m.customer_id, {said}
                FROM step_moved AS m LEFT JOIN step_after AS f USING (customer_id) WHERE m.gone & {1 << bits[place]} <> 0""",
                values,
            )
    if any(gone):
        _close(session, day)
    return came, gone


def _close(session: Session, day: date) -> None:
    """Close the open intervals of `step_gone`: the rows are written anew, since an update rewrites two columns of all rows."""
    session.do(
        """CREATE OR REPLACE TEMP TABLE step_left AS
        SELECT m.rowid AS row, m.* REPLACE (CAST($day AS DATE) AS to_on, g.because AS left_because)
        FROM workspace.segment_members AS m JOIN (
            FROM step_gone UNION ALL
            SELECT s.* REPLACE (k.known_as AS customer_id) FROM step_gone AS s JOIN mart.known_as AS k USING (customer_id)) AS g
            ON m.segment = g.segment AND m.version = g.version AND m.customer_id = g.customer_id AND m.to_on IS NULL""",
        {"day": day},
    )
    session.do("DELETE FROM workspace.segment_members WHERE rowid IN (SELECT row FROM step_left)")
    session.do("INSERT INTO workspace.segment_members SELECT * EXCLUDE (row) FROM step_left")


def _flipped(asked: Asked, first: int) -> tuple[str, dict[str, object]]:
    """SQL of the conditions that a mover does not meet, in words, over his row `f`; with the words as values."""
    words = [in_words(part) for part in asked.parts]
    named: dict[str, object] = {f"word_{place}": each for place, each in enumerate(words)} | {
        "words": " and ".join(words)
    }
    if len(words) == 1:
        return "$words", {"words": words[0]}
    cases = ", ".join(f"CASE WHEN NOT f.rule_{first + place} THEN $word_{place} END" for place in range(len(words)))
    return f"coalesce(nullif(concat_ws(' and ', {cases}), ''), $words)", named


def _note(
    session: Session, some: Sequence[Asked], bits: Sequence[int], day: date, version: str, print_: tuple[object, ...],
    came: list[int], gone: list[int],
) -> None:  # fmt: skip
    """Keep that the day is evaluated, and of a day evaluated anew what had happened."""
    sizes, now = _counted(session, "step_now", "bits", bits), datetime.now()
    for each, size, entered, left in zip(some, sizes, came, gone, strict=True):
        orders, revenue, number = print_
        told = own(each.saved) | {"day": day, "size": size, "now": now}
        session.do(
            "INSERT INTO workspace.segment_days VALUES ($segment, $version, $day, $size, $entered, $left, $orders, "
            "$revenue, $print, $data_version, $now)",
            told | {"entered": entered, "left": left, "orders": orders, "revenue": revenue, "print": number, "data_version": version},
        )  # fmt: skip
        if each.because:
            session.do(
                "INSERT INTO workspace.segment_reevaluations VALUES ($segment, $version, $day, $was, $size, $because, $now)",
                told | {"was": each.was, "because": each.because},
            )


def _counted(session: Session, table: str, column: str, bits: Sequence[int]) -> list[int]:
    """How many rows have each bit: equal rows are looked at once."""
    each = ", ".join(f"sum(n) FILTER (WHERE bits & {1 << bit} <> 0)" for bit in bits)
    found = session.row(f"SELECT {each} FROM (SELECT {column} AS bits, count(*) AS n FROM {table} GROUP BY {column})")
    return [int(number or 0) for number in found]
