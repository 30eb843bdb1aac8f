"""Which character opens and closes values in a file, and whether a space stands before it."""

from __future__ import annotations

import re

from crm_analytics.export import FORMULA_STARTS

_RARE = "'`|"
_MOST_CLOSE = 0.9  # of the values that a rare quote opens


def likely_quote(whole: str, delimiter: str) -> str:
    """The quote character that opens values: " unless another one opens more of them, and closes them."""
    signs = _RARE.replace(delimiter, "") if delimiter else _RARE
    opened = {
        quote: sum(whole.count(f"{before}{quote}") for before in (delimiter or "\n", "\n")) for quote in f'"{signs}'
    }
    opened["'"] -= _harmless(whole, delimiter)
    most = max(signs, key=lambda quote: opened[quote])
    often = opened[most] > 2 * opened['"'] and opened[most] > 1
    # what an apostrophe inside a word closes is told row by row
    return most if often and (most == "'" or _closes(whole, delimiter, most)) else '"'


def _harmless(whole: str, delimiter: str) -> int:
    """How many apostrophes only keep spreadsheets from running a text, as in a reject file: they close nowhere."""
    ends = rf"{re.escape(delimiter)}\r\n"
    starts = re.escape("".join(FORMULA_STARTS))
    return len(re.findall(rf"[{ends}]'[{starts}][^'{ends}]*(?=[{ends}]|\Z)", whole))


def _closes(whole: str, delimiter: str, quote: str) -> bool:
    """Whether nearly all values that a sign opens end with it: a cell that is the sign alone opens none."""
    mark, sign = re.escape(delimiter or "\n"), re.escape(quote)
    opening = rf"(?:\A|\n|{mark}){sign}"
    closed = re.findall(rf"{opening}(?:\\.|[^{sign}]|{sign}{sign})*+{sign}(?={mark}|[\r\n]|\Z)", whole, re.DOTALL)
    return len(closed) >= _MOST_CLOSE * len(re.findall(opening, whole))


def is_padded(whole: str, delimiter: str, quote: str) -> bool:
    """Whether a space stands between delimiter and quote, in most of the lines that have a quoted value behind one."""
    sign = re.escape(quote)
    spaced = re.compile(rf"{re.escape(delimiter)} {sign}(?!{sign})")
    lines = [line for line in whole.splitlines() if f"{delimiter}{quote}" in line or f"{delimiter} {quote}" in line]
    return sum(bool(spaced.search(line)) for line in lines) * 2 > len(lines)


def split_at_apostrophes(text: str, delimiter: str, escape: str | None) -> list[str]:
    """Fields of one line where a quoted value ends only at an apostrophe before a delimiter or the end."""
    escape = escape or "'"
    mark = re.escape(delimiter)
    pattern = re.compile(rf"(?:'(.*?)'(?={mark}|$)|([^{mark}]*))(?:{mark}|$)", re.DOTALL)
    fields, at = [], 0
    while at <= len(text):
        found = pattern.match(text, at)
        if found is None:
            break
        quoted, bare = found.groups()
        fields.append(bare if quoted is None else quoted.replace("''", "'").replace(escape * 2, escape))
        if found.end() == len(text) and not text.endswith(delimiter, found.start(), found.end()):
            break
        at = found.end() if found.end() > at else at + 1
        if at == len(text) and text.endswith(delimiter):
            fields.append("")
            break
    return fields
