"""Parquet files: their columns as text, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crm_analytics.errors import BadInput
from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.layout import Layout, named_layout
from crm_analytics.ingest.reading import Batch, Broken

CONTAINER = "Parquet"
_BATCH_ROWS = 50_000
_EXPORT_AGAIN = "Fetch or export it again."


@dataclass(frozen=True)
class ParquetTable:
    """An open Parquet file and how it is laid out."""

    path: Path
    name: str
    layout: Layout

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows; `line` is the number of the row, the first is 1."""
        line = 1
        try:
            with pq.ParquetFile(self.path) as file:
                total = max(1, file.metadata.num_rows)
                for batch in file.iter_batches(_BATCH_ROWS):
                    yield self._texts(batch, line, size * line // total)
                    line += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            what = f"the rows from {line:,} on cannot be read ({_first_line(error)})."
            raise BadInput(what, file=self.name, line=line, cure=_EXPORT_AGAIN) from error

    def _texts(self, batch: pa.RecordBatch, first: int, read: int) -> Batch:
        columns = []
        for name, column in zip(self.layout.columns, batch.columns, strict=True):
            try:
                columns.append(texts(column))
            except (pa.ArrowException, UnicodeDecodeError) as error:
                what = f"the column {name!r} ({column.type}) cannot be read as text ({_first_line(error)})."
                raise BadInput(what, file=self.name, line=first, cure="Write it as text, or leave it out.") from error
        numbers = pa.array(range(first, first + batch.num_rows), pa.int32())
        bad = pa.array([False] * batch.num_rows)
        for column in columns:
            bad = pc.or_(bad, pc.fill_null(pc.match_substring(column, "\0"), False))
        if not pc.any(bad).as_py():
            return Batch(numbers, columns, [], read)
        broken = [
            Broken(first + at, "\t".join(column[at].as_py() or "" for column in columns).replace("\0", "␀"), _NUL)
            for at, is_bad in enumerate(bad.to_pylist())
            if is_bad
        ]
        good = pc.invert(bad)
        return Batch(numbers.filter(good), [column.filter(good) for column in columns], broken, read)


_NUL = "a NUL byte stands in the row"


def open_parquet(path: Path, name: str) -> ParquetTable:
    """A Parquet file. Errors: BadInput (damaged, no rows, columns that hold lists or records)."""
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        what = f"this begins like a Parquet file but cannot be read ({_first_line(error)})."
        raise BadInput(what, file=name, cure=_EXPORT_AGAIN) from error
    nested = [field.name for field in schema if pa.types.is_nested(field.type) or pa.types.is_duration(field.type)]
    if nested:
        what = (
            f"the columns {', '.join(map(repr, nested))} hold lists, records or durations, which no table of rows can."
        )
        raise BadInput(what, file=name, cure="Write one column per value, or leave them out.")
    if not rows:
        raise BadInput(
            "there is no row.", file=name, cure="Export it again with the period and filters that hold data."
        )
    types = ", ".join(f"{field.name} {field.type}" for field in schema)
    about = Evidence("columns", f"{len(schema):,}", f"as the file says: {types}")
    return ParquetTable(path, name, named_layout(schema.names, name, CONTAINER, (about,)))


def texts(column: pa.Array) -> pa.Array:
    """Values as text: times as ISO, decimals exact, NaN as blank."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    found = column.cast(pa.string())
    found.validate(full=True)  # the writer's word that its bytes are UTF-8 is not taken
    if pa.types.is_timestamp(column.type) or pa.types.is_time(column.type):
        found = pc.replace_substring_regex(found, r"\.0+(Z|[+-]\d{2}:?\d{2})?$", r"\1")
    return found


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
