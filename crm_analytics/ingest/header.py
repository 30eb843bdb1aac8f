"""Which line of a file names its columns, if any does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.naming import is_known_header
from crm_analytics.ingest.reading import Record
from crm_analytics.ingest.shapes import looks_like

_MOST_HEADERS = 4  # rows of a header below its first
#: Telephone numbers and e-mail addresses.
_REACHED = (re.compile(r"\+?(?=(?:\D*\d){7})[\d\s().-]+"), re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"))
_SEARCHED = 30  # rows at the top among which the header is looked for


@dataclass(frozen=True)
class Header:
    """Physical lines of the header (none: empty), the first line of data, column names, and why."""

    lines: tuple[int, ...]
    first_line: int
    columns: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def find_header(rows: Sequence[Record], width: int, asked: bool | None = None) -> Header:
    """The header among the first rows of a file; `asked` says that there is one, or none."""
    full = [row for row in rows if row.fields is not None and len(row.fields) == width]
    top = _first_filled(full, width)
    names = [each.strip() for each in full[top].fields or ()]
    body = [row.fields or [] for row in full[top + 1 :]]
    more = 0
    while asked is None and more < _MOST_HEADERS and body[more:] and _is_second_header(body[more], body[more + 1 :]):
        more += 1
    present, why, sure = _is_header(names, body[more:]) if asked is None else (asked, "chosen by you", True)
    if not present:
        columns = tuple(f"column_{number}" for number in range(1, width + 1))
        return Header((), rows[0].line, columns, (Evidence("header", "none", why, sure),))
    lines, found = [full[top].line], [Evidence("header", f"line {full[top].line:,}", why, sure)]
    for number in range(more):
        names = [f"{a} {b.strip()}".strip() for a, b in zip(names, body[number], strict=True)]
        lines.append(full[top + 1 + number].line)
    if more:
        listed = f"{', '.join(f'{line:,}' for line in lines[:-1])} and {lines[-1]:,}"
        found = [Evidence("header", f"lines {listed}", "none of them fits the values below", sure=False)]
    if lines[0] > rows[0].line:
        above = f"lines 1 to {lines[0] - 1:,}"
        found.append(Evidence("text above the header", above, "they are not laid out like the rows and are left out"))
    after = [row.line for row in rows if row.line > lines[-1]]
    return Header(tuple(lines), after[0] if after else lines[-1] + 1, unique_names(names), tuple(found))


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names that are told apart: a second "a" becomes "a_2", a blank one "column_n"."""
    result: list[str] = []
    for number, name in enumerate(names, 1):
        base = name or f"column_{number}"
        chosen, again = base, 2
        while chosen in result or (chosen != base and chosen in names):
            chosen, again = f"{base}_{again}", again + 1
        result.append(chosen)
    return tuple(result)


def _first_filled(full: Sequence[Record], width: int) -> int:
    for number, row in enumerate(full[:_SEARCHED]):
        if sum(bool(each.strip()) for each in row.fields or ()) * 2 > width:
            return number
    return 0


def _is_header(names: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[bool, str, bool]:
    body = [row for row in body if [each.strip() for each in row] != names]  # a header said again is no value
    known = [name for name in names if is_known_header(name)]
    shapes = [looks_like(name) for name in names]
    if not body:
        return "date" not in shapes and "number" not in shapes, "the only row; its cells are words", not known
    differs = agrees = 0
    for shape, name, values in zip(shapes, names, zip(*body, strict=True), strict=True):
        usual = _usual_shape(values)
        if usual in ("number", "date"):
            differs += shape == "text"
            agrees += shape == usual
        elif usual == "text" and name and (name in values or _is_reached(name, values)):
            agrees += 1
    if known and agrees == 0:
        return True, f"it holds known column names such as {known[0]!r}", True
    if differs > agrees:
        return True, f"{differs} columns of numbers or dates begin with a word", True
    if agrees:
        return False, "the first row looks like the rows below it", bool(agrees > 1 or not known)
    distinct = len({name.lower() for name in names if name}) == len(names)
    return distinct, "all columns hold text, so the first row was taken by its form only", False


def _is_reached(name: str, values: Sequence[str]) -> bool:
    """Whether a first cell is a telephone number or an e-mail address like those below it."""
    return any(form.fullmatch(name) and all(form.fullmatch(each.strip()) for each in values[:200]) for form in _REACHED)


def _usual_shape(values: Sequence[str]) -> str:
    shapes = [shape for shape in map(looks_like, values[:200]) if shape != "empty"]
    for shape in ("number", "date"):
        if shapes and shapes.count(shape) >= 0.9 * len(shapes):
            return shape
    return "text" if shapes else "empty"


def _is_second_header(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    usual = [_usual_shape(values) for values in zip(*body, strict=True)] if body else []
    typed = [looks_like(cell) for cell, shape in zip(row, usual, strict=False) if shape in ("number", "date")]
    return len(typed) >= 2 and all(each == "text" for each in typed) and all(cell.strip() for cell in row)
