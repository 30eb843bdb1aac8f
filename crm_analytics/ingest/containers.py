"""What kind of file it is, told by its content alone, and its rows, the same for every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from crm_analytics.errors import UnknownName
from crm_analytics.ingest import archives, json_lines, parquet, workbook
from crm_analytics.ingest.layout import Layout, find_layout
from crm_analytics.ingest.reading import Batch, read_rows

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Table(Protocol):
    """A file that is open: how it is laid out, and its rows in batches."""

    @property
    def layout(self) -> Layout: ...  # noqa: D102

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows. `size` of the file in bytes stands for all of it in `Batch.bytes_read`."""


@dataclass(frozen=True)
class DelimitedText:
    """A text file with delimiters."""

    path: Path
    layout: Layout

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows; `line` is the physical line."""
        return read_rows(self.path, self.layout)


def open_table(path: Path, name: str, **overrides: Any) -> Table:
    """The table in a file that is not packed. Overrides: those of `find_layout`; for a workbook header and sheet.

    Errors: BadInput naming file, place and cure; UnknownName for an override that the file does not have.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head == _OLD_EXCEL or (head == archives.ZIP and archives.is_workbook(path, name)):
        _must_be(overrides, ("sheet", "header"))
        return workbook.open_sheet(path, name, **overrides)
    if head == b"PAR1":
        _must_be(overrides, ())
        return parquet.open_parquet(path, name)
    if json_lines.is_json(path, name):
        _must_be(overrides, ())
        return json_lines.open_json(path, name)
    return DelimitedText(path, find_layout(path, name, **overrides))


def _must_be(overrides: dict[str, Any], known: tuple[str, ...]) -> None:
    for each in overrides.keys() - set(known):
        raise UnknownName("reading option of such a file", each, known)
