"""Why membership of a past day may be another than it was evaluated: what happened since to anything it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm_analytics.engine.duck import Session
from crm_analytics.query.rules import CLUSTERS, EVENTS, All, Any_, Did, InSegment, Rule, Where, field_of, label_of, walk
from crm_analytics.query.rules.sql import enough_with_none
from crm_analytics.schema import HABIT_OF, KINDS

#: Kinds that the marts of orders are made of -> the day of a row `e`.
_ORDERS = {
    "orders": "CAST(e.ordered_at AS DATE)",
    "order_lines": "CAST(coalesce(e.ordered_at, (SELECT h.ordered_at FROM mart.headers AS h "
    "WHERE h.source = e.source AND h.order_id = e.order_id)) AS DATE)",
}
#: The day of an answer `e` where it is the first above 5 of its question: that of the question's first answer whose kind is left
#: open, since all of them are read as nps from then on (tables/answers); else never.
_OF_KIND = """CASE WHEN e.score > 5 AND NOT EXISTS (
        SELECT 1 FROM source.survey_answers AS o WHERE o.current AND o.import_id < e.import_id AND o.score > 5 AND o.source = e.source
            AND o.survey IS NOT DISTINCT FROM e.survey AND o.question IS NOT DISTINCT FROM e.question)
    THEN (SELECT coalesce(min(coalesce(CAST(o.answered_at AS DATE), DATE '0001-01-01')), DATE '9999-12-31')
        FROM source.survey_answers AS o
        WHERE o.current AND o.question_kind IS NULL AND o.expected IS NULL AND o.import_id <> e.import_id AND o.source = e.source
            AND o.survey IS NOT DISTINCT FROM e.survey AND o.question IS NOT DISTINCT FROM e.question)
    ELSE DATE '9999-12-31' END"""
#: Of rows that count on every day.
_ALWAYS = "CAST(NULL AS DATE)"
#: Kinds without days.
_UNDATED = ("customers", "products")
#: What rests on the costs that products have; so may a cluster. Lines have their product line of them too.
_COSTED = ("margin", "discounted_share")
#: Fields that are empty without an order, and those that are 0.
_EMPTY = (
    "first_order_on", "last_order_on", "recency_days", "units", "margin", "average_order_value", "mean_gap_days", "r_score", "f_score",
    "m_score", "fm_score", "revenue_rank", "cumulative_share", "abc_class",
)  # fmt: skip
_ZERO = ("orders", "purchase_days", "returns", "revenue", "gross_revenue", "revenue_12m", "revenue_before_12m")


@dataclass(frozen=True)
class _Act:
    """An import, or an undo or redo of one."""

    act: str
    kind: str
    import_id: int
    file: str
    at: datetime


class Causes:
    """What was done since any day was evaluated, and what the orders up to a day come to: looked up once for one piece of work."""

    def __init__(self) -> None:
        self._acts: list[_Act] | None = None
        self._others: list[tuple[str, str, datetime]] = []
        self._first: dict[tuple[int, str], date | None] = {}
        self._prints: dict[date, tuple[object, ...]] = {}

    def print_of(self, session: Session, day: date) -> tuple[object, ...]:
        """The number of orders up to a day, their sum, and a number that changes when any of them does."""
        if day not in self._prints:
            self._prints[day] = session.row(
                """SELECT count(*), coalesce(sum(net_amount), 0),
                coalesce(bit_xor(hash(order_id, customer_id, ordered_on, net_amount)), 0)
                FROM mart.orders WHERE ordered_on <= $day""",
                {"day": day},
            )
        return self._prints[day]

    def of(self, session: Session, rule: Rule, day: date, since: datetime, print_: tuple[object, ...]) -> str:
        """What made membership of a day uncertain since it was evaluated, in words; empty if nothing did.

        Late rows dated on or before the day, an undo or a redo, what is kept without history, an identity decision, a
        parameter, the rule of a segment that the rule asks for, a question that is of another kind by an answer of any day,
        or orders of another print.
        """
        if self._acts is None:
            self._acts = [_Act(*row) for row in session.rows(_ACTS)]
            self._others = session.rows(_OTHERS)
        acts, read = [each for each in self._acts if each.at > since], _read(rule)
        touched = [each for each in acts if each.kind in read and self._touches(session, each, read[each.kind], day)]
        found = [_said(each) for each in touched if each.kind not in _UNDATED]
        answers = [each for each in acts if each.kind == "survey_answers" and each not in touched and _asks_kind(rule)]
        found += [
            f"a question of another kind ({each.file})"
            for each in answers
            if self._touches(session, each, _OF_KIND, day)
        ]
        others = [(kind, name) for kind, name, at in self._others if at > since]
        decided = sum(int(name) for kind, name in others if kind == "decisions")
        found += [f"decisions on who is one person ({decided})"] if decided else []
        found += [f"the parameter {name.replace('_', ' ')}" for kind, name in others if kind == "parameter"]
        inner = {each.name for each in walk(rule) if isinstance(each, InSegment)}
        found += [f"the rule of “{name}”" for kind, name in others if kind == "segment" and name in inner]
        scored = asks_scores(rule) and [name for kind, name in others if kind == "scoring" and name <= day.isoformat()]
        found += [f"the scoring of {name}" for name in scored or ()]
        found += [words for kind in _UNDATED if (words := _of_files(kind, rule, touched))]
        if not found and self.print_of(session, day) != print_:
            return "other orders than those it was evaluated on"
        return "; ".join(dict.fromkeys(found))

    def _touches(self, session: Session, act: _Act, on: str, day: date) -> bool:
        """Whether rows of the file, or those whose place they take, count on the day."""
        key = (act.import_id, on)
        if key not in self._first:
            unit, of_file = ", ".join(f"e.{column}" for column in KINDS[act.kind].unit), "e.import_id = $id"
            others = on != _ALWAYS and act.kind not in _ORDERS  # orders that left a day show in its print
            same = f"OR ({unit}) IN (SELECT ({unit}) FROM source.{act.kind} AS e WHERE {of_file})"
            self._first[key] = session.value(
                f"""SELECT min(coalesce({on}, DATE '0001-01-01')) FROM source.{act.kind} AS e
                WHERE {of_file} {same if others else ""}""",
                {"id": act.import_id},
            )
        first = self._first[key]
        return first is not None and first <= day


_ACTS = """
SELECT a.act, i.kind, i.import_id, i.file, a.done_at
FROM workspace.audit AS a
JOIN workspace.imports AS i ON i.import_id = TRY_CAST(split_part(a.what, ':', 1) AS INTEGER)
WHERE a.act IN ('import', 'undo', 'redo')
ORDER BY a.done_at, i.import_id"""
_OTHERS = """
SELECT 'decisions', CAST(count(*) AS VARCHAR), greatest(decided_at, undone_at) AS done_at
FROM workspace.identity_decisions GROUP BY done_at
UNION ALL SELECT 'parameter', name, set_at FROM workspace.settings
UNION ALL SELECT 'scoring', CAST(as_of AS VARCHAR), scored_at FROM workspace.scorings
UNION ALL SELECT 'segment', segment, saved_at FROM workspace.segment_versions WHERE version = rule_version
ORDER BY ALL"""
_WORDS = {"import": "late rows", "undo": "an undo", "redo": "a redo"}


def _said(act: _Act) -> str:
    return f"{_WORDS[act.act]} ({act.file})"


def _read(rule: Rule) -> dict[str, str]:
    """Kinds that a rule reads -> the day of a row `e`; all rules stand on orders."""
    found: dict[str, str] = {} if _of_buyers(rule) and not _stated(rule) else {"customers": _ALWAYS}
    for each in walk(rule):
        if isinstance(each, Did) and EVENTS[each.event].relation in KINDS:
            found[EVENTS[each.event].relation] = EVENTS[each.event].on
        if isinstance(each, Where) and each.field in HABIT_OF:
            found |= dict.fromkeys(HABIT_OF[each.field].needs, _ALWAYS)
        if _is_costed(each):
            found["products"] = _ALWAYS
    return found | _ORDERS


def _asks_kind(rule: Rule) -> bool:
    """Whether a rule asks what kind of question was answered."""
    return any(
        isinstance(each, Did)
        and each.event == "answered"
        and any(at.field == "question_kind" for at in each.conditions)
        for each in walk(rule)
    )


def _of_files(kind: str, rule: Rule, acts: list[_Act]) -> str:
    """What of a kind without days is kept as of today only, as a person reads it, where a file said something of it."""
    files = sorted({each.file for each in acts if each.kind == kind})
    asked = _stated(rule) if kind == "customers" else []
    return f"{', '.join(asked) or kind} without history ({', '.join(files)})" if files else ""


def _stated(rule: Rule) -> list[str]:
    """The fields that a rule asks and that customers' files say as of today only, as a person reads them."""
    fields = [field_of(each.field) for each in walk(rule) if isinstance(each, Where)]
    return sorted({label_of(each) for each in fields if each and (not each.history or each.name == "channel")})


def asks_scores(rule: Rule) -> bool:
    """Whether a rule asks for what the last scoring said of customers."""
    asked = [HABIT_OF.get(each.field) for each in walk(rule) if isinstance(each, Where)]
    return any(habit is not None and habit.name == "scores" for habit in asked)


def _is_costed(rule: Rule) -> bool:
    if isinstance(rule, Did):
        return EVENTS[rule.event].relation == "lines"
    return isinstance(rule, Where) and (rule.field in _COSTED or rule.field.startswith(CLUSTERS))


def _of_buyers(rule: Rule) -> bool:
    """Whether it is certain that nobody without an order meets a rule: then it is all one who else is known."""
    match rule:
        case All(rules):
            return any(map(_of_buyers, rules))
        case Any_(rules):
            return all(map(_of_buyers, rules))
        case InSegment(_, _, inner):
            return inner is not None and _of_buyers(inner)
        case Did(event):
            return EVENTS[event].relation in ("orders", "lines") and not enough_with_none(rule)
        case Where(field, operator, value) if field in _ZERO:
            return (operator == "at_least" and value > 0) or (operator == "more_than" and value >= 0)
        case Where(field, operator):
            return operator != "is_empty" and (field in _EMPTY or field.startswith(CLUSTERS))
    return False
