"""Excel workbooks (.xlsx, .xls): the sheet that holds the table, its cells as text."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from crm_analytics.errors import BadInput, CrmError, UnknownName
from crm_analytics.ingest.archives import MOST_BYTES, MOST_RATIO, RATIO_FROM, ZIP
from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.layout import Layout, cells_layout
from crm_analytics.ingest.reading import Batch, Broken, Record, by_column

CONTAINER = "Excel workbook"
_SAMPLE_ROWS = 1_000
_BATCH_CELLS = 400_000
_MOST_CELLS = 40_000_000  # of a sheet's area, blank cells included: they are held in memory
_CHUNK, _OVERLAP = 1 << 22, 200
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]{0,100}?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_FAULTY = re.compile(rb"""<(?:\w+:)?c\b[^>]{0,100}?\bt\s*=\s*["']e["']""")
_SAVE_AS_CSV = "Open it in Excel and save the sheet as CSV UTF-8, then load that file."


@dataclass(frozen=True)
class Sheet:
    """A sheet with a table in it, and how it is laid out."""

    cells: Any
    layout: Layout

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows below the header; `line` is the number of the row in Excel. Blank rows are left out."""
        width = len(self.layout.columns)
        most = max(1, _BATCH_CELLS // width)
        total = max(1, self.cells.total_height)
        lines: list[int] = []
        rows: list[list[str]] = []
        broken: list[Broken] = []
        for line, fields in islice(_rows(self.cells), self.layout.first_line - 1, None):
            if any("\0" in each for each in fields):
                broken.append(
                    Broken(line, "\t".join(fields).replace("\0", "␀")[:2_000], "a NUL byte stands in the row")
                )
            elif any(fields):
                lines.append(line)
                rows.append(fields)
            if len(rows) >= most:
                yield Batch(lines, by_column(rows, width), broken, size * line // total)
                lines, rows, broken = [], [], []
        if rows or broken:
            yield Batch(lines, by_column(rows, width), broken, size)


def open_sheet(path: Path, name: str, sheet: str | None = None, header: bool | None = None) -> Sheet:
    """The sheet `sheet`, else the one with the most rows that look like a table.

    Errors: BadInput (damaged, locked by a password, too large, no table), UnknownName for a sheet that is not there.
    """
    faulty = _looked_through(path, name)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        cells, about = _chosen(book, name, sheet)
        head = [
            Record(line, "\t".join(fields), fields)
            for line, fields in islice(_rows(cells), _SAMPLE_ROWS)
            if any(fields)
        ]
        merged = sum(low > high for (high, _), (low, _) in cells.merged_cell_ranges or ())
    except CrmError:  # a ValueError too
        raise
    except python_calamine.PasswordError as error:
        raise BadInput("the workbook is locked by a password.", file=name, cure="Save it without one.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise BadInput(
            f"this is no Excel workbook that can be read ({error}).", file=name, cure=_SAVE_AS_CSV
        ) from error
    if not head:
        what = f"the first {_SAMPLE_ROWS:,} rows of the sheet {cells.name!r} are blank."
        raise BadInput(what, file=name, line=1, cure="Choose another sheet, or delete the blank rows.")
    found = [about]
    if faulty:
        what = "cells in which Excel shows an error such as #N/A are read as blank"
        found.append(Evidence("errors in cells", f"{faulty:,}", what, sure=False))
    if merged:
        what = "cells are merged over several rows; their value is read in the first of them, the others are blank"
        found.append(Evidence("merged cells", f"{merged:,}", what, sure=False))
    sheets = tuple(_sheets(book))
    layout = cells_layout(
        head, cells.width, name, CONTAINER, tuple(found), asked=header, sheet=cells.name, sheets=sheets
    )
    return Sheet(cells, layout)


def text(cell: Any) -> str:
    """A cell as text: dates as ISO, numbers with every digit they have, whole ones without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        written = repr(cell)
        return format(Decimal(written), "f") if "e" in written else written
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _rows(cells: Any) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(cells.iter_rows(), 1):
        yield line, [text(cell) for cell in row]


def _sheets(book: Any) -> list[str]:
    return [each.name for each in book.sheets_metadata if each.typ == python_calamine.SheetTypeEnum.WorkSheet]


def _chosen(book: Any, name: str, asked: str | None) -> tuple[Any, Evidence]:
    known = [each for each in book.sheets_metadata if each.typ == python_calamine.SheetTypeEnum.WorkSheet]
    names = [each.name for each in known]
    if asked is not None:
        if asked not in names:
            raise UnknownName(f"sheet of {name}", asked, names)
        return _filled(book.get_sheet_by_name(asked), name), Evidence(
            "sheet", asked, _listed(names, asked, "chosen by you")
        )
    visible = [each.name for each in known if each.visible == python_calamine.SheetVisibleEnum.Visible] or names
    sheets = [book.get_sheet_by_name(each) for each in visible]
    sheets = [each for each in sheets if each.height]
    if not sheets:
        raise BadInput("no sheet of the workbook holds anything.", file=name, cure="Export it again.")
    if len(sheets) == 1:
        only = sheets[0]
        return only, Evidence(
            "sheet", only.name, _listed(names, only.name, "no other sheet that is shown holds anything")
        )
    sizes = [_table_rows(each) for each in sheets]
    best = max(range(len(sheets)), key=lambda at: (sizes[at], -at))
    others = ", ".join(
        f"{each.name!r} {size:,}" for each, size in zip(sheets, sizes, strict=True) if each is not sheets[best]
    )
    why = f"it has the most rows that look like a table ({sizes[best]:,}; {others}); only this sheet is read"
    rivals = sum(size * 10 > sizes[best] for size in sizes) > 1
    return sheets[best], Evidence("sheet", sheets[best].name, _listed(names, sheets[best].name, why), sure=not rivals)


def _filled(cells: Any, name: str) -> Any:
    if not cells.height:
        raise BadInput(f"the sheet {cells.name!r} holds nothing.", file=name, cure="Choose another sheet.")
    return cells


def _listed(names: Sequence[str], chosen: str, why: str) -> str:
    others = [repr(each) for each in names if each != chosen]
    return f"{why}; the other sheets: {', '.join(others)}" if others else why


def _table_rows(cells: Any) -> int:
    """Rows with at least two values that fill half of the sheet's columns."""
    least = max(2, cells.width / 2)
    return sum(sum(each != "" for each in row) >= least for row in cells.iter_rows())


def _looked_through(path: Path, name: str) -> int:
    """How many cells hold an error. Errors: BadInput for a workbook that would not fit into memory.

    A sheet with one cell in its last corner is a few bytes in the file and would be 17 thousand million cells.
    """
    with path.open("rb") as file:
        if file.read(4) != ZIP:
            return 0  # .xls: a sheet of at most 65,536 rows and 256 columns
    faulty = unpacked = 0
    packed = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as book:
            for entry in book.infolist():
                last_row = last_column = 0
                with book.open(entry) as part:
                    rest = b""
                    while chunk := part.read(_CHUNK):
                        unpacked += len(chunk)
                        _refuse_bomb(unpacked, packed, name)
                        if not entry.filename.startswith("xl/worksheets/"):
                            continue
                        seen = rest + chunk
                        faulty += len(_FAULTY.findall(seen)) - len(_FAULTY.findall(rest))
                        for letters, row in _CELL.findall(seen):
                            last_row = max(last_row, int(row))
                            last_column = max(last_column, _column_number(letters))
                        rest = seen[-_OVERLAP:]
                if last_row * last_column > _MOST_CELLS:
                    what = f"a sheet reaches to row {last_row:,} and column {last_column:,}: too many cells to be held."
                    raise BadInput(what, file=f"{name}/{entry.filename}", cure=_SAVE_AS_CSV)
    except CrmError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BadInput(f"the workbook is damaged ({error}).", file=name, cure="Fetch or export it again.") from error
    return faulty


def _refuse_bomb(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MOST_BYTES or (unpacked > RATIO_FROM and unpacked > MOST_RATIO * packed):
        raise BadInput("unpacked the workbook is far larger than any export.", file=name, cure=_SAVE_AS_CSV)


def _column_number(letters: bytes) -> int:
    number = 0
    for each in letters:
        number = number * 26 + each - 64
    return number
