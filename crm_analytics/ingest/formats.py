"""How the values of each column are written, decided over every row: numbers, dates, flags, text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import dates, values
from crm_analytics.ingest.dates import Order, Shapes
from crm_analytics.ingest.naming import plain
from crm_analytics.ingest.shapes import (
    COMPACT_DATE,
    CURRENCY,
    CURRENCY_CODES,
    NUMBER,
    SEPARATED_DATE,
    TURNABLE_DATE,
    literal,
)

_USUAL = 0.5  # share of the filled values that must fit a kind; the others are rejected where it matters
_FEWEST_DATES = 6  # distinct dates from which their order in the file says something


@dataclass(frozen=True)
class Format:
    """How the values of one column are written.

    `share` of the filled values fits the kind. `order` is the order of day, month and year; `ambiguous`: every date
    (or every number) could be read two ways, so somebody must choose. `currency` is a code, or "$". `marked_blank`
    counts texts like NULL; `tidy`: no text is one of them or has space around it; `ends_in_zero`: all numbers end in
    ".0"; `decimals` is the most decimals seen; `words`, `digits`, `addresses`, `percents` are shares of values with a
    space, a digit, an @, a percent sign.
    """

    kind: Literal["empty", "text", "number", "date", "flag"]
    decimal: str | None = None
    thousands: str | None = None
    currency: str | None = None
    percent: bool = False
    patterns: tuple[str, ...] = ()
    order: Order | None = None
    ambiguous: bool = False
    why: str = ""
    filled: int = 0
    distinct: int = 0
    examples: tuple[str, ...] = ()
    share: float = 1.0
    marked_blank: int = 0
    tidy: bool = False
    ends_in_zero: bool = False
    scientific: int = 0
    decimals: int = 0
    zoned: int = 0
    words: float = 0.0
    digits: float = 0.0
    addresses: float = 0.0
    percents: float = 0.0
    shapes: Shapes = ()
    currencies: tuple[tuple[str, int], ...] = ()
    sure: bool = True

    def with_order(self, order: Order, why: str, *, sure: bool = True) -> Format:
        """The same dates read in another order."""
        return replace(
            self, order=order, ambiguous=False, why=why, sure=sure, patterns=dates.patterns(self.shapes, order)
        )

    def with_decimal(self, mark: str, why: str) -> Format:
        """The same numbers read with another decimal mark."""
        grouped = {".": ",", ",": "."}[mark] if self.thousands in (".", ",") else self.thousands
        return replace(self, decimal=mark, thousands=grouped, ambiguous=False, why=why)


def find_format(session: Session, column: int, header: str, today: date | None) -> Format:
    """The format of one staged column, from all its values (each distinct value is looked at once)."""
    marked_blank = values.stage(session, column)
    tidy, marked_blank = marked_blank is None, marked_blank or 0
    relation = values.alike(session)
    counts = values.counts(session, relation)
    filled = counts["filled"]
    if not filled:
        return Format("empty", why="the column is empty", marked_blank=marked_blank, tidy=tidy)
    examples = tuple(text for (text,) in session.rows("SELECT v FROM column_values ORDER BY line LIMIT 3"))
    distinct = int(session.value("SELECT count(*) FROM column_values"))
    common = Format(
        "text", filled=filled, distinct=distinct, examples=examples, marked_blank=marked_blank, tidy=tidy,
        ends_in_zero=counts["zero"] > 0 and counts["zero"] == counts["point_or_comma"], scientific=counts["scientific"],
        zoned=counts["zoned"], words=counts["words"] / filled, digits=counts["digits"] / filled,
        addresses=counts["addresses"] / filled, percents=counts["percent"] / filled, why="the values are text",
    )  # fmt: skip
    if (unix := _unix(header, counts)) is not None:
        why = f"the header says so and the values are {unix}"
        return replace(common, kind="date", patterns=(unix,), order="YMD", why=why)
    if counts["dates"] >= _USUAL * filled or counts["compact"] >= 0.99 * filled:
        return _date_format(session, common, counts, relation, today)
    if counts["point_or_comma"] >= _USUAL * filled:
        return _number_format(session, common, counts, relation)
    if distinct <= 4 and counts["flags"] == filled:
        return replace(common, kind="flag", why="the values are yes or no")
    return common


def _unix(header: str, counts: dict[str, int]) -> str | None:
    if not {"unix", "epoch", "timestamp"} & set(plain(header).split()):
        return None
    if counts["unix_seconds"] >= 0.95 * counts["filled"]:
        return dates.UNIX_SECONDS
    return dates.UNIX_MILLISECONDS if counts["unix_milliseconds"] >= 0.95 * counts["filled"] else None


def _date_format(session: Session, common: Format, counts: dict[str, int], relation: str, today: date | None) -> Format:
    tidy = dates.tidied("v")
    shapes: Shapes = tuple(
        session.rows(
            f"""SELECT {dates.shape(tidy)} AS shape, sum(n)::BIGINT AS n FROM {relation}
            WHERE regexp_full_match(v, {literal(SEPARATED_DATE)}) OR regexp_full_match(v, {literal(COMPACT_DATE)})
            GROUP BY 1 ORDER BY 2 DESC, 1"""
        )
    )
    share = max(counts["dates"], counts["compact"]) / counts["filled"]
    found = replace(common, kind="date", shapes=shapes, share=share)
    if not any(dates.is_turnable(shape) for shape, _ in shapes):
        year_first = all(shape.startswith("Y") for shape, _ in shapes)
        why = "the year stands first" if year_first else "the month is written in letters"
        return found.with_order("YMD" if year_first else "DMY", why)
    return _turned(session, found, today)


def _turned(session: Session, found: Format, today: date | None) -> Format:
    """Whether the day or the month stands first, from every date of the column."""
    first, second, apart = session.row(
        rf"""SELECT coalesce(sum(n) FILTER (a > 12 AND b <= 12), 0)::BIGINT,
            coalesce(sum(n) FILTER (b > 12 AND a <= 12), 0)::BIGINT,
            coalesce(sum(n) FILTER (a <> b), 0)::BIGINT
        FROM (SELECT n, CAST(regexp_extract(v, '^([0-9]+)', 1) AS INTEGER) AS a,
                CAST(regexp_extract(v, '^[0-9]+[-/.]([0-9]+)', 1) AS INTEGER) AS b
            FROM column_values WHERE regexp_full_match(v, {literal(TURNABLE_DATE)}))"""
    )
    if first and second:
        order: Order = "DMY" if first >= second else "MDY"
        few, many = sorted((first, second))
        why = f"{many:,} dates can only be read {_WORDS[order]}; {few:,} only the other way round and are rejected"
        if first == second:
            return replace(found, order=None, ambiguous=True, why=f"{many:,} dates speak for each order", sure=False)
        return found.with_order(order, why, sure=False)
    if first or second:
        order = "DMY" if first else "MDY"
        place = "first" if first else "second"
        return found.with_order(
            order, f"in {first or second:,} dates the {place} number is above 12, in none the other"
        )
    if not apart:
        return found.with_order("DMY", "day and month are equal in every date, so their order does not matter")
    return _by_sequence(session, found, today)


_WORDS = {"DMY": "day first", "MDY": "month first", "YMD": "year first"}


def _by_sequence(session: Session, found: Format, today: date | None) -> Format:
    """When every date can be read both ways: the reading that is in order of time, or not in the future."""
    readings: dict[str, tuple[bool, bool, int]] = {}
    for order in ("DMY", "MDY"):
        moment = dates.parsed("v", dates.patterns(found.shapes, order))  # type: ignore[arg-type]
        distinct, latest = session.row(
            f"SELECT count(DISTINCT CAST({moment} AS DATE)), max({moment}) FROM column_values"
        )
        in_line = distinct >= _FEWEST_DATES and _is_in_sequence(session, moment)
        late = today is not None and latest is not None and latest.date() > today
        readings[order] = (in_line, late, distinct)
    for order, other in (("DMY", "MDY"), ("MDY", "DMY")):
        if readings[order][0] and not readings[other][0]:
            return found.with_order(order, f"the file is in order of time only when read {_WORDS[order]}", sure=False)  # type: ignore[arg-type]
        if readings[other][1] and not readings[order][1]:
            return found.with_order(order, f"read {_WORDS[other]}, dates would lie in the future", sure=False)  # type: ignore[arg-type]
    return replace(found, ambiguous=True, sure=False, why="every date can be read day first or month first")


def _is_in_sequence(session: Session, moment: str) -> bool:
    """Whether the first appearances of the values follow each other in time, forwards or backwards."""
    up, down = session.row(
        f"""SELECT coalesce(bool_and(t >= before), false), coalesce(bool_and(t <= before), false)
        FROM (SELECT t, lag(t) OVER (ORDER BY line) AS before FROM (SELECT {moment} AS t, line FROM column_values))
        WHERE before IS NOT NULL AND t IS NOT NULL"""
    )
    return bool(up or down)


def _number_format(session: Session, common: Format, counts: dict[str, int], relation: str) -> Format:
    point, comma = counts["only_point"], counts["only_comma"]
    found = replace(
        common, kind="number", share=counts["point_or_comma"] / counts["filled"], percent=counts["percent"] > 0
    )
    found = _with_money(session, found, relation)
    if point or comma:
        mark = "." if point >= comma else ","
        why = f"{max(point, comma):,} numbers can only be read with a decimal {_MARKS[mark]}"
        if point and comma:
            why += f"; {min(point, comma):,} only with the other mark and are rejected"
        ambiguous = point == comma
        return _with_digits(
            session, replace(found, decimal=mark, why=why, ambiguous=ambiguous, sure=not (point and comma)), relation
        )
    triple = counts["triple_point"] + counts["triple_comma"]
    if not triple:
        return replace(found, why="whole numbers without marks")
    mark = "." if counts["triple_comma"] else ","  # read as thousands, the mark is the other one
    found = _with_digits(session, replace(found, decimal=mark), relation)
    if counts["short"] and not counts["long"] and not (counts["triple_point"] and counts["triple_comma"]):
        return replace(found, why=f"every number from 1,000 on is grouped by a {_MARKS['.' if mark == ',' else ',']}")
    return replace(found, ambiguous=True, sure=False, why="numbers such as 1.234 can be thousands or decimals")


_MARKS = {".": "point", ",": "comma"}


def _with_money(session: Session, found: Format, relation: str) -> Format:
    counted: dict[str, int] = {}
    for sign, n in session.rows(
        f"""SELECT upper(regexp_extract(v, {literal(CURRENCY)})) AS sign, sum(n)::BIGINT FROM {relation}
        GROUP BY 1 HAVING sign <> '' ORDER BY 2 DESC, 1"""
    ):
        code = CURRENCY_CODES.get(sign, sign)
        counted[code] = counted.get(code, 0) + n
    currencies = tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
    return replace(found, currencies=currencies, currency=currencies[0][0] if currencies else None)


def _with_digits(session: Session, found: Format, relation: str) -> Format:
    """With the thousands mark and the most decimals, now that the decimal mark is known."""
    other, mark = (",", r"\.") if found.decimal == "." else (r"\.", ",")
    seen: tuple[Any, ...] = session.row(
        f"""SELECT coalesce(max(length(regexp_extract(v, '{mark}([0-9]+)', 1))), 0),
            coalesce(bool_or(regexp_matches(v, '[0-9]{other}[0-9]{{3}}')), false),
            coalesce(bool_or(regexp_matches(v, '[0-9]['' \u00a0\u202f’][0-9]{{3}}')), false)
        FROM {relation} WHERE regexp_full_match(v, {literal(NUMBER[found.decimal or "."])})"""
    )
    decimals, by_mark, by_space = seen
    thousands = ("," if found.decimal == "." else ".") if by_mark else " " if by_space else None
    return replace(found, decimals=decimals, thousands=thousands)
