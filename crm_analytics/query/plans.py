"""Statements as text, written once for each shape of a rule: another customer, value or day only binds other values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlglot import exp

from crm_analytics.query import marts, statements
from crm_analytics.query.compose import bound, narrowed, reads_audience, reads_texts
from crm_analytics.query.rules import EVERYONE, Rule, condition

#: Texts that are kept, of some kilobytes each.
KEPT = 1000

#: What a text names instead of the table of an audience's ids, which is another for each audience.
_IDS = "kept.of_this_audience"
#: How values of rules are named, with a number from 0.
_OF_RULE = "audience_"


@dataclass(frozen=True)
class Plan:
    """A statement: its text, the names of its places, and which columns of a table of the audience's ids it reads."""

    text: str
    places: frozenset[str]
    ids: tuple[str, ...]

    def reading(self, ids: str) -> str:
        """The text that reads this table of ids."""
        return self.text.replace(_IDS, ids)

    def values(self, of_rule: Mapping[str, object], others: Mapping[str, object]) -> dict[str, object]:
        """What is bound. A rule that stands in the statement n times has the places of n rules, one after the other."""
        once = list(of_rule.values())
        return {name: _value(name, once) if name.startswith(_OF_RULE) else others[name] for name in self.places}


def _value(name: str, once: list[object]) -> object:
    return once[int(name.removeprefix(_OF_RULE)) % len(once)]


@dataclass(frozen=True)
class _Asked:
    """What a text depends on; the rule through its shape, the condition without its values."""

    name: str
    shape: str
    customers: str
    before: tuple[str, date] | None
    as_of: date
    rule: Rule = field(compare=False)


def planned(
    name: str, rule: Rule, as_of: date, customers: str, before: tuple[str, date] | None
) -> tuple[Plan, dict[str, object]]:
    """The plan of a statement in sql/ for an audience, and the values of its rule."""
    values: dict[str, object] = {}
    shape = "" if rule == EVERYONE else condition(rule, values, as_of, exact=False).sql("duckdb", copy=False)
    return _written(_Asked(name, shape, customers, before, as_of, rule)), values


@lru_cache(KEPT)
def _written(asked: _Asked) -> Plan:
    tables = marts.tables(asked.customers, asked.as_of, asked.before)
    tree = narrowed(statements.tree(asked.name), asked.rule, asked.as_of, {}, tables.sums)
    reads_ids = reads_audience(tree)
    tree = bound(tree, tables.with_audience(_IDS) if reads_ids else tables)
    places = frozenset(place.name for place in tree.find_all(exp.Placeholder))
    ids = ("customer_no", "customer_id") if reads_texts(tree, _IDS) else ("customer_no",)
    return Plan(tree.sql("duckdb", copy=False), places, ids if reads_ids else ())
