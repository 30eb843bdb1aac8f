"""Statements as they run: of a rule, the relations of its days and the tables of its ids, with the values for their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from crm_analytics.engine.duck import Duck
from crm_analytics.query import assignments, marts, statements
from crm_analytics.query.audiences import Audiences
from crm_analytics.query.compose import Tables, bound, compose, made_in, marked, members, told, unordered, used
from crm_analytics.query.plans import planned
from crm_analytics.query.rules import All, Rule
from crm_analytics.query.rules.events import LEFT_ALONE
from crm_analytics.query.state import VERSION

if TYPE_CHECKING:  # the warehouse reads it
    from crm_analytics.query.warehouse import Audience

#: A statement and what is bound to it.
Written = tuple[str, dict[str, object]]


class Composer:
    """Composes statements for the warehouse. `relation`: the table of customers of a day; `beside`: see `controls.beside`."""

    def __init__(
        self,
        duck: Duck,
        relation: Callable[[date], tuple[str, marts.Base]],
        beside: Callable[[Rule, date], dict[str, object]],
    ) -> None:
        self._duck = duck
        self._relation = relation
        self._beside = beside
        self._audiences = Audiences(duck)

    def forget(self) -> None:
        """Make the tables of ids anew."""
        self._audiences.forget()

    def reading(self, name: str, audience: Audience, knobs: Mapping[str, object], version: int) -> Written:
        """A statement in sql/ that reads the ids of an audience from a table, which is made at the first use in a data version."""
        table, base, before = self._states(name, audience)
        plan, of_rule = planned(name, audience.rule, audience.as_of, table, before)
        text = plan.text
        if plan.ids:
            text = plan.reading(self._ids(audience, plan.ids, table, knobs.get(LEFT_ALONE), version))
        return text, plan.values(of_rule, {**_dates(audience, base), **knobs})

    def choices(self, field: str, as_of: date, most: int) -> exp.Query:
        """The values that a field of `customers` has, the most frequent first."""
        column = exp.column(field)
        query = exp.select(column).where(column.is_(exp.null()).not_())
        query = query.group_by(column).order_by(exp.Count(this=exp.Star()).desc(), column).limit(most)
        dated, _ = self._relation(as_of)
        return query.from_(marts.whole(as_of) if field in marts.STATED else dated)

    def standing_alone(self, name: str, audience: Audience, knobs: Mapping[str, object]) -> Written:
        """A statement in sql/ with all that it reads of the audience written into it, laid out for people."""
        table, base, before = self._states(name, audience)
        rule, as_of = audience.rule, audience.as_of
        values: dict[str, object] = {}
        tree = compose(statements.tree(name), rule, as_of, self._tables(rule, as_of, table, before), values)
        beside = self._beside(rule, as_of)
        return tree.sql("duckdb", pretty=True), used(tree, {**_dates(audience, base), **knobs, **beside, **values})

    def flags(self, rules: Sequence[Rule], as_of: date) -> Written:
        """Which of the rules hold for each customer, as columns: see `compose.told`."""
        return self._of_all(lambda values, tables: told(rules, as_of, values, tables), All(tuple(rules)), as_of)

    def marks(self, rules: Mapping[int, Rule], as_of: date) -> Written:
        """The same as bits of a number: see `compose.marked`."""
        every = All(tuple(rules.values()))
        return self._of_all(lambda values, tables: marked(rules, as_of, values, tables), every, as_of)

    def _of_all(self, chosen: Callable[[dict[str, object], Tables], exp.Query], every: Rule, as_of: date) -> Written:
        values: dict[str, object] = {}
        tree = chosen(values, self._tables(every, as_of, self._relation(as_of)[0]))
        return tree.sql("duckdb"), used(tree, {"as_of": as_of, **self._beside(every, as_of), **values})

    def _states(self, name: str, audience: Audience) -> tuple[str, marts.Base, tuple[str, date] | None]:
        """The relation of customers of the as-of date, what it stands on, and the earlier relation where it is compared."""
        table, base = self._relation(audience.as_of)
        return table, base, (self._relation(audience.before)[0], audience.before) if compares(name) else None

    def _tables(self, rule: Rule, as_of: date, customers: str, before: tuple[str, date] | None = None) -> Tables:
        return assignments.added(marts.tables(customers, as_of, before), rule, self._duck)

    def _ids(self, audience: Audience, names: tuple[str, ...], customers: str, left_alone: object, version: int) -> str:
        """The table of an audience's ids with these columns, made at the first use."""
        rule, as_of = audience.rule, audience.as_of

        def chosen() -> exp.Query:
            tables = self._tables(rule, as_of, customers)
            tree = members(rule, as_of, values, names)
            made = {name: self._made(name, as_of, tables, version) for name in made_in(tree, tables)}
            return bound(tree, replace(tables, named={**tables.named, **made}))

        values: dict[str, object] = {LEFT_ALONE: left_alone}
        return self._kept(version, (as_of, rule, names, left_alone), chosen, values)

    def _made(self, name: str, as_of: date, tables: Tables, version: int) -> str:
        """The table of a relation that rules look into, made at the first use."""
        values: dict[str, object] = {"as_of": as_of}
        return self._kept(version, (as_of, name), lambda: bound(unordered(tables.made[name]), tables), values)

    def _kept(
        self, version: int, key: tuple[Any, ...], chosen: Callable[[], exp.Query], values: dict[str, object]
    ) -> str:
        def query() -> tuple[exp.Query, dict[str, object]]:
            tree = chosen()
            return tree, used(tree, values)

        return self._audiences.table((version, *key), query, lambda session: int(session.value(VERSION)) == version)


def compares(name: str) -> bool:
    """Whether a statement reads the earlier state beside the present one."""
    return "customers_before" in statements.text(name)


def _dates(audience: Audience, base: marts.Base) -> dict[str, object]:
    return {"as_of": audience.as_of, "before": audience.before, "window_days": base.activity_window_days}
