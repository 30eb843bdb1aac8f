"""Frames: what an Arrow table is as one, and the one cache of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pyarrow as pa

CACHED_FRAMES = 256
#: Larger frames (a list of all customers on its way to a file) are not kept.
LARGEST_CACHED = 64_000_000  # bytes
SHORT = 10_000  # rows, too few to be that large


class Frames:
    """The least recently asked frames give way. They are of one state of the data: `forget` them with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: int | None = None
        self._frames: OrderedDict[tuple[Any, ...], pd.DataFrame] = OrderedDict()
        self._own = threading.local()

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """Within it this thread finds only what it makes itself, as in a new process."""
        self._own.frames = Frames()
        try:
            yield
        finally:
            self._own.frames = None

    def forget(self, version: int) -> None:
        """The data are of this version from now on."""
        with self._lock:
            self._version = version
            self._frames.clear()

    def turn(self, version: int | None) -> None:
        """The data may be of this version by now."""
        if version is not None and version != self._version:
            self.forget(version)

    def kept(self, asked: tuple[Any, ...], make: Callable[[], tuple[int, pd.DataFrame]]) -> pd.DataFrame:
        """The frame of a question, else what `make` gives for it and the version that it is of.

        The frame may be changed by the caller: it shares nothing that is written to.
        """
        own = getattr(self._own, "frames", None)
        if own is not None:
            own.turn(self._version)
            return own.kept(asked, make)
        with self._lock:
            if asked in self._frames:
                self._frames.move_to_end(asked)
                return self._frames[asked].copy(deep=False)
        version, frame = make()
        if len(frame) > SHORT and frame.memory_usage(deep=False).sum() > LARGEST_CACHED:
            return frame
        with self._lock:
            if version == self._version:  # what was made of two states is not kept
                self._frames[asked] = frame
            while len(self._frames) > CACHED_FRAMES:
                self._frames.popitem(last=False)
        return frame.copy(deep=False)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a frame: money as float64 (exact to the cent below 9e11), whole numbers and flags with gaps as nullable."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_decimal(column.type):
            columns[name] = _nearest(column)
            continue
        nullable = _NULLABLE.get(column.type) if column.null_count else None
        columns[name] = column.to_pandas(types_mapper=(lambda _, kind=nullable: kind) if nullable else None)
        if pa.types.is_date(column.type):
            columns[name] = pd.to_datetime(columns[name])
    return pd.DataFrame(columns)


def _nearest(column: pa.ChunkedArray) -> pd.Series:
    """Decimals as the nearest numbers: a cast alone multiplies by 0.0001, which leaves 25.740000000000002 of 25.74."""
    units = 10.0**column.type.scale
    return (column.cast(pa.float64()).to_pandas() * units).round() / units


_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
