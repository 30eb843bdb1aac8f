"""JSON lines: one object a line, its members as columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from crm_analytics.errors import BadInput
from crm_analytics.ingest.encoding import find_encoding
from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.layout import Layout, named_layout
from crm_analytics.ingest.reading import Batch, Broken, by_column, open_text, printable

CONTAINER = "JSON lines"
_BATCH_CELLS = 400_000
_SEARCHED = 20  # lines at the top of which one must be an object
_HEAD = 1 << 16
_DOCUMENT = re.compile(r"\s*(?:\[\s*[{\[]|\{\s*\n\s*\")")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class _Members(tuple[tuple[str, Any], ...]):
    """The members of an object as they are written, double names included."""


class _Unusable(ValueError):
    """Why a line is no row."""


@dataclass(frozen=True)
class JsonLines:
    """A file of JSON lines and how it is laid out."""

    path: Path
    layout: Layout

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows; `line` is the physical line. Members that a line lacks are blank."""
        names = self.layout.columns
        most = max(1, _BATCH_CELLS // len(names))
        lines: list[int] = []
        rows: list[list[str | None]] = []
        broken: list[Broken] = []
        read = 0
        for line, text in _lines(self.path, self.layout.encoding):
            read += len(text)
            try:
                cells = _cells(text)
            except _Unusable as error:
                broken.append(Broken(line, printable(text, self.layout.encoding), str(error)))
            else:
                lines.append(line)
                rows.append([cells.get(each) for each in names])
            if len(rows) + len(broken) >= most:
                yield Batch(lines, by_column(rows, len(names)), broken, read)
                lines, rows, broken = [], [], []
        if rows or broken:
            yield Batch(lines, by_column(rows, len(names)), broken, size)


def is_json(path: Path, name: str) -> bool:
    """Whether one of the first lines is a JSON object. Errors: BadInput for one JSON document over the whole file."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    text = head.decode("utf-8-sig", "replace")
    if not text.lstrip().startswith(("{", "[")):
        return False
    if _DOCUMENT.match(text):
        raise BadInput(
            "this is one JSON document, not one object a line.", file=name, line=1,
            cure="Export it as JSON lines (NDJSON) or as CSV.",
        )  # fmt: skip
    if any(_is_object(each) for each in islice(filter(str.strip, text.splitlines()), _SEARCHED)):
        return True
    return len(head) == _HEAD and b"\n" not in head and text.lstrip().startswith('{"')


def open_json(path: Path, name: str) -> JsonLines:
    """A file of JSON lines; its columns are the members of all objects, in the order in which they first appear."""
    encoding, _ = find_encoding(path, name, "utf-8-sig")
    columns: dict[str, None] = {}
    first: tuple[int, str] | None = None
    for line, text in _lines(path, encoding):
        try:
            columns |= dict.fromkeys(_cells(text))
        except _Unusable as error:
            first = first or (line, str(error))
    if not columns:
        line, why = first or (1, "there is no object")
        raise BadInput(f"none of its lines is a row; the first: {why}.", file=name, line=line, cure="Export it as CSV.")
    about = Evidence(
        "columns", f"{len(columns):,}", "the members of all objects, in the order of their first appearance"
    )
    return JsonLines(path, named_layout(list(columns), name, CONTAINER, (about,)))


def _is_object(line: str) -> bool:
    if not line.strip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line, parse_int=str), dict)
    except (ValueError, RecursionError):
        return False


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with open_text(path, encoding) as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield number, text


def _cells(text: str) -> dict[str, str | None]:
    """The values of one object by column; an object inside becomes `outer.inner`. Numbers keep their digits.

    Raises _Unusable for what is no row.
    """
    if _UNSTORABLE.search(text):
        raise _Unusable("a NUL byte stands in the row" if "\0" in text else "bytes that are not valid UTF-8")
    try:
        row = json.loads(text, object_pairs_hook=_Members, parse_float=str, parse_int=str, parse_constant=_no_number)
    except RecursionError:
        raise _Unusable("objects inside objects without end") from None
    except ValueError as error:
        raise _Unusable(f"this is not valid JSON ({error})") from None
    if not isinstance(row, _Members):
        raise _Unusable("this is not a JSON object")
    cells: dict[str, str | None] = {}
    for name, value in row:
        inner = [(f"{name}.{each}", one) for each, one in value] if isinstance(value, _Members) else [(name, value)]
        for column, one in inner:
            if column in cells:
                raise _Unusable(f"{column!r} occurs twice")
            cells[column] = _text(column, one)
    return cells


def _no_number(word: str) -> None:
    """NaN and the infinities, which JSON does not know, are no values."""


def _text(column: str, value: Any) -> str | None:
    if isinstance(value, list | _Members):
        raise _Unusable(f"{column!r} holds a list or an object inside an object: one value is expected")
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is not None and _UNSTORABLE.search(value + column):
        raise _Unusable(f"{column!r} holds a character that is none")
    return value
