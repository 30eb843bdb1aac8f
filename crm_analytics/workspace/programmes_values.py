"""What is written in a field of a plan, as a value: days, numbers, texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

#: A day that is told from a month by its size alone.
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_day(given: Any) -> date:
    """A day from a date, or from a text as 2026-11-05, 2026/11/05, 05.11.2026, 5 Nov 2026, 5-Nov-2026, Nov 5, 2026 or 25/12/2026.

    `ValueError` for what is none, and where it may be another: 11/05/2026.
    """
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    text = str(given).strip().split("T")[0].removesuffix(" 00:00:00")
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d{4})/(\d{1,2})/(\d{1,2})", text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := SLASHED.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        if min(first, second) > 12 or (max(first, second) <= 12 and first != second):
            raise ValueError(given)
        return date(int(found[3]), min(first, second), max(first, second))
    if found := re.fullmatch(r"(\d{1,2})\.?[ -]([A-Za-z]{3})[a-z]*\.?,?[ -](\d{4})", text):
        return date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
    if found := re.fullmatch(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})", text):
        return date(int(found[3]), _MONTHS.index(found[1].lower()) + 1, int(found[2]))
    return date.fromisoformat(text)


def as_number(given: Any) -> float:
    """A number from a number or a text: 1,234.50, 1.234,50, 0,5, 10%. `ValueError` for what is none."""
    if isinstance(given, bool):
        raise ValueError(given)
    if isinstance(given, int | float):
        return float(given)
    text = re.sub(r"[\s\u00a0'’]", "", str(given)).replace("−", "-")
    percent = text.endswith("%")
    text = text.removesuffix("%")
    if "," in text and "." in text:
        thousands = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(thousands, "").replace(",", ".")
    elif "," in text:
        text = text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+", text) else text.replace(",", ".")
    number = float(text)
    if number != number or abs(number) == float("inf"):
        raise ValueError(given)
    return number / 100 if percent else number


def _text(given: Any) -> str:
    text = str(given).strip()
    if len(text) > 2000:
        raise ValueError(given)
    return text


def _id(given: Any) -> str:
    text = str(given).strip()
    if not text.isprintable() or len(text) > 80:
        raise ValueError(given)
    return text


def _not_negative(given: Any) -> float:
    if (number := as_number(given)) < 0:
        raise ValueError(given)
    return number


def _whole(given: Any) -> int:
    if (number := _not_negative(given)) != int(number):
        raise ValueError(given)
    return int(number)


def _share(given: Any) -> float:
    if (number := _not_negative(given)) > 1:
        raise ValueError(given)
    return number


#: What a field holds -> how its texts are read; `ValueError` for what does not do.
PARSERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType({
    "id": _id, "text": _text, "date": as_day, "money": _not_negative, "number": as_number, "integer": _whole, "share": _share,
})  # fmt: skip
#: What a field holds -> what it takes, in words.
TAKES: Mapping[str, str] = MappingProxyType(
    {
        "id": "up to 80 letters and digits",
        "text": "up to 2,000 letters",
        "date": "a date as YYYY-MM-DD or DD.MM.YYYY",
        "money": "an amount from 0 on",
        "number": "a number",
        "integer": "a whole number from 0 on",
        "share": "a share from 0 to 1, or a percentage",
    }
)
