"""Frames as files that a spreadsheet may open without running anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from types import MappingProxyType
from typing import Any

import pandas as pd

from crm_analytics.errors import BadValue

#: What a sheet of a workbook holds.
XLSX_ROWS, XLSX_LETTERS, FIRST_XLSX_YEAR = 1_048_575, 32_767, 1900

#: A cell that starts so is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe in front of every text that a spreadsheet would run; numbers and dates as they are."""
    safe = frame.copy(deep=False)
    for name in safe.columns:
        texts = safe[name].astype(object) if isinstance(safe[name].dtype, pd.CategoricalDtype) else safe[name]
        if pd.api.types.is_string_dtype(texts.dtype) or texts.dtype == object:
            risky = texts.map(_runs).astype(bool)
            if risky.any():
                safe[name] = texts.where(~risky, "'" + texts.astype(str))
    return safe.rename(columns=lambda name: "'" + name if _runs(name) else name)


def _runs(value: object) -> bool:
    return isinstance(value, str) and value.startswith(FORMULA_STARTS)


def to_csv(frame: pd.DataFrame) -> bytes:
    """As CSV in UTF-8 with a byte order mark (so that spreadsheets read accents); dates as ISO, texts neutralised."""
    dated = neutral(frame)
    for name in dated.columns:
        if pd.api.types.is_datetime64_any_dtype(dated[name].dtype):
            whole = (dated[name].dropna().dt.normalize() == dated[name].dropna()).all()
            dated[name] = dated[name].dt.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S")
    return dated.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(frame: pd.DataFrame) -> bytes:
    """As a workbook of one sheet: numbers and dates as such, every text as text, and neutralised as in CSV.

    Errors: BadValue where a sheet cannot hold the rows.
    """
    return to_workbook({"Sheet1": frame})


def to_workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """As a workbook with a sheet for each frame, by its name; cells as in `to_xlsx`. Errors: BadValue."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        heading, dated = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for name, frame in frames.items():
            _write_sheet(book.add_worksheet(name), frame, heading, dated)
    return out.getvalue()


def _write_sheet(sheet: Any, frame: pd.DataFrame, heading: Any, dated: Any) -> None:
    if len(frame) > XLSX_ROWS:
        raise BadValue("the number of rows", len(frame), f"at most {XLSX_ROWS:,} in a sheet; take CSV or Parquet")
    safe = neutral(frame)
    for place, name in enumerate(safe.columns):
        sheet.write_string(0, place, str(name), heading)
        form = dated if _is_time(safe[name]) else None
        for row, value in enumerate(safe[name].tolist(), start=1):
            _write_cell(sheet, row, place, value, form)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(safe), 1), max(len(safe.columns) - 1, 0))


def _write_cell(sheet: Any, row: int, place: int, value: Any, form: Any) -> None:
    if pd.isna(value):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, datetime) and value.year >= FIRST_XLSX_YEAR:
        sheet.write_datetime(row, place, value.to_pydatetime() if isinstance(value, pd.Timestamp) else value, form)
    elif isinstance(value, int | float | Decimal) and math.isfinite(value):
        sheet.write_number(row, place, float(value))
    else:
        sheet.write_string(row, place, str(value)[:XLSX_LETTERS])


def to_parquet(frame: pd.DataFrame) -> bytes:
    """As Parquet, with the types as they are: what reads it runs nothing."""
    out = BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _is_time(column: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(column.dtype)


#: Format -> what writes a frame in it.
WRITERS = MappingProxyType({"csv": to_csv, "xlsx": to_xlsx, "parquet": to_parquet})
