"""What a metric is to those who ask for one."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from crm_analytics.metrics.knobs import Knob

_COLUMN = re.compile(r"(\w+) : (\S+)\s\s+(.+)")
_COLUMNS = "Columns\n-------\n"


@dataclass(frozen=True)
class Column:
    """A documented column: its name, its dtype in pandas, and what it holds (unit, meaning of null)."""

    name: str
    dtype: str
    about: str


def columns_of(function: Callable[..., pd.DataFrame]) -> tuple[Column, ...]:
    """The columns that a metric's docstring promises, in order."""
    section = (inspect.getdoc(function) or "").partition(_COLUMNS)[2]
    return tuple(Column(*match.groups()) for match in map(_COLUMN.match, section.splitlines()) if match)


@dataclass(frozen=True)
class Metric:
    """A metric as others meet it.

    statements: the SQL files it reads, for "how is this computed". grain: what a row is; "customer" frames are long
    and limited where they are shown.
    """

    function: Callable[..., pd.DataFrame]
    grain: str
    statements: tuple[str, ...]
    knobs: dict[str, Knob] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called everywhere: the function's name."""
        return self.function.__name__

    @property
    def about(self) -> str:
        """One line: the first of the docstring."""
        return self.text.splitlines()[0]

    @property
    def text(self) -> str:
        """What it is, as written: the docstring without the columns."""
        return (inspect.getdoc(self.function) or "").partition(_COLUMNS)[0].strip()

    @property
    def words(self) -> str:
        """The same to be shown: one paragraph a line."""
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in self.text.split("\n\n"))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that it promises, in order."""
        return columns_of(self.function)
