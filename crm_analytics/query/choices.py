"""What a rule can ask about here: the attributes that files brought, the events loaded, and the values that occur."""

from __future__ import annotations

import pandas as pd
from sqlglot import exp, parse_one

from crm_analytics.query import marts
from crm_analytics.query.rules import ATTRIBUTES, CLUSTERS, EVENTS, EVERYONE, Event, field_of
from crm_analytics.query.tables import ORDER_ROWS
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS, HABIT_OF, HABITS, CustomerField
from crm_analytics.workspace import clusters

#: Relations made of other kinds of tables than their name says.
_MADE_OF = {"orders": {"orders", "order_lines"}, "lines": {"order_lines"}}
MOST = 200


def fields(warehouse: Warehouse) -> dict[str, CustomerField]:
    """Every field of a customer that a rule can ask, kept cluster models and the attributes of the customer files last."""
    models = [field_of(CLUSTERS + each.model) for each in warehouse.entered(clusters.listed)]
    habits = {
        each.name: each for habit in HABITS if warehouse.loaded.intersection(habit.needs) for each in habit.fields
    }
    attributes = [field_of(ATTRIBUTES + name) for name in warehouse.attributes.get("customers", {})]
    return {**CUSTOMER_FIELDS, **habits, **{each.name: each for each in [*models, *attributes] if each is not None}}


def values(warehouse: Warehouse, name: str, audience: Audience) -> list[str]:
    """The values that a field of the customers holds, the most frequent first; none of an attribute."""
    if name in CUSTOMER_FIELDS:
        return warehouse.choices(name, audience.as_of)
    if name.startswith(CLUSTERS):
        found = [each for each in warehouse.entered(clusters.listed) if CLUSTERS + each.model == name]
        return list(found[0].assigning.names) if found else []
    if name == "main_channel":
        return warehouse.choices("channel", audience.as_of)
    return list(HABIT_OF[name].values.get(name, ())) if name in HABIT_OF else []


def events(warehouse: Warehouse) -> dict[str, Event]:
    """The events of which something is loaded."""
    return {name: event for name, event in EVENTS.items() if is_loaded(warehouse, event)}


def is_loaded(warehouse: Warehouse, event: Event) -> bool:
    """Whether a table that holds such events is loaded."""
    if event.relation == ORDER_ROWS:
        return ORDER_ROWS in warehouse.attributes
    made_of = _MADE_OF.get(event.relation, {event.relation})
    return event.relation in marts.FIXED and bool(made_of & warehouse.loaded)


def event_fields(warehouse: Warehouse, event: Event) -> dict[str, CustomerField]:
    """What can be asked of such events, the attributes of their files last."""
    attributes = [event.field(ATTRIBUTES + name) for name in warehouse.attributes.get(event.relation, {})]
    known = [event.field("on"), *event.fields, *attributes]
    return {each.name: each for each in known if each is not None}


def event_values(warehouse: Warehouse, event: Event, name: str, audience: Audience) -> list[str]:
    """The texts that a field of such events holds, the most frequent first; none of an attribute."""
    field = event.field(name)
    if field is None or field.meaning != "category":
        return []
    schema, table = marts.FIXED[event.rows([name])].split(".")
    column = parse_one(event.expression(name), read="duckdb")
    query = exp.select(exp.alias_(column, "value")).from_(exp.table_(table, db=schema, alias="e"))
    query = query.where(column.copy().is_(exp.null()).not_()).group_by("value")
    query = query.order_by(exp.Count(this=exp.Star()).desc(), "value").limit(MOST)

    def make() -> pd.DataFrame:
        with warehouse.duck.session() as session:
            return pd.DataFrame({"value": [row[0] for row in session.rows(query)]})

    everyone = Audience(EVERYONE, audience.as_of, audience.before)
    return warehouse.keep("event_values", everyone, make, event=event.name, field=name)["value"].tolist()
