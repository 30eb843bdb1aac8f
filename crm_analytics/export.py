"""Frames as files that a spreadsheet may open without running anything."""

from __future__ import annotations

import pandas as pd

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
