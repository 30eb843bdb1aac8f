"""How dates are written: from the shapes seen in a column to the patterns that read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from crm_analytics.ingest.shapes import HALF_DAY, ZONE, literal

Order = Literal["DMY", "MDY", "YMD"]
Shapes = tuple[tuple[str, int], ...]

FIRST_YEAR, LAST_YEAR = 1900, 2200
UNIX_SECONDS, UNIX_MILLISECONDS = "unix seconds", "unix milliseconds"
CENTURY_RULE = "years of two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068"

#: A shape has Y for four digits or more, 9 for fewer, A for letters.
_SHAPE = re.compile(
    r"(?P<date>Y[-/.]9[-/.]9|9[-/.]9[-/.][Y9]|9[-/. ]+A\.?[-/., ]+[Y9]|A\.? 9,? Y|A-9-[Y9]|Y)"
    r"(?:(?P<gap>A|[ ,]+)9:9(?P<seconds>:9)?(?P<fraction>\.[9Y])?(?P<half> A)?)?"
)


#: Most dates: there is nothing to tidy.
_TIDY = r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"


def tidied(text: str) -> str:
    """SQL: a date text without zone, with am and pm written one way and at most six digits of a second."""
    written = text
    text = f"regexp_replace({text}, {literal(rf'(:[0-9]{{2}}(?:[.][0-9]+)?(?: ?{HALF_DAY})?) ?{ZONE}$')}, '\\1')"
    text = rf"regexp_replace({text}, '\s?([AaPp])\.?\s?[Mm]\.?$', ' \1m')"
    text = rf"regexp_replace({text}, '([0-9])(?:st|nd|rd|th)\b', '\1')"
    text = rf"regexp_replace({text}, '(\.[0-9]{{6}})[0-9]+$', '\1')"
    return f"CASE WHEN regexp_full_match({written}, {literal(_TIDY)}) THEN {written} ELSE {text} END"


def shape(text: str) -> str:
    """SQL: the shape of a tidied date text."""
    text = f"regexp_replace({text}, '[A-Za-z]+', 'A', 'g')"
    text = f"regexp_replace({text}, '[0-9]{{4,}}', 'Y', 'g')"
    return f"regexp_replace(regexp_replace({text}, '[0-9]+', '9', 'g'), ' +', ' ', 'g')"


def is_turnable(one: str) -> bool:
    """Whether day and month of this shape could change places."""
    return bool(re.match(r"9[-/.]9[-/.]", one))


def patterns(shapes: Iterable[tuple[str, int]], order: Order | None) -> tuple[str, ...]:
    """The patterns that read these shapes, in their order; `order` says how day and month of turnable dates stand."""
    found: list[str] = []
    for one, _ in shapes:
        match = _SHAPE.fullmatch(one)
        if match is None:
            continue
        for day in _day_patterns(match["date"], order):
            found.append(day + _time_pattern(match))
    return in_turn(found)


def in_turn(found: Iterable[str]) -> tuple[str, ...]:
    """The patterns in the order in which they are tried: %Y would take "24" for the year 24, so %y comes first."""
    return tuple(sorted(dict.fromkeys(found), key=lambda each: "%y" not in each))


def _day_patterns(text: str, order: Order | None) -> list[str]:
    if text == "Y":
        return ["%Y%m%d"]
    if text[0] == "Y":
        return [f"%Y{text[1]}%m{text[3]}%d"]
    if "A" in text:
        named = text.replace("Y", "%Y").replace("9", "%d", 1).replace("9", "%y")
        return [named.replace("A", month) for month in ("%b", "%B")]
    if order == "YMD":
        return [f"%y{text[1]}%m{text[3]}%d"]
    first, second = ("%m", "%d") if order == "MDY" else ("%d", "%m")
    return [f"{first}{text[1]}{second}{text[3]}{'%Y' if text[4] == 'Y' else '%y'}"]


def _time_pattern(match: re.Match[str]) -> str:
    if not match["gap"]:
        return ""
    gap = "T" if match["gap"] == "A" else match["gap"]
    hours = "%I" if match["half"] else "%H"
    seconds = ":%S" if match["seconds"] else ""
    return f"{gap}{hours}:%M{seconds}{'.%f' if match['fraction'] else ''}{' %p' if match['half'] else ''}"


def parsed(text: str, chosen: tuple[str, ...]) -> str:
    """SQL: the timestamp that a text means under these patterns, else NULL."""
    if not chosen:
        return "CAST(NULL AS TIMESTAMP)"
    if chosen[0] in (UNIX_SECONDS, UNIX_MILLISECONDS):
        factor = 1000 if chosen[0] == UNIX_SECONDS else 1
        return (
            f"CASE WHEN regexp_full_match({text}, '[0-9]{{9,13}}') THEN epoch_ms(CAST({text} AS BIGINT) * {factor}) END"
        )
    listed = ", ".join(map(literal, chosen))
    return f"try_strptime({tidied(text)}, [{listed}])"
