"""The verb of figures: one of them for a segment, as a frame or as plain rows."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pandas as pd

from crm_analytics.errors import UnknownName
from crm_analytics.metrics.catalogue import METRICS, compute
from crm_analytics.query import membership
from crm_analytics.query.rules import EVERYONE, to_json
from crm_analytics.query.warehouse import Warehouse

#: Rows of a table on the screen with one row per customer; --limit asks for another number.
SCREEN_ROWS = 1000


def show(
    warehouse: Warehouse, metric: str, segment: str | None, as_of: date | None, before: date | None,
    knobs: dict[str, str], limit: int | None, *, on_screen: bool,
) -> dict[str, Any]:  # fmt: skip
    """A metric's frame for the customers of a saved segment or of a rule (as JSON). `limit` keeps the first rows.

    The reply has `frame` beside the keys that JSON output has; its `rows` are made by `plain_rows`.
    """
    if metric not in METRICS:
        raise UnknownName("metric", metric, METRICS)
    for knob in knobs.keys() - METRICS[metric].knobs:
        raise UnknownName(f"knob of {metric}", knob, METRICS[metric].knobs)
    rule = membership.named(warehouse, segment) if segment else None
    audience = warehouse.audience(rule or EVERYONE, as_of, before)
    frame = compute(warehouse, metric, audience, **knobs)
    notes = list(frame.attrs.get("notes", []))
    if limit is None and on_screen and METRICS[metric].grain == "customer":
        limit = SCREEN_ROWS
    if limit is not None and len(frame) > limit:
        notes.append(f"{limit:,} of {len(frame):,} rows are shown; --limit shows more.")
        frame = frame.head(limit)
    return {
        "metric": metric,
        "as_of": audience.as_of.isoformat(),
        "data_version": warehouse.data_version,
        "segment": to_json(rule) if rule else None,
        "frame": frame,
        "notes": notes,
    }


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON can carry them: nothing for what is undefined, dates as ISO text, whole numbers as such."""
    columns = [_plain_column(frame[name]) for name in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain_column(column: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        known = column.dropna()
        whole = bool((known.dt.normalize() == known).all())
        return [None if pd.isna(each) else (each.date() if whole else each).isoformat() for each in column]
    return [_plain(each) for each in column.tolist()]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    if pd.isna(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    return value.isoformat() if isinstance(value, date) else value
