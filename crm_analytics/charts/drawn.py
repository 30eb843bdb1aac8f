"""Figures are kept for what they are made of: a rerun of a page with the same frames draws nothing anew."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec

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
        self._content = pickle.dumps((given, options, pio.templates.default), protocol=5)

    def __hash__(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._content == other._content


def drawn(chart: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The chart, whose figures are kept by the content of its frames and options. They are shared: change a copy."""

    @lru_cache(KEPT)
    def kept(asked: _Asked) -> go.Figure:
        return chart(*asked.given, **asked.options)

    @wraps(chart)
    def asked(*given: P.args, **options: P.kwargs) -> go.Figure:
        return kept(_Asked(given, options))

    return asked
