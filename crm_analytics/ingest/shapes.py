"""What numbers, dates and blanks look like. One source for Python and for SQL: both engines read these expressions."""

from __future__ import annotations

import re
from typing import Literal

#: Texts that mean "no value", compared as written.
BLANKS = ("NULL", "null", "Null", "NaN", "nan", "None", "none", "N/A", "n/a", "#N/A", "-", "--", "<NA>")
#: What may stand around a value without belonging to it.
SPACE = " \t\r\n\f\u00a0\ufeff"

#: Yes and no in words, lower case; numbers say yes above 0.
YES = (
    "yes",
    "y",
    "true",
    "t",
    "si",
    "sí",
    "sim",
    "s",
    "oui",
    "o",
    "ja",
    "j",
    "да",
    "on",
    "x",
    "✓",
    "wahr",
    "vrai",
    "verdadero",
    "verdadeiro",
    "истина",
)
NO = ("no", "n", "false", "f", "não", "nao", "non", "nein", "нет", "off", "falsch", "faux", "falso", "ложь")

#: Currency signs and codes; those that name one currency only are stored by their code.
CURRENCY_CODES = {
    "€": "EUR",
    "£": "GBP",
    "₽": "RUB",
    "₹": "INR",
    "₴": "UAH",
    "₺": "TRY",
    "₩": "KRW",
    "R$": "BRL",
    "ZŁ": "PLN",
    "US$": "USD",
    "РУБ": "RUB",
    "РУБ.": "RUB",
    "ГРН": "UAH",
    "ГРН.": "UAH",
    "₸": "KZT",
    "ТГ": "KZT",
    "ТГ.": "KZT",
    "KČ": "CZK",
    "FCFA": "XOF",
}
_CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|RUB|PLN|CZK|SEK|NOK|DKK|BRL|MXN|ARS|COP|CLP|INR|TRY|CAD|AUD|NZD|ZAR|HUF|RON|UAH|KZT|"
    "AED|SAR|ILS|EGP|MAD|TND|DZD|KES|NGN|GHS|XOF|XAF|LKR|PKR|BDT|NPR|IDR|MYR|SGD|PHP|THB|VND|HKD|TWD|KRW|PEN|UYU|"
    "PYG|CRC|GTQ|DOP|BGN|ISK|RSD|GEL|AMD|AZN|UZS|BYN"
)
CURRENCY = rf"(?:US\$|R\$|[€£$¥₽₹₴₺₩₸]|zł|Kč|(?i:(?:руб|грн|тг)\.?|FCFA|{_CODES}))"

_GROUP = "[ \u00a0\u202f'’]"


def _number(mark: str, thousands: str) -> str:
    whole = rf"\d+|[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+|[1-9]\d{{0,2}}(?:{_GROUP}\d{{3}})+"
    body = rf"(?:{whole})(?:{mark}\d*)?(?:[eE][+-]?\d{{1,2}})?|{mark}\d+"
    sign, money = r"[+\-−]?", rf"\s?{CURRENCY}?\s?"
    return rf"(?:{CURRENCY}\s?)?\(?{sign}{money}{sign}(?:{body}){money}(?:%|-)?\)?(?:\s?{CURRENCY})?"


#: A whole value that is a number, by its decimal mark.
NUMBER = {".": _number(r"\.", ","), ",": _number(",", r"\.")}
#: What a number may carry besides digits, marks and sign.
NUMBER_TRIMMINGS = rf"{CURRENCY}|[()%\s]|{_GROUP}"

HALF_DAY = r"[AaPp]\.?\s?[Mm]\.?"
ZONE = r"(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
TIME = rf"(?:[T ,]+\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:\s?{HALF_DAY})?(?:\s?{ZONE})?)?"
_MONTH = r"[A-Za-z]{3,9}\.?"
COMPACT_DATE = r"(?:19|20|21)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
#: Two numbers whose order is not told by their shape, then a year.
TURNABLE_DATE = rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.]\d{{2,6}}{TIME}"
SEPARATED_DATE = (
    rf"(?:\d{{4,6}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,6}}"
    rf"|\d{{1,2}}[-/. ]+{_MONTH}[-/., ]+(?:\d{{4}}|\d{{2}})|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|{_MONTH}-\d{{1,2}}-(?:\d{{4}}|\d{{2}})){TIME}"
)

_PYTHON_NUMBER = re.compile("|".join(f"(?:{each})" for each in NUMBER.values()))
_PYTHON_DATE = re.compile(rf"{SEPARATED_DATE}|{COMPACT_DATE}")


def looks_like(text: str) -> Literal["empty", "number", "date", "text"]:
    """The shape of one value."""
    text = text.strip(SPACE)
    if not text or text in BLANKS:
        return "empty"
    if _PYTHON_DATE.fullmatch(text):
        return "date"
    return "number" if _PYTHON_NUMBER.fullmatch(text) else "text"


def literal(text: str) -> str:
    """A constant of ours as SQL text."""
    return "'" + text.replace("'", "''") + "'"


def clean(column: str) -> str:
    """SQL: the value without what surrounds it; NULL where it means "no value"."""
    blank = f"IN ('', {', '.join(map(literal, BLANKS))})"
    text = f"trim({column}, {literal(SPACE)})"
    return (
        f"CASE WHEN {column} {blank} THEN NULL WHEN NOT {is_padded(column)} THEN {column} "
        f"WHEN {text} {blank} THEN NULL ELSE {text} END"
    )


def bare(column: str) -> str:
    """SQL: the value without the space around it, also where it means "no value"; NULL where nothing is written."""
    return f"nullif(trim({column}, {literal(SPACE)}), '')"


def is_padded(column: str) -> str:
    """SQL: whether a value has something around it; ten times as fast as taking it off."""
    return f"regexp_matches({column}, {literal(f'^[{SPACE}]|[{SPACE}]$')})"
