"""How a file is laid out: encoding, delimiter, quotes, header; each with its evidence, each can be overruled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest.encoding import find_encoding
from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.header import Header, find_header, unique_names
from crm_analytics.ingest.quoting import is_padded, likely_quote
from crm_analytics.ingest.reading import SPACES, Lines, Record, open_text, records
from crm_analytics.ingest.shapes import looks_like

__all__ = ["Evidence", "Layout", "cells_layout", "find_layout", "named_layout"]

_SAMPLE_LINES = 1_000
_SAMPLE_CHARACTERS = 4_000_000
_MOST_COLUMNS = 1_000
_AS_LONG = 0.8  # of the rows of the longest table: another one is as long
_FEWEST_OF_A_TABLE = 5
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", SPACES: "runs of spaces"}
_MOST_CHARACTERS = 4  # of a delimiter
_RARE = "^~§¬¦:\x1f"  # tried where no usual delimiter divides the rows
_RUNS = re.compile(r"[^\w\s\"'`.()\[\]{}-]{2,4}")  # signs that stand together in a header
_EVEN = 0.5  # share of rows of one width, from which a single character divides them
TEXT = "delimited text"
_OVERRIDES = ("encoding", "delimiter", "header", "quote", "escape")


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    `delimiter` is one character or a few, or " " for runs of spaces. `escape` None: quotes are doubled. `padded`: a space after
    each delimiter belongs to no value. Lines are physical and 1-based; `header_lines` is empty without a header.
    `columns` are unique; without a header column_1, column_2. Files of another `container` than text have no encoding
    and delimiter of their own: theirs are those in which rejected rows are written out. `sheets` are all of a workbook.
    """

    encoding: str
    delimiter: str
    quote: str | None
    escape: str | None
    header_lines: tuple[int, ...]
    first_line: int
    columns: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    padded: bool = False
    container: str = TEXT
    sheet: str | None = None
    sheets: tuple[str, ...] = ()

    @property
    def named(self) -> bool:
        """Whether the file itself names its columns."""
        return bool(self.header_lines) or self.container in ("Parquet", "JSON lines")


@dataclass(frozen=True)
class _Form:
    delimiter: str
    quote: str | None
    escape: str | None = None
    padded: bool = False


@dataclass(frozen=True)
class _Trial:
    """A form tried on the sample: its rows, the usual number of fields, the share of rows that have it, its merit."""

    form: _Form
    rows: list[Record]
    width: int
    share: float
    merit: float


def find_layout(path: Path, name: str, **overrides: Any) -> Layout:
    """The layout of a file. Overrides: encoding, delimiter, header (bool), quote ("" for none), escape.

    Errors: BadInput naming the file, the line and the cure, for what cannot be a table of rows.
    """
    for each in overrides.keys() - set(_OVERRIDES):
        raise UnknownName("reading option", each, _OVERRIDES)
    encoding, about_encoding = find_encoding(path, name, overrides.get("encoding"))
    with open_text(path, encoding) as file:
        sample = _sample(file)
    skipped = 1 if sample and sample[0].lower().startswith("sep=") else 0
    if skipped and not overrides.get("delimiter"):
        overrides["delimiter"] = sample[0].strip()[4:5] or ","
    trial = _best(sample[skipped:], overrides, name)
    rows = [Record(row.line + skipped, row.text, row.fields, row.reason) for row in trial.rows]
    header = _header(rows, trial.width, name, overrides.get("header"))
    form = trial.form
    return Layout(
        encoding, form.delimiter, form.quote, form.escape, header.lines, header.first_line, header.columns,
        (about_encoding, *_reasons(trial, overrides), *header.evidence), form.padded,
    )  # fmt: skip


def cells_layout(
    rows: Sequence[Record], width: int, name: str, container: str, evidence: tuple[Evidence, ...], *,
    asked: bool | None = None, sheet: str | None = None, sheets: tuple[str, ...] = (),
) -> Layout:  # fmt: skip
    """The layout of a file whose rows are divided into cells already; `rows` are its first ones.

    Errors: BadInput as `find_layout`.
    """
    header = _header(rows, width, name, asked)
    return Layout(
        "utf-8", "\t", None, None, header.lines, header.first_line, header.columns, (*evidence, *header.evidence),
        container=container, sheet=sheet, sheets=sheets,
    )  # fmt: skip


def named_layout(names: Sequence[str], name: str, container: str, evidence: tuple[Evidence, ...]) -> Layout:
    """The layout of a file that names its columns beside its rows. Errors: BadInput for too many columns."""
    _refuse_width(len(names), name, 1)
    return Layout("utf-8", "\t", None, None, (), 1, unique_names(names), evidence, container=container)


def _header(rows: Sequence[Record], width: int, name: str, asked: bool | None) -> Header:
    _refuse_width(width, name, rows[0].line)
    header = find_header(rows, width, asked)
    if header.lines and not any(row.line > header.lines[-1] for row in rows):
        raise BadInput(
            "there is a header but no row of data.", file=name, line=header.lines[-1],
            cure="Export it again with the period and filters that hold data.",
        )  # fmt: skip
    return header


def _refuse_width(width: int, name: str, line: int) -> None:
    if width > _MOST_COLUMNS:
        raise BadInput(
            f"the rows have {width:,} columns; at most {_MOST_COLUMNS:,} can be read.", file=name, line=line,
            cure="Export one row per order, line or customer, with one column per fact.",
        )  # fmt: skip


def _sample(file: Any) -> list[str]:
    lines: list[str] = []
    size = 0
    for line in islice(file, _SAMPLE_LINES):
        lines.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS:
            break
    return lines


def _best(sample: list[str], overrides: dict[str, Any], name: str) -> _Trial:
    asked = overrides.get("delimiter")
    if asked is not None and not 1 <= len(asked) <= _MOST_CHARACTERS:
        raise BadInput(
            f"a delimiter is one character or up to {_MOST_CHARACTERS}, not {asked!r}.",
            file=name,
            cure="Give comma, semicolon, tab, pipe or a space.",
        )
    whole = "".join(sample)
    if not asked and (found := _by_several(sample, whole, overrides)):
        return found
    delimiters = [asked] if asked else [each for each in _DELIMITERS if each != SPACES and each in whole]
    trials = [_try(sample, form) for each in delimiters for form in _forms(whole, each, overrides)]
    best = max(trials, key=lambda each: each.merit, default=None)
    if best is not None and (best.merit >= 0.25 or asked) and best.rows:
        return best
    spaced = _try(sample, _Form(SPACES, None))
    if spaced.width > 1 and spaced.share > 0.9 and any("  " in line or line.startswith(" ") for line in sample):
        return spaced
    rare = [_Form(SPACES, '"')] if '" ' in whole or ' "' in whole else []
    rare += [_Form(each, likely_quote(whole, each)) for each in _RARE if each in whole]
    found = max((_try(sample, form) for form in rare), key=lambda each: each.merit, default=None)
    if found is not None and _divides(found):
        return found
    if best is not None and best.width > 1 and best.share > 0.3:
        return best
    single = _try(
        sample, _Form(next((each for each in _DELIMITERS if each not in whole), ","), likely_quote(whole, ""))
    )
    if not single.rows:
        raise BadInput(
            "the file holds no rows.", file=name, line=1, cure="Export it again; it may have been cut short."
        )
    if single.share < 0.8 or (best is not None and sum(_wide(row) for row in best.rows) > 0.2 * len(best.rows)):
        widths = sorted({len(row.fields) for row in (best or single).rows if row.fields})
        raise BadInput(
            f"the rows have no common number of fields ({widths[0]} to {widths[-1]}).",
            file=name, line=single.rows[0].line,
            cure="Export a table with the same columns in every row, or name the delimiter.",
        )  # fmt: skip
    return single


def _by_several(sample: list[str], whole: str, overrides: dict[str, Any]) -> _Trial | None:
    """The trial of a delimiter of several characters, such as :: or ~|~, that stands in every row and nowhere by halves."""
    for each, times in Counter(_RUNS.findall(sample[0] if sample else "")).most_common(3):
        halved = len(set(each)) == 1 and each[0] in whole.replace(each, "")
        quoted = sample[0].startswith(each[0])  # the sign opens the first value, so it is a quote
        if times < 2 or quoted or (halved and each[0] in _DELIMITERS and not _uneven(sample, each[0])):
            continue
        trials = [_try(sample, form) for form in _forms(whole, each, overrides)]
        best = max(trials, key=lambda trial: trial.merit)
        if best.rows and _divides(best) and best.width == times + 1:
            return best
    return None


def _uneven(sample: list[str], delimiter: str) -> bool:
    """Whether a single character divides the first rows into different numbers of fields."""
    return _try(sample, _Form(delimiter, '"')).share < _EVEN


def _divides(trial: _Trial) -> bool:
    """Whether a rare delimiter is one: nearly all rows have as many fields as the first one."""
    first = trial.rows[0].fields
    return trial.width > 2 and trial.share > 0.9 and first is not None and len(first) == trial.width


def _wide(row: Record) -> bool:
    return row.fields is not None and len(row.fields) > 1


def _forms(whole: str, delimiter: str, overrides: dict[str, Any]) -> list[_Form]:
    if delimiter == SPACES:
        return [_Form(SPACES, None)]
    quotes = [overrides["quote"] or None] if "quote" in overrides else [likely_quote(whole, delimiter), None]
    forms = []
    for quote in quotes:
        escapes: list[str | None] = [None]
        if quote and f"\\{quote}" in whole:
            escapes.append("\\")
        if quote == "'" and '""' in whole and '"' not in whole.replace('""', ""):
            escapes = ['"']  # a file that was written with " and then given ' as its quote
        if "escape" in overrides:
            escapes = [overrides["escape"] or None]
        padded = quote is not None and is_padded(whole, delimiter, quote)
        forms += [_Form(delimiter, quote, escape, padded) for escape in escapes]
    return forms


def _try(sample: list[str], form: _Form) -> _Trial:
    rows = list(records(Lines(sample, form.escape, form.quote), form))
    if rows and rows[-1].fields is None and len(sample) == _SAMPLE_LINES:
        rows.pop()  # the sample may end inside a quoted value
    widths = Counter(len(row.fields) if row.fields is not None else 0 for row in rows)
    if form.quote == "'":  # apostrophes inside words break the strict reading of the sample, not that of the file
        widths.pop(0, None)
    if not widths or set(widths) == {0}:
        return _Trial(form, rows, 1, 0.0, 0.0)
    width = _usual_width(rows, widths)
    share = widths[width] / widths.total()
    cells = [cell for row in rows[:200] if row.fields and len(row.fields) == width for cell in row.fields]
    likely = sum(_likely(cell) for cell in cells) / len(cells)
    preferred = 1.0 if form.quote else 0.9  # without quotes only where they break many rows
    return _Trial(form, rows, width, share, share * (width - 1) / width * likely**2 * preferred)


def _usual_width(rows: Sequence[Record], widths: Counter[int]) -> int:
    """The number of fields that most rows have; of two tables of about the same length, that of the first."""
    most = max(count for each, count in widths.items() if each)
    usual = {each for each, count in widths.items() if each and count >= _AS_LONG * most}
    if len(usual) == 1 or most < _FEWEST_OF_A_TABLE:
        return max(usual, key=lambda each: (widths[each], each))
    places = {each: [row.line for row in rows if row.fields is not None and len(row.fields) == each] for each in usual}
    return min(usual, key=lambda each: places[each][len(places[each]) // 2])


def _likely(cell: str) -> float:
    """How likely a text is one value: a cell that still holds delimiters or quotes was probably not taken apart."""
    if looks_like(cell) != "text":
        return 1.0
    if any(each in cell for each in ";\t|") or cell[:1] == "," or cell[-1:] == ",":
        return 0.3
    return 0.6 if cell[:1] in "\"'" or cell[-1:] in "\"'" else 0.9


def _reasons(trial: _Trial, overrides: dict[str, Any]) -> tuple[Evidence, ...]:
    form = trial.form
    named = _DELIMITERS.get(form.delimiter, repr(form.delimiter))
    share = f"{trial.share:.0%} of the first {len(trial.rows):,} rows have {trial.width} fields"
    found = [Evidence("delimiter", named, "chosen by you" if overrides.get("delimiter") else share, trial.share > 0.5)]
    if trial.width == 1 and form.delimiter != SPACES:
        found = [Evidence("delimiter", "none", "every row is a single field", sure=False)]
    if form.quote and any(form.quote in row.text for row in trial.rows):
        words = {"'": "apostrophe", '"': "quotation mark", "`": "backtick"}.get(form.quote, repr(form.quote))
        how = (
            f"quotes inside values are written after {form.escape}"
            if form.escape
            else "quotes inside values are doubled"
        )
        found.append(Evidence("quote", words, how))
    return tuple(found)
