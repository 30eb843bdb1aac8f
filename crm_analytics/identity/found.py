"""The pairs found among the loaded customers, kept until other customers are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue
from crm_analytics.identity.bands import banded
from crm_analytics.identity.link import Links, Report, link
from crm_analytics.query.marts import several_sources
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import identity, preferences
from crm_analytics.workspace.identity import Record

#: Raised when the linking itself changes: what was found by another is looked for again.
LINKING = 2
#: Beyond so many records the pairs would not fit the memory that the software asks for.
MOST_RECORDS = 300_000
#: From so many records on the looking is work for the background.
LONG_FROM = 3000

_FIELDS = (
    "name", "first_name", "last_name", "email", "phone", "born_on", "country", "region", "city", "postal_code", "street",
    "house_number", "address_2",
)  # fmt: skip
_BORN = "coalesce(CAST(born_on AS VARCHAR), json_extract_string(attributes, '$.born_on_as_written'))"
_NAME = "coalesce(name, nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''))"
_READ = ", ".join(_BORN + " AS born_on" if name == "born_on" else name for name in _FIELDS)


@dataclass(frozen=True)
class Found:
    """Pairs, one row each: left_source, left_id, right_source, right_id, group (-1: in none), probability, direct, household,
    bits, levels (see `link.Links`), band, decision (what holds of the pair, else None). records: how many were compared.
    """

    pairs: pd.DataFrame
    start_bits: float
    records: int


def is_fresh(warehouse: Warehouse) -> bool:
    """Whether the pairs of what is loaded now are known."""
    with warehouse.duck.session() as session:
        return _stored_of(session) == _print(session)


def records(warehouse: Warehouse) -> int:
    """How many records of customers are loaded."""
    with warehouse.duck.session() as session:
        return int(session.value("SELECT count(*) FROM core.customers"))


def refresh(warehouse: Warehouse, report: Report | None = None, session: Session | None = None) -> None:
    """Look for pairs where what is loaded is not what they were found in. Errors: Stopped, BadValue for too many records."""
    own = session is None
    session = session or warehouse.duck.open_session()
    try:
        of = _print(session)
        if _stored_of(session) == of:
            return
        if (count := int(session.value("SELECT count(*) FROM core.customers"))) > MOST_RECORDS:
            raise BadValue("records of customers", f"{count:,}", f"up to {MOST_RECORDS:,} to look for duplicates among")
        customers = session.table(
            f"SELECT source, customer_id, {_READ} FROM core.customers ORDER BY source, customer_id"
        )
        frame = customers.to_pandas()
        home = warehouse.preferences.home_country
        links = link(session, frame, home, **({"report": report} if report else {}))
        with warehouse.duck.writing(), session.transaction():
            _store(session, frame, links, of)
    finally:
        if own:
            session.close()


def read(warehouse: Warehouse) -> Found:
    """The pairs with their bands and what was decided of them; looked for first where they are not known."""
    refresh(warehouse)
    with warehouse.duck.session() as session:
        pairs = session.table("SELECT * FROM mart.links ORDER BY ALL").to_pandas()
        start_bits, count = session.row("SELECT start_bits, records FROM mart.links_of")
        decided = identity.holding(session)
    pairs["band"] = banded(pairs["probability"].to_numpy(float), pairs["group"].to_numpy() >= 0)
    said = {(each.left, each.right): each.decision for each in decided}
    left = list(zip(pairs["left_source"], pairs["left_id"], strict=True))
    right = list(zip(pairs["right_source"], pairs["right_id"], strict=True))
    pairs["decision"] = [said.get(pair) for pair in zip(left, right, strict=True)]
    return Found(pairs, float(start_bits), int(count))


def _print(session: Session) -> str:
    """What the pairs depend on: the imports of customers that hold, and the business's country."""
    held = session.value(
        "SELECT string_agg(import_id, ',' ORDER BY import_id) FROM workspace.imports WHERE kind = 'customers' AND undone_at IS NULL"
    )
    count = session.value("SELECT count(*) FROM core.customers")
    return f"{LINKING}:{count}:{preferences.read(session).home_country or ''}:{held or ''}"


def _stored_of(session: Session) -> str | None:
    if not session.rows("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name = 'links_of'"):
        return None
    return session.value("SELECT of FROM mart.links_of")


def _store(session: Session, customers: pd.DataFrame, links: Links, of: str) -> None:
    session.do(
        """CREATE OR REPLACE TABLE mart.links (left_source VARCHAR, left_id VARCHAR, right_source VARCHAR, right_id VARCHAR,
        "group" INTEGER, probability DOUBLE, direct DOUBLE, household DOUBLE, bits FLOAT[], levels TINYINT[])"""
    )
    pairs = links.pairs
    if len(pairs):
        sides = {
            f"{side}_{name}": pa.array(customers[column].to_numpy(object)[pairs[at].to_numpy(int)], pa.string())
            for side, at in (("left", "l"), ("right", "r"))
            for name, column in (("source", "source"), ("id", "customer_id"))
        }
        numbers = {name: pa.array(pairs[name].to_numpy(float)) for name in ("probability", "direct", "household")}
        group = {"group": pa.array(_numbered(pairs["group"].to_numpy(int)), pa.int32())}
        lists = {
            "bits": pa.array(list(pairs["bits"]), pa.list_(pa.float32())),
            "levels": pa.array(list(pairs["levels"]), pa.list_(pa.int8())),
        }
        session.append("mart.links", pa.table({**sides, **group, **numbers, **lists}))
    session.do("CREATE OR REPLACE TABLE mart.links_of (of VARCHAR, start_bits DOUBLE, records BIGINT)")
    session.do(
        "INSERT INTO mart.links_of VALUES ($of, $start, $records)",
        {"of": of, "start": links.start_bits, "records": len(customers)},
    )


def _numbered(group: np.ndarray) -> np.ndarray:
    """Groups numbered from 1, -1 for none."""
    return np.where(group < 0, -1, np.unique(group[group >= 0]).searchsorted(group) + 1)


def own_id(warehouse: Warehouse) -> Callable[[Record], str]:
    """How a record's own customer id is written: with its source in front where there are several."""
    with warehouse.duck.session() as session:
        several = several_sources(session)
    return lambda record: f"{record[0]}:{record[1]}" if several else record[1]


def persons(warehouse: Warehouse) -> Callable[[Record], str]:
    """The customer_id of the person that a record is of."""
    with warehouse.duck.session() as session:
        moved = {(source, own): person for source, own, person in session.rows("SELECT * FROM mart.people")}
    name = own_id(warehouse)
    return lambda record: moved.get(record) or name(record)


def names(warehouse: Warehouse, of: set[Record]) -> dict[Record, str | None]:
    """What records are called: name, else first and last name; None where they have none."""
    if not of:
        return {}
    with warehouse.duck.session() as session:
        rows = session.rows(f"SELECT source, customer_id, {_NAME} FROM core.customers")
    return {(source, own): name for source, own, name in rows if (source, own) in of}


def values(warehouse: Warehouse, record: Record) -> dict[str, str | None]:
    """The fields of one record that matching looks at, as they were loaded."""
    with warehouse.duck.session() as session:
        table = session.table(
            f"SELECT {_READ} FROM core.customers WHERE source = $source AND customer_id = $own",
            {"source": record[0], "own": record[1]},
        )
    return table.to_pylist()[0] if table.num_rows else {}
