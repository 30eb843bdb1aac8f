"""A segment becomes a relation named `audience`, in front of a statement; relation names are bound to tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from crm_analytics.query.rules import EVERYONE, Rule, condition

AUDIENCE = "audience"


def compose(
    statement: exp.Query, rule: Rule, as_of: date, tables: Mapping[str, str], values: dict[str, object]
) -> exp.Query:
    """A new tree of `statement` that reads the audience and the tables that its names stand for.

    tables: relation name as written in the statement -> `schema.table`. A CTE of the statement's own that has
    such a name keeps it. Names bound for the rule are added to `values`.

    Everyone gets no join: an inner join with all customers would only drop guests, whose orders belong to
    no customer and so count for everyone and for no narrower audience.
    """
    tree = statement.copy()
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    if AUDIENCE in own:
        pass
    elif rule == EVERYONE:
        _drop_joins(tree)
        if _reads(tree, AUDIENCE):
            _put_in_front(tree, exp.select("customer_id").from_("customers"))
    elif _reads(tree, AUDIENCE):
        chosen = condition(rule, values, as_of)
        _put_in_front(tree, exp.select("customers.customer_id").from_("customers").where(chosen))
    for table in list(tree.find_all(exp.Table)):
        if not table.db and table.name in tables and table.name not in own:
            schema, name = tables[table.name].split(".")
            bound = exp.table_(name, db=schema, alias=table.alias or table.name)
            bound.set("joins", table.args.get("joins"))
            table.replace(bound)
    return tree


def _reads(tree: exp.Query, name: str) -> bool:
    return any(table.name == name and not table.db for table in tree.find_all(exp.Table))


def _drop_joins(tree: exp.Query) -> None:
    for join in list(tree.find_all(exp.Join)):
        if isinstance(join.this, exp.Table) and join.this.name == AUDIENCE and not join.this.db:
            join.pop()


def _put_in_front(tree: exp.Query, chosen: exp.Select) -> None:
    audience = exp.CTE(this=chosen, alias=exp.TableAlias(this=exp.to_identifier(AUDIENCE)))
    present = tree.args.get("with_")
    recursive = bool(present and present.args.get("recursive"))
    tree.set("with_", exp.With(expressions=[audience, *tree.ctes], recursive=recursive))


def used(tree: exp.Query, values: Mapping[str, object]) -> dict[str, object]:
    """Those of the values that the tree has a place for (DuckDB refuses others)."""
    places = {place.name for place in tree.find_all(exp.Placeholder)}
    return {name: value for name, value in values.items() if name in places}
