"""The canonical tables: the one source for DDL, header recognition, docs and segment fields."""

from __future__ import annotations

from collections.abc import Iterator

from crm_analytics.schema.billing import INVOICES
from crm_analytics.schema.campaign_plans import CAMPAIGN_PLANS_DDL
from crm_analytics.schema.company import BENEFITS, COSTS, DELIVERIES, MARKET, MEMBERSHIPS
from crm_analytics.schema.contact import CAMPAIGNS, CONTACTS, INTERACTIONS
from crm_analytics.schema.customer import (
    CUSTOMER_FIELDS,
    CUSTOMER_LABELS,
    HABIT_FIELDS,
    HABIT_OF,
    HABITS,
    STATUSES,
    CustomerField,
    Habit,
    label_of_column,
    label_of_group,
)
from crm_analytics.schema.fields import STORED_AS, Field, Kind, Meaning
from crm_analytics.schema.history import HISTORY_THIRD_DDL
from crm_analytics.schema.identity import IDENTITY_DDL
from crm_analytics.schema.models import MODELS_FOURTH_DDL, MODELS_THIRD_DDL
from crm_analytics.schema.people import CUSTOMERS
from crm_analytics.schema.programme import PROGRAMME_DDL, PROGRAMME_THIRD_DDL
from crm_analytics.schema.quality import QUALITY_FOURTH_DDL
from crm_analytics.schema.sales import ORDER_LINES, ORDERS, PRODUCTS
from crm_analytics.schema.segments import SEGMENTS_DDL, SEGMENTS_THIRD_DDL
from crm_analytics.schema.service import CASES, CONSENTS, SURVEY_ANSWERS

__all__ = [
    "CUSTOMER_FIELDS", "CUSTOMER_LABELS", "EVENTS", "FOURTH_DDL", "HABITS", "HABIT_FIELDS", "HABIT_OF", "KINDS", "SCHEMA_VERSION", "SECOND_DDL", "STATUSES", "STORED_AS", "THIRD_DDL",
    "WORKSPACE_DDL", "CustomerField", "Field", "Habit", "Kind", "Meaning", "core_ddl", "ddl", "label_of_column", "label_of_group", "source_ddl",
]  # fmt: skip

SCHEMA_VERSION = 4

#: In the order in which they are named to people: what most companies have first.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        ORDERS, ORDER_LINES, CUSTOMERS, PRODUCTS, CAMPAIGNS, CONTACTS, SURVEY_ANSWERS, CASES, INTERACTIONS, CONSENTS,
        INVOICES, DELIVERIES, MEMBERSHIPS, BENEFITS, COSTS, MARKET,
    )
}  # fmt: skip

#: Kinds whose rows speak of customers, beside orders and the customers themselves.
EVENTS = tuple(
    name
    for name, kind in KINDS.items()
    if "customer_id" in kind.names and kind.attributes and name not in ("orders", "order_lines", "customers")
)


def source_ddl(kind: Kind) -> str:
    """CREATE TABLE of `source.<kind>`: every accepted row version; `current` marks the one that holds."""
    own = "import_id INTEGER NOT NULL, line INTEGER NOT NULL, unit UHUGEINT NOT NULL, current BOOLEAN NOT NULL, source VARCHAR NOT NULL"
    columns = ", ".join(f"{each.name} {each.stored_as}" for each in kind.fields)
    columns += ", attributes VARCHAR" if kind.attributes else ""
    return f"CREATE TABLE source.{kind.name} ({own}, {columns})"


def core_ddl(kind: Kind) -> str:
    """CREATE VIEW of `core.<kind>`: the versions that hold today."""
    columns = ", ".join(kind.columns)
    return f"CREATE OR REPLACE VIEW core.{kind.name} AS SELECT source, import_id, line, {columns} FROM source.{kind.name} WHERE current"


WORKSPACE_DDL: tuple[str, ...] = (
    "CREATE TABLE workspace.meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
    """CREATE TABLE workspace.imports (
        import_id INTEGER PRIMARY KEY, kind VARCHAR NOT NULL, source VARCHAR NOT NULL, file VARCHAR NOT NULL,
        sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL, rows_read BIGINT NOT NULL, new BIGINT NOT NULL, same BIGINT NOT NULL,
        changed BIGINT NOT NULL, rejected BIGINT NOT NULL, mapping VARCHAR NOT NULL, report VARCHAR NOT NULL,
        currency VARCHAR, who VARCHAR NOT NULL, imported_at TIMESTAMP NOT NULL, undone_at TIMESTAMP, undone_by VARCHAR)""",
    """CREATE TABLE source.rejects (
        import_id INTEGER NOT NULL, line INTEGER NOT NULL, column_name VARCHAR, value VARCHAR, reason VARCHAR NOT NULL, raw VARCHAR)""",
    "CREATE TABLE workspace.settings (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL, who VARCHAR NOT NULL, set_at TIMESTAMP NOT NULL)",
    "CREATE TABLE workspace.audiences (hash VARCHAR PRIMARY KEY, rule VARCHAR NOT NULL, who VARCHAR NOT NULL, made_at TIMESTAMP NOT NULL)",
    """CREATE TABLE workspace.mappings (
        source VARCHAR NOT NULL, headers VARCHAR NOT NULL, kind VARCHAR NOT NULL, mapping VARCHAR NOT NULL,
        who VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL, PRIMARY KEY (source, headers))""",
    "CREATE TABLE workspace.audit (done_at TIMESTAMP NOT NULL, who VARCHAR NOT NULL, act VARCHAR NOT NULL, what VARCHAR NOT NULL)",
)


#: What version 2 added beside new kinds of tables: run for a new database and when one of version 1 is brought up.
SECOND_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.attributes (
        import_id INTEGER NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL, header VARCHAR NOT NULL, meaning VARCHAR NOT NULL)""",
    *SEGMENTS_DDL,
    *PROGRAMME_DDL,
    *CAMPAIGN_PLANS_DDL,
    *IDENTITY_DDL,
)


#: What version 3 added: run for a new database and when one of version 2 is brought up.
THIRD_DDL: tuple[str, ...] = (*HISTORY_THIRD_DDL, *PROGRAMME_THIRD_DDL, *SEGMENTS_THIRD_DDL, *MODELS_THIRD_DDL)

#: What version 4 added: run for a new database and when one of version 3 is brought up.
FOURTH_DDL: tuple[str, ...] = (
    *QUALITY_FOURTH_DDL,
    *MODELS_FOURTH_DDL,
)


def ddl() -> Iterator[str]:
    """Every statement that makes an empty database, in order."""
    for name in ("source", "core", "mart", "workspace"):
        yield f"CREATE SCHEMA {name}"
    yield from WORKSPACE_DDL
    for kind in KINDS.values():
        yield source_ddl(kind)
        yield core_ddl(kind)
    yield from SECOND_DDL
    yield from THIRD_DDL
    yield from FOURTH_DDL
