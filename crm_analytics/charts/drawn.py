"""Figures are kept for what they are made of: a rerun of a page with the same frames draws nothing anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

#: Figures of each chart: of several people, with their own audiences.
KEPT: Final = 16

P = ParamSpec("P")


class _Asked:
    """What a chart was asked with; equal to what has the same content."""

    def __init__(self, given: tuple[Any, ...], options: dict[str, Any]) -> None:
        self.given = given
        self.options = options
        # a figure takes the template in force when it is made
        self._content = _content((given, options, pio.templates.default))
        self._hash = hash(self._content)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._content == other._content


def drawn(chart: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The chart, whose figures are kept by the content of its frames and options. They are shared: change a copy."""

    @lru_cache(KEPT)
    def kept(asked: _Asked) -> go.Figure:
        return _said_once(chart(*asked.given, **asked.options))

    @wraps(chart)
    def asked(*given: P.args, **options: P.kwargs) -> go.Figure:
        return kept(_Asked(given, options))

    return asked


def _said_once(figure: go.Figure) -> go.Figure:
    """The figure, written out as a dictionary here and now: each rerun of a page would copy and encode all of it again."""
    written = figure.to_dict()
    # a dictionary of its own for each, of the same parts: Plotly's copies take it and write into it
    object.__setattr__(figure, "to_dict", lambda: dict(written))
    return figure


def _content(value: Any) -> Any:
    """All that a value says, as something to be compared: a missing number is equal to a missing number."""
    if isinstance(value, pd.DataFrame):
        columns = [
            (name, _values(value.iloc[:, place])) for place, name in enumerate(value.columns)
        ]  # a name may come twice
        return ("frame", tuple(columns), _values(value.index), repr(value.attrs))
    if isinstance(value, pd.Series | pd.Index):
        return (type(value).__name__, value.name, _values(value))
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.shape, _content(value.tolist()) if value.dtype == object else value.tobytes())
    if isinstance(value, Mapping):
        return tuple((key, _content(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return (type(value).__name__, *map(_content, value))
    if is_dataclass(value):
        return (type(value).__name__, *(_content(getattr(value, each.name)) for each in fields(value)))
    return f"{type(value).__name__} {value!r}"


def _values(column: pd.Series | pd.Index) -> Any:
    """The values of a column with their type."""
    if isinstance(column, pd.RangeIndex):
        return repr(column)
    if column.dtype == object:
        return ("object", *map(_content, column.tolist()))
    if isinstance(column.dtype, np.dtype):
        return (str(column.dtype), column.to_numpy().tobytes())
    if isinstance(column.dtype, pd.CategoricalDtype):  # their order is that of bars and colours
        codes = pd.Categorical(column).codes
        return ("category", column.dtype.ordered, _values(column.dtype.categories), codes.tobytes())
    return (str(column.dtype), repr(column.tolist()))
