"""The quick way for plain files: the database reads them, and the bytes are counted up to show that none was lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.layout import Layout
from crm_analytics.ingest.reading import SPACES

_CHUNK = 1 << 20
_LONGEST_LINE = 131_072  # as long as one value may be for the careful reader
_GLOB = "*?["  # in a path, these would name several files


@dataclass(frozen=True)
class _Body:
    """What stands below the header: physical lines, quotes, and the bytes of all else but line ends."""

    lines: int
    quotes: int
    others: int


def stage_quickly(session: Session, path: Path, layout: Layout) -> int | None:
    """Fill the table raw with the rows of a plain file and return how many; None where the careful reader is needed.

    Plain: UTF-8, one line a row, no broken row, blank line or NUL. The database's reader drops spaces around quotes and
    a delimiter at the end of a row without a word, so the bytes of its values and delimiters must add up to those of
    the file.
    """
    body = _body(path, layout) if _may_be_plain(path, layout) else None
    if body is None:
        return None
    width = len(layout.columns)
    rows = session.append_csv(
        "raw", path, width, delimiter=layout.delimiter, quote=layout.quote, first_line=layout.first_line,
        longest=_LONGEST_LINE,
    )  # fmt: skip
    if rows is None:
        return None
    values = (f"replace(c{number}, '\"', '')" if body.quotes else f"c{number}" for number in range(width))
    held = session.value(
        f"SELECT coalesce(sum({' + '.join(f'strlen({each})' for each in values)}), 0)::BIGINT FROM raw"
    )
    whole = rows == body.lines and held + rows * (width - 1) == body.others
    if whole and not _header_again(session, layout) and not (body.quotes and _loose_quote(session, width)):
        return rows
    session.do("DELETE FROM raw")
    return None


def _header_again(session: Session, layout: Layout) -> bool:
    """Whether a row repeats the header, as where two exports were put into one file."""
    same = " AND ".join(f"c{number} = $name{number}" for number in range(len(layout.columns)))
    names = {f"name{number}": name for number, name in enumerate(layout.columns)}
    return bool(layout.header_lines) and bool(session.rows(f"SELECT 1 FROM raw WHERE {same} LIMIT 1", names))


def _loose_quote(session: Session, width: int) -> bool:
    """Whether a value holds a quote without its fellow: the careful reader tells inches from a lost delimiter."""
    odd = " OR ".join(
        f"(contains(c{number}, '\"') AND (length(c{number}) - length(replace(c{number}, '\"', ''))) % 2 = 1)"
        for number in range(width)
    )
    return bool(session.rows(f"SELECT 1 FROM raw WHERE {odd} LIMIT 1"))


def _may_be_plain(path: Path, layout: Layout) -> bool:
    sure = all(each.sure for each in layout.evidence if each.what == "encoding")
    form = layout.quote in ('"', None) and layout.escape is None and not layout.padded
    split = (
        layout.delimiter != SPACES
        and len(layout.delimiter) == 1
        and layout.delimiter.isascii()
        and len(layout.columns) > 1
    )
    return layout.encoding in ("utf-8", "utf-8-sig") and sure and form and split and not set(_GLOB) & set(str(path))


def _body(path: Path, layout: Layout) -> _Body | None:
    """The counts, or None where a NUL or a line end of old Macs stands in the file."""
    line_feeds = returns = quotes = size = 0
    last = b""
    with path.open("rb") as file:
        for _ in range(layout.first_line - 1):
            above = file.readline()
            if b"\r" in above.removesuffix(b"\n").removesuffix(b"\r"):
                return None
        while chunk := file.read(_CHUNK):
            if last == b"\r":  # a line end that two chunks share is counted with the second
                chunk = last + chunk
            last = chunk[-1:]
            if last == b"\r":
                chunk = chunk[:-1]
            pairs = chunk.count(b"\r\n")
            if b"\0" in chunk or pairs != chunk.count(b"\r"):
                return None
            line_feeds += chunk.count(b"\n")
            returns += pairs
            quotes += chunk.count(b'"') if layout.quote else 0
            size += len(chunk)
    if last == b"\r" or not size:
        return None
    return _Body(line_feeds + (last != b"\n"), quotes, size - quotes - line_feeds - returns)
