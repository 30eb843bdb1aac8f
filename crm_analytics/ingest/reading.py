"""From text to rows: every physical line ends up in a row, in a broken row with its reason, or is blank."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import pyarrow as pa

from crm_analytics.ingest.quoting import split_at_apostrophes

_BATCH_ROWS = 50_000
_BATCH_CELLS = 1_000_000
_TEXT_KEPT = 2_000  # characters of a broken row that are kept for the report
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_UNREADABLE_WIDE = re.compile("[\0\ufffd]")
#: The delimiter of columns that are aligned by spaces; with a quote character each space stands between two values.
SPACES = " "
HEADER_AGAIN = "the header again, not a row"
_MARK = "\ue000"  # stands for a delimiter of several characters while a row is taken apart


class Form(Protocol):
    """How rows are written; a Layout is one."""

    @property
    def delimiter(self) -> str: ...  # noqa: D102
    @property
    def quote(self) -> str | None: ...  # noqa: D102
    @property
    def escape(self) -> str | None: ...  # noqa: D102
    @property
    def padded(self) -> bool: ...  # noqa: D102


class Shape(Form, Protocol):
    """A form with its place in the file."""

    @property
    def encoding(self) -> str: ...  # noqa: D102
    @property
    def first_line(self) -> int: ...  # noqa: D102
    @property
    def columns(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True)
class Broken:
    """A row that cannot be read: its first physical line (1-based), its text, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """Rows in file order: lines, one sequence of texts per column, broken rows, bytes of the file read so far."""

    lines: Sequence[int] | pa.Array
    columns: Sequence[Sequence[str | None] | pa.Array]
    broken: list[Broken]
    bytes_read: int


@dataclass(frozen=True)
class Record:
    """One row as written: where it starts, its text, and its fields or the reason why it has none."""

    line: int
    text: str
    fields: list[str] | None
    reason: str = ""


class Lines:
    """Physical lines of a text, with the possibility to go back to the second line of the current record."""

    def __init__(self, source: Iterable[str], escape: str | None = None, quote: str | None = None) -> None:
        self._source = iter(source)
        self._ahead: list[str] = []
        self._escape, self._keep = escape, f"{quote or ''}{escape or ''}"
        self._escaped = re.compile(re.escape(escape) + "(.)", re.DOTALL) if escape else None
        self.held: list[str] = []
        self.number = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._ahead.pop() if self._ahead else next(self._source)
        self.held.append(line)
        self.number += 1
        if self._escaped is not None and self._escape in line:  # type: ignore[operator]
            # csv drops an escape before any character; here it counts only before a quote or itself
            return self._escaped.sub(self._literal, line)
        return line

    def _literal(self, found: re.Match[str]) -> str:
        return found.group(0) if found.group(1) in self._keep else f"{self._escape}{found.group(0)}"

    def start(self) -> None:
        """Begin a record."""
        self.held.clear()

    def back_to_second(self) -> str:
        """Give back all lines of the record but the first, which is returned."""
        first, *others = self.held
        self._ahead.extend(reversed(others))
        self.number -= len(others)
        del self.held[1:]
        return first


def open_text(path: Path, encoding: str) -> IO[str]:
    """The file as text, line breaks untouched; bytes that cannot be decoded become marks that `read_rows` finds."""
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return path.open(encoding=encoding, errors=errors, newline="")


def records(lines: Lines, form: Form, width: int | None = None) -> Iterator[Record]:
    """Rows as they are written; blank lines are left out. With `width`, quotes that swallow whole rows are found."""
    if form.delimiter == SPACES and form.quote is None:
        for text in lines:
            lines.start()
            if fields := text.split():
                yield Record(lines.number, text, fields)
        return
    reader = _reader(lines, form)
    while True:
        lines.start()
        line = lines.number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unparsed(lines, line, form, width, str(error))
            continue
        if len(form.delimiter) > 1:
            fields = [each.replace(_MARK, form.delimiter) for each in fields]
        if len(lines.held) == 1:
            if fields and (len(fields) > 1 or fields[0].strip() or lines.held[0].strip()):
                yield Record(line, lines.held[0], fields)
        elif width is not None and _swallowed(lines.held, len(fields), form, width):
            yield Record(line, lines.back_to_second(), None, _UNCLOSED)
        else:
            yield Record(line, "".join(lines.held), fields)


def marked(text: str, form: Form) -> str:
    """The text with one character for a delimiter of several."""
    return text.replace(form.delimiter, _MARK) if len(form.delimiter) > 1 else text


_UNCLOSED = "a quote opens and never closes"


def _reader(lines: Iterable[str], form: Form) -> Iterator[list[str]]:
    one = len(form.delimiter) == 1
    return csv.reader(
        lines if one else (marked(each, form) for each in lines),
        delimiter=form.delimiter if one else _MARK,
        quotechar=form.quote,
        escapechar=form.escape,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
        doublequote=True,
        skipinitialspace=form.padded,
        strict=True,
    )


def _unparsed(lines: Lines, line: int, form: Form, width: int | None, error: str) -> Record:
    text = lines.back_to_second()
    if (
        form.quote == "'" and width is not None and len(form.delimiter) == 1
    ):  # an apostrophe inside a word closes nothing
        fields = split_at_apostrophes(text.rstrip("\r\n"), form.delimiter, form.escape)
        if len(fields) == width:
            return Record(line, text, fields)
    if "unexpected end" in error:
        return Record(line, text, None, _UNCLOSED)
    if "field larger" in error:
        return Record(line, text, None, "a value is longer than 131,072 characters; a quote may be left open")
    return Record(line, text, None, "a quote closes in the middle of a value")


def _swallowed(held: list[str], found: int, form: Form, width: int) -> bool:
    """Whether a record over several lines is a stray quote that swallowed whole rows, not a line break in a value."""
    if found != width:
        return _width_alone(held[1], form) == width
    inner = held[1:-1]
    return width >= 3 and bool(inner) and all(_width_alone(each, form) == width for each in inner[:50])


def _width_alone(line: str, form: Form) -> int:
    try:
        return len(next(_reader([line], form), []))
    except csv.Error:
        return 0


def read_rows(path: Path, layout: Shape) -> Iterator[Batch]:
    """The rows from `layout.first_line` on, in batches of bounded size.

    A row is never shifted or padded: too many or too few fields, an open quote, bytes that cannot be decoded or a NUL
    make it a Broken with the reason.
    """
    width = len(layout.columns)
    size = max(1, min(_BATCH_ROWS, _BATCH_CELLS // width))
    unreadable = _UNREADABLE_WIDE if layout.encoding.startswith(("utf-16", "utf-32")) else _UNREADABLE
    with open_text(path, layout.encoding) as file:
        lines = Lines(file, layout.escape, layout.quote)
        for _ in range(layout.first_line - 1):
            next(lines, None)
            lines.start()
        numbers: list[int] = []
        rows: list[list[str]] = []
        broken: list[Broken] = []
        for record in records(lines, layout, width):
            if reason := _fault(record, layout, unreadable):
                broken.append(Broken(record.line, printable(record.text, layout.encoding), reason))
            else:
                numbers.append(record.line)
                rows.append(record.fields)  # type: ignore[arg-type]
            if len(rows) + len(broken) >= size:
                yield Batch(numbers, by_column(rows, width), broken, file.buffer.tell())  # type: ignore[attr-defined]
                numbers, rows, broken = [], [], []
        if rows or broken:
            yield Batch(numbers, by_column(rows, width), broken, path.stat().st_size)


def by_column(rows: list[list[Any]], width: int) -> list[Sequence[str | None]]:
    """The rows turned into one list per column."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _fault(record: Record, layout: Shape, unreadable: re.Pattern[str]) -> str:
    if found := unreadable.search(record.text):
        wrong = f"bytes that are not valid {layout.encoding.upper()}"
        return "a NUL byte stands in the row" if found.group() == "\0" else wrong
    if len(layout.delimiter) > 1 and _MARK in record.text:
        return f"the character U+{ord(_MARK):X} cannot be read beside a delimiter of several characters"
    if record.fields is None:
        return record.reason
    count, width = len(record.fields), len(layout.columns)
    if count == width:
        again = record.fields[0] == layout.columns[0] and width > 1 and tuple(record.fields) == layout.columns
        return HEADER_AGAIN if again else _loose_quote(record, layout) or _late_quote(record, layout)
    if count < width and not record.text.endswith(("\n", "\r")):
        return f"the file ends in the middle of this row ({count} fields where {width} are expected)"
    return f"{'too few' if count < width else 'too many'} fields ({count} where {width} are expected)"


def _loose_quote(record: Record, form: Form) -> str:
    """Why a row is wrong that has a space before a quoted value: the space and the quotes are no part of the value."""
    quote = form.quote
    if not quote or form.padded or f" {quote}" not in record.text:
        return ""
    bare = (field.strip() for field in record.fields or () if field[:1] == " ")
    loose = any(each != quote and each[:1] == each[-1:] == quote for each in bare)
    opens = loose and re.search(rf"(?:^|{re.escape(form.delimiter)}) +{re.escape(quote)}", record.text)
    return "a space stands before a quoted value" if opens else ""


def _late_quote(record: Record, form: Form) -> str:
    """Why a row of the usual width is wrong all the same: a delimiter was lost before a quoted value that holds one."""
    plain = form.quote == '"' and form.escape is None and not form.padded
    if not plain or not any(field.count('"') % 2 for field in record.fields or ()):
        return ""
    mark = form.delimiter if len(form.delimiter) == 1 else _MARK
    late = rf'[^{re.escape(mark)}"\r\n]"((?:[^"]|"")*)"(?={re.escape(mark)}|\r?\n?$)'
    lost = any(mark in found.group(1) for found in re.finditer(late, marked(record.text, form)))
    return "a quoted value begins in the middle of another one; a delimiter may be lost" if lost else ""


def printable(text: str, encoding: str) -> str:
    """Text of a broken row as it can be stored and shown."""
    text = text.rstrip("\r\n")[:_TEXT_KEPT].replace("\0", "␀")
    if _UNREADABLE.search(text):
        return text.encode(encoding, "surrogateescape").decode(encoding, "replace")
    return text
