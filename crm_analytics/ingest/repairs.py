"""What a person decides about cells that cannot be read or are blank; the rows as written stay as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest.convert import may_not_be_blank
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.recognise import Recognition, cell
from crm_analytics.ingest.remapping import CHOSEN
from crm_analytics.ingest.shapes import bare, clean
from crm_analytics.schema import Kind

#: Different texts of a column that a person is asked about, the most frequent first.
SHOWN = 20
_DATES, _NUMBERS = ("timestamp", "date"), ("money", "number", "integer")
_READ = (*_DATES, *_NUMBERS, "flag")  # meanings whose texts can fail to be read


@dataclass(frozen=True)
class Repairs:
    """What is done with the cells of columns of a file.

    blank: columns whose texts that cannot be read leave the cell blank, not the row out; values: {column: {text as
    written: text in its place}}; defaults: {column: text where the cell is blank}. New texts are read as the others
    of the column. Space around a text does not count; of two that are the same without it, the last one holds.
    void: {column: texts of it whose rows count for nothing}, such as those of cancelled orders.
    """

    blank: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    defaults: Mapping[str, str] = dataclasses.field(default_factory=dict)
    void: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the space off the texts."""
        values = {
            column: {was.strip(): becomes.strip() for was, becomes in texts.items()}
            for column, texts in self.values.items()
        }
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "defaults", {column: text.strip() for column, text in self.defaults.items()})
        void = {column: sorted({text.strip() for text in texts}) for column, texts in self.void.items()}
        object.__setattr__(self, "void", void)

    def __or__(self, more: Repairs) -> Repairs:
        """These and more; the later ones hold."""
        values = {
            column: {**self.values.get(column, {}), **more.values.get(column, {})}
            for column in {**self.values, **more.values}
        }
        void = {
            column: [*self.void.get(column, ()), *more.void.get(column, ())] for column in {**self.void, **more.void}
        }
        return Repairs(self.blank | more.blank, values, {**self.defaults, **more.defaults}, void)

    def __bool__(self) -> bool:
        return bool(self.blank or self.values or self.defaults or self.void)

    def as_dict(self) -> dict[str, Any]:
        """For JSON, as in a mapping file."""
        return {"blank": sorted(self.blank), "values": self.values, "defaults": self.defaults, "void": self.void}

    def within(self, columns: Mapping[str, Any]) -> Repairs:
        """Those of the columns that there are."""
        values, defaults, void = (
            {column: each for column, each in said.items() if column in columns}
            for said in (self.values, self.defaults, self.void)
        )
        return Repairs(frozenset(self.blank & columns.keys()), values, defaults, void)


NO_REPAIRS = Repairs()


def mend(session: Session, recognition: Recognition, repairs: Repairs) -> None:
    """Make the view `cells` of the staged rows anew, with other texts in place of those named.

    Errors: UnknownName for a column that the file does not have, BadInput for a blank in the place of a text.
    """
    columns = list(recognition.formats)
    for column in (*repairs.values, *repairs.defaults, *repairs.blank):
        if column not in recognition.formats:
            raise UnknownName("column", column, columns)
    session.do("CREATE OR REPLACE TEMP TABLE mended (place INTEGER, was VARCHAR, becomes VARCHAR)")
    session.do("CREATE OR REPLACE TEMP TABLE filled (place INTEGER, becomes VARCHAR)")
    for column, texts in repairs.values.items():
        if "" in texts:
            raise BadInput(
                f"a blank cell of {column!r} is no text that could be replaced.", file=recognition.file,
                cure="Fill the blank cells of the column (--fill, or defaults in a mapping file).",
            )  # fmt: skip
        for was, becomes in texts.items():
            values = {"place": columns.index(column), "was": was, "becomes": becomes or None}
            session.do("INSERT INTO mended VALUES ($place, $was, $becomes)", values)
    for column, text in repairs.defaults.items():
        values = {"place": columns.index(column), "becomes": text or None}
        session.do("INSERT INTO filled VALUES ($place, $becomes)", values)
    cells, joins = [], []
    for place, (column, form) in enumerate(recognition.formats.items()):
        text, join = _replaced(place, form, column in repairs.values)
        joins.append(join)
        if column in repairs.defaults:
            text = f"coalesce({text}, (SELECT becomes FROM filled WHERE place = {place}))"
        cells.append(f"{text} AS c{place}")
    session.do(f"CREATE OR REPLACE TEMP VIEW cells AS SELECT line, {', '.join(cells)} FROM raw {' '.join(joins)}")


def _replaced(place: int, form: Format, named: bool) -> tuple[str, str]:
    """SQL: the value in a staged column with the texts of `mended` in place, and the join to raw that it needs.

    A text that means "no value", such as n/a, can be replaced too.
    """
    text = cell(f"c{place}", form)
    if not named:
        return text, ""
    join = f"LEFT JOIN (SELECT * FROM mended WHERE place = {place}) AS m{place} ON m{place}.was = {bare(f'c{place}')}"
    return f"CASE WHEN m{place}.was IS NULL THEN {text} ELSE m{place}.becomes END", join


def must_have_helped(session: Session, recognition: Recognition, repairs: Repairs) -> None:
    """BadInput where a text that a person gave cannot be read either."""
    for column, was, becomes in _new_texts(repairs):
        same = f"{clean('value')} IS NULL" if was is None else f"{bare('value')} = $was"
        faults = session.rows(
            f"""SELECT reason FROM (SELECT column_name, value, reason FROM rejects
                UNION ALL SELECT column_name, value, reason FROM blanked)
            WHERE column_name = $column AND {same} LIMIT 1""",
            {"column": column} | ({} if was is None else {"was": was}),
        )
        if faults and becomes:
            place = f"in place of {was!r}" if was else "for blank cells"
            raise BadInput(
                f"{becomes!r} {place} in {column!r} cannot be used: {faults[0][0]}.", file=recognition.file,
                cure="Write it as the other values of the column are written.",
            )  # fmt: skip


def _new_texts(repairs: Repairs) -> Iterator[tuple[str, str | None, str]]:
    for column, texts in repairs.values.items():
        yield from ((column, was, becomes) for was, becomes in texts.items())
    yield from ((column, None, text) for column, text in repairs.defaults.items())


def done(
    session: Session, recognition: Recognition, mapping: Mapping[str, str | None], repairs: Repairs
) -> tuple[dict[str, Any], ...]:
    """What was decided of the file and how many rows it touched, for its record: {column, repair, was, becomes, rows, words}.

    repair is replace, fill, blank, void, date_order or decimal; `rows` is None for an order or a mark, which holds for all.
    """
    found = []
    for place, (column, form) in enumerate(recognition.formats.items()):
        if column in repairs.values:
            rows = session.rows(
                f"""SELECT m.was, m.becomes, count(*) FROM mended AS m JOIN raw ON {bare(f"c{place}")} = m.was
                WHERE m.place = {place} GROUP BY 1, 2 ORDER BY 3 DESC, 1"""
            )
            found += [_done(column, "replace", *row) for row in rows]
        if column in repairs.defaults:
            text, join = _replaced(place, form, column in repairs.values)
            blanks = session.value(f"SELECT count(*) FROM raw {join} WHERE {text} IS NULL")
            found.append(_done(column, "fill", None, repairs.defaults[column], blanks))
        if column in repairs.blank:
            left = session.value("SELECT count(*) FROM blanked WHERE column_name = $column", {"column": column})
            found.append(_done(column, "blank", None, None, left))
        if column in repairs.void:
            rows = session.rows(
                "SELECT text, '0', count(*) FROM voided WHERE column_name = $column GROUP BY 1 ORDER BY 3 DESC, 1",
                {"column": column},
            )
            found += [_done(column, "void", *row) for row in rows]
        if mapping.get(column) and form.why == CHOSEN and form.kind in ("date", "number"):
            dated = form.kind == "date"
            becomes = form.order if dated else form.decimal
            found.append(_done(column, "date_order" if dated else "decimal", None, becomes, None))
    return tuple(found)


def _done(column: str, repair: str, was: str | None, becomes: str | None, rows: int | None) -> dict[str, Any]:
    words = {
        "replace": f"{was!r} is read as {becomes!r}" if becomes else f"{was!r} is read as blank",
        "fill": f"blank cells are read as {becomes!r}",
        "blank": "cells that cannot be read are left blank",
        "void": f"rows that say {was!r} count for nothing",
        "date_order": f"dates are read as {becomes}",
        "decimal": f"the decimal mark is {becomes!r}",
    }
    touched = "" if rows is None else f" ({rows:,} row{'' if rows == 1 else 's'})"
    told = f"{column}: {words[repair]}{touched}"
    return {"column": column, "repair": repair, "was": was, "becomes": becomes, "rows": rows, "words": told}


def from_record(kept: Iterable[Mapping[str, Any]]) -> Repairs:
    """The repairs of cells that the record of an import names."""
    made = NO_REPAIRS
    for each in kept:
        column, becomes = each["column"], each["becomes"] or ""
        made |= {
            "replace": Repairs(values={column: {each["was"] or "": becomes}}),
            "fill": Repairs(defaults={column: becomes}),
            "blank": Repairs(frozenset({column})),
            "void": Repairs(void={column: [each["was"] or ""]}),
        }.get(each["repair"], NO_REPAIRS)
    return made


# --- what could be repaired -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Repairable:
    """A column with cells that reject their rows or were left blank.

    `ways` of replace, blank, fill, date_order, decimal; `values`: the texts that cannot be read with their rows, the
    most frequent first, at most SHOWN of `distinct`; `rows`: all with such a cell; `blanks`: rows rejected for a blank one.
    """

    column: str
    ways: tuple[str, ...]
    values: tuple[tuple[str, int], ...]
    distinct: int
    rows: int
    blanks: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        values = [{"value": value, "rows": rows} for value, rows in self.values]
        counts = {"rows": self.rows, "distinct": self.distinct, "blanks": self.blanks}
        return {"column": self.column, "ways": list(self.ways), **counts, "values": values}


def repairable(
    session: Session, recognition: Recognition, kind: Kind, mapping: Mapping[str, str | None]
) -> tuple[Repairable, ...]:
    """What could be repaired in the rows of a review, in the order of the file."""
    found = []
    for column, name in mapping.items():
        meaning = kind.field(name).meaning if name else None
        if name is None or meaning == "id":
            continue
        rows = session.rows(
            f"""SELECT {clean("value")} AS text, count(*) FROM (SELECT column_name, value FROM rejects
                UNION ALL SELECT column_name, value FROM blanked) WHERE column_name = $column
            GROUP BY 1 ORDER BY 2 DESC, 1""",
            {"column": column},
        )
        texts = [(text, int(n)) for text, n in rows if text is not None and meaning in _READ]
        blanks = sum(int(n) for text, n in rows if text is None)
        ways = tuple(_ways(recognition, kind, column, name, bool(texts), bool(blanks)))
        if ways:
            total = sum(n for _, n in texts)
            found.append(Repairable(column, ways, tuple(texts[:SHOWN]), len(texts), total, blanks))
    return tuple(found)


def _ways(recognition: Recognition, kind: Kind, column: str, name: str, unread: bool, blanks: bool) -> Iterator[str]:
    if unread:
        yield "replace"
        field, form = kind.field(name), recognition.formats[column]
        if not may_not_be_blank(kind, name) and not field.may_be_unreadable:
            yield "blank"
        meaning = field.meaning
        if meaning in _DATES and form.kind == "date" and form.order != "YMD":
            yield "date_order"
        if meaning in _NUMBERS and form.kind == "number":
            yield "decimal"
    if blanks:
        yield "fill"
