"""Rows into a warehouse without a file, typed as the canonical tables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from crm_analytics.ingest import store
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS


def load_frame(warehouse: Warehouse, kind_name: str, frame: pd.DataFrame, import_id: int = 1) -> None:
    """Load a frame whose columns are fields of the kind; other fields stay empty."""
    kind = KINDS[kind_name]
    table = pa.Table.from_pandas(frame.assign(line=range(2, len(frame) + 2)), preserve_index=False)
    names = ["line", *kind.columns]
    full = pa.table({name: table[name] if name in frame or name == "line" else pa.nulls(len(frame)) for name in names})
    columns = ", ".join(f"{field.name} {field.stored_as}" for field in kind.fields)
    columns += ", attributes VARCHAR" if kind.attributes else ""
    with warehouse.duck.session() as session, warehouse.changing(session):
        session.do(f"CREATE OR REPLACE TEMP TABLE typed (line INTEGER, {columns})")
        session.append("typed", full)
        session.do(
            "CREATE OR REPLACE TEMP TABLE rejects "
            "(line INTEGER, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"
        )
        store.stage(session, kind, "main")
        store.compare(session, kind, "main", 0)
        store.insert(session, kind, import_id, "main")


def load_orders(warehouse: Warehouse, rows: Sequence[tuple[str | None, str, float]], import_id: int = 1) -> None:
    """Load orders given as (customer, day, amount); the order id is the row's place."""
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"]).astype({"ordered_at": "datetime64[us]"})
    frame["customer_id"] = frame["customer_id"].astype("str")
    load_frame(warehouse, "orders", frame.assign(order_id=[f"{place:05}" for place in range(len(rows))]), import_id)


def rows_of(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The rows as plain tuples: days as ISO text, missing values as None."""
    return [tuple(map(_plain, row)) for row in frame[list(columns)].itertuples(index=False)]


def only(frame: pd.DataFrame) -> Mapping[str, object]:
    """The values of a frame of one row."""
    (row,) = rows_of(frame, *frame.columns)
    return dict(zip(frame.columns, row, strict=True))


def _plain(value: object) -> object:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
