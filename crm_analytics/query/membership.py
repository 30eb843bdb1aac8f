"""What a saved segment means: its rule with what it names looked up, saved as versions or as fixed lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
from sqlglot import parse_one

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadRule
from crm_analytics.query.rules import InSegment, Listed, Rule, from_json, resolved, segments_named, to_json, unresolved
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import segments
from crm_analytics.workspace.segments import Saved

#: A statement with the values bound to it.
Query = tuple[str, dict[str, object]]


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
        text, values = ids(warehouse, asked, frozen_as_of) if frozen_as_of else ("", {})
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
    warehouse: Warehouse, name: str, customers: list[str], as_of: date, who: str, *, description: str = ""
) -> Saved:
    """Save these customers as a fixed list of a day: a cluster, or whom another system names.

    One's own list of that name becomes an earlier version; what else has the name stays as it is. Errors: BadValue.
    """
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        version = 1 + int(
            session.value(
                "SELECT coalesce(max(version), 0) FROM workspace.segment_versions WHERE segment = $name",
                {"name": name.strip()},
            )
        )
        rule = to_json(Listed(name.strip(), version))
        saved = segments.add(
            session, name, rule, who, description=description, frozen_as_of=as_of, anew=True,
            seen=_own_list(session, name.strip(), who),
        )  # fmt: skip
        rows = pa.table(
            {
                "segment": pa.array([saved.segment] * len(customers), pa.string()),
                "version": pa.array([saved.version] * len(customers), pa.int32()),
                "customer_id": pa.array(customers, pa.string()),
            }
        )
        session.append("workspace.frozen_members", rows)
    return saved


def _own_list(session: Session, name: str, who: str) -> int | None:
    """The latest version of a segment where it is a fixed list that the same person saved."""
    own = (
        each.version for each in segments.listed(session) if each.segment == name and each.frozen and each.who == who
    )
    return next(own, None)


def archive(warehouse: Warehouse, name: str, who: str, seen: int) -> Saved:
    """Put a segment away; `BadRule` while others ask for it."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        asking = [each.segment for each in segments.listed(session) if name in segments_named(from_json(each.rule))]
        if asking:
            raise BadRule(f"“{name}” is asked for by {', '.join(asking)}: change those first.", name)
        return segments.archive(session, name, who, seen)


def ids(warehouse: Warehouse, rule: Rule, day: date) -> Query:
    """The statement that gives the ids of a rule's customers, in no order, with its values."""
    text, values = warehouse.sql("metrics/audience_ids", Audience(rule, day, day))
    tree = parse_one(text, read="duckdb")
    tree.set("order", None)
    return tree.sql("duckdb"), values
