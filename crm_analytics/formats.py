"""Numbers and dates as words for the screen. Absent values (None, NaN, NaT) are a dash, never a zero."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import pandas as pd

NONE: Final = "–"
MINUS: Final = "−"
Number = float | int | None
Day = date | datetime | pd.Timestamp | None


def money(value: Number, currency: str | None = None) -> str:
    """1324000 -> "1.32M", "$1.32M" (currency "USD" or "$") or "EUR 1.32M"."""
    if pd.isna(value):
        return NONE
    sign = MINUS if value < 0 else ""
    return f"{sign}{money_prefix(currency)}{_short(abs(float(value)))}"


def money_prefix(currency: str | None) -> str:
    """What stands before an amount: "$" for USD, a sign as it is, a code with a space, nothing for None."""
    if not currency:
        return ""
    if currency == "USD":
        return "$"
    return f"{currency} " if currency.isalpha() else currency


def count(value: Number) -> str:
    """6641 -> "6,641"."""
    return NONE if pd.isna(value) else _signed(f"{value:,.0f}")


def share(value: Number, digits: int = 1) -> str:
    """0.746 -> "74.6%"."""
    return NONE if pd.isna(value) else _signed(f"{value:.{digits}%}")


def counted(value: Number, one: str) -> str:
    """6641, "customer" -> "6,641 customers"; 1 -> "1 customer"."""
    if pd.isna(value):
        return NONE
    number = count(value)
    return f"{number} {one}" if number == "1" else f"{number} {one}s"


def size(count: int) -> str:
    """3600000 -> "3.6 MB", 900 -> "0.9 kB"."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"


def p_value(value: Number) -> str:
    """0.0004 -> "< 0.001": none is zero."""
    return NONE if pd.isna(value) else "< 0.001" if value < 0.001 else f"{value:.3f}"


def days(value: Number) -> str:
    """182 -> "182 days"."""
    return counted(value, "day")


def change(value: Number, digits: int = 1) -> str:
    """0.046 -> "+4.6%"; what rounds to nothing has no sign."""
    if pd.isna(value):
        return NONE
    text = f"{abs(value):.{digits}%}"
    if float(text[:-1]) == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def day(value: Day) -> str:
    """date(2011, 12, 9) -> "9 Dec 2011"."""
    return NONE if pd.isna(value) else f"{value.day} {value:%b %Y}"


def month(value: Day) -> str:
    """date(2011, 12, 1) -> "Dec 2011"."""
    return NONE if pd.isna(value) else f"{value:%b %Y}"


def period_name(start: Day, period: str) -> str:
    """The name of the day, week, month, quarter or year that begins on `start`."""
    if pd.isna(start):
        return NONE
    match period:
        case "month":
            return month(start)
        case "quarter":
            return f"Q{(start.month + 2) // 3} {start:%Y}"
        case "year":
            return f"{start:%Y}"
        case "week":
            return f"week of {day(start)}"
        case _:
            return day(start)


def _short(value: float) -> str:
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        # 999,950 would be "1000k" in its own unit: it is counted in the next one
        if value >= size * 0.9995:
            return _three_digits(value / size) + letter
    return f"{value:,.2f}" if value < 1000 and value != int(value) else f"{value:,.0f}"


def _three_digits(value: float) -> str:
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def _signed(text: str) -> str:
    if not text.startswith("-"):
        return text
    rounded_away = not any(digit in text for digit in "123456789")
    return text[1:] if rounded_away else MINUS + text[1:]
