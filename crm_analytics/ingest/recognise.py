"""A file recognised: laid out, staged as text, its formats found over every row, its meaning proposed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest import archives, findings
from crm_analytics.ingest.containers import DelimitedText, Table, open_table
from crm_analytics.ingest.drafts import Guess
from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.file_names import kinds_named
from crm_analytics.ingest.formats import Format, find_format
from crm_analytics.ingest.layout import Layout
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.ingest.quick import stage_quickly
from crm_analytics.ingest.reading import Broken
from crm_analytics.ingest.shapes import clean
from crm_analytics.ingest.totals import totals_apart
from crm_analytics.schema import KINDS

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Recognition:
    """What is known of a file whose rows are staged in a session.

    `formats` and `mapping` have one entry per column, in the order of the file; `rows` were staged, `broken` were not.
    """

    file: str
    sha256: str
    bytes: int
    layout: Layout
    formats: dict[str, Format]
    kind: str | None
    kind_confidence: float
    kind_reason: str
    mapping: dict[str, Guess]
    rows: int
    broken: int
    evidence: tuple[Evidence, ...]
    likely_kinds: tuple[str, ...] = ()  # where the kind is in doubt, the likeliest first

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the layout, the columns with format and meaning, the counts, the evidence."""
        layout = {name: value for name, value in asdict(self.layout).items() if name != "evidence"}
        columns = [
            {"column": column, **asdict(self.mapping[column]), "format": asdict(form)}
            for column, form in self.formats.items()
        ]
        return {
            "file": self.file, "sha256": self.sha256, "bytes": self.bytes, "rows_read": self.rows + self.broken,
            "rows": self.rows, "rejected": self.broken, "kind": self.kind, "kind_confidence": self.kind_confidence,
            "kind_reason": self.kind_reason, "likely_kinds": self.likely_kinds, "layout": layout, "columns": columns,
            "evidence": [asdict(each) for each in self.evidence],
        }  # fmt: skip


def recognise(
    session: Session,
    path: Path,
    name: str,
    *,
    kind: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    today: date | None = None,
) -> Recognition:
    """Recognise a file and stage it.

    Leaves in the session the temporary tables raw (line INTEGER, c0 VARCHAR, c1 ...; as written, in file order) and
    broken (line, text, reason), and the view cells (raw without surrounding space, NULL for "no value").
    `overrides` are those of `open_table`; an archive of one file is unpacked; with `today` dates in the future help to tell day from month.
    Errors: BadInput where the file holds no table; UnknownName for a kind that does not exist.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName("kind of table", kind, KINDS)
    told = progress or (lambda share, words: None)
    size = path.stat().st_size
    name = name.encode("utf-8", "replace").decode()  # of before UTF-8: text that no database takes
    return session.sparing(lambda: _recognised(session, path, name, kind, overrides or {}, told, today), size)


def _recognised(
    session: Session,
    path: Path,
    name: str,
    kind: str | None,
    overrides: Mapping[str, Any],
    told: Progress,
    today: date | None,
) -> Recognition:
    told(0.0, "Looking at the layout")
    began = path.stat()
    with archives.only_file(path, name) as part:
        table = open_table(part.path, name, **overrides)
        layout = _unpacked(table.layout, part)
        rows, broken = _stage(session, table, name, part.path.stat().st_size, told)
    totals = totals_apart(session, layout)
    rows, broken = rows - totals, broken + totals
    formats: dict[str, Format] = {}
    for number, column in enumerate(layout.columns):
        told(0.6 + 0.4 * number / len(layout.columns), f"Reading the values of {column}")
        formats[column] = find_format(session, number, column, today)
    formats = findings.shared(formats)
    layout, formats = _without_gaps(session, layout, formats)
    _make_cells(session, formats)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if (path.stat().st_size, path.stat().st_mtime_ns) != (began.st_size, began.st_mtime_ns):
        raise changed_meanwhile(name)
    meaning = find_meaning(formats, rows, header=layout.named, kind=kind, said=kinds_named(name, layout.sheet))
    if len(layout.columns) == 1 and kind is None and not any(each.field for each in meaning.mapping.values()):
        raise BadInput(
            "the rows are not divided into columns that can be recognised.", file=name, line=layout.first_line,
            cure="Export it as CSV with a delimiter and a header, or name the delimiter.",
        )  # fmt: skip
    evidence = (*layout.evidence, *findings.about(formats, meaning.kind, meaning.mapping))
    told(1.0, "Recognised")
    return Recognition(
        name, sha256, began.st_size, layout, formats, meaning.kind, meaning.confidence, meaning.reason,
        meaning.mapping, rows, broken, evidence, meaning.likely,
    )  # fmt: skip


def changed_meanwhile(name: str) -> BadInput:
    """What to say of a file that somebody still writes: its rows are not those of the bytes that would be kept."""
    cure = "Wait until whoever writes it has finished, then load it again."
    return BadInput("the file changed while it was read.", file=name, cure=cure)


def forget_texts(session: Session) -> None:
    """Let the texts as written go, a third of what an import keeps in memory: the file cannot be read otherwise afterwards."""
    session.do("DROP VIEW IF EXISTS cells")
    session.do("DROP TABLE IF EXISTS raw")


def _unpacked(layout: Layout, part: archives.Part) -> Layout:
    if part.packed is None:
        return layout
    about = Evidence("packed", part.packed, f"{part.name}: {part.path.stat().st_size:,} bytes unpacked")
    return replace(layout, evidence=(about, *layout.evidence))


def _stage(session: Session, table: Table, name: str, size: int, told: Progress) -> tuple[int, int]:
    layout = table.layout
    columns = [f"c{number}" for number in range(len(layout.columns))]
    session.do(f"CREATE OR REPLACE TEMP TABLE raw (line INTEGER, {', '.join(f'{each} VARCHAR' for each in columns)})")
    session.do("CREATE OR REPLACE TEMP TABLE broken (line INTEGER, text VARCHAR, reason VARCHAR)")
    if isinstance(table, DelimitedText) and (quick := stage_quickly(session, table.path, layout)):
        return quick, 0
    rows = broken = 0
    first: Broken | None = None
    for batch in table.batches(size):
        if len(batch.lines):
            arrays = [_array(batch.lines, pa.int32()), *(_array(each, pa.string()) for each in batch.columns)]
            session.append("raw", pa.Table.from_arrays(arrays, names=["line", *columns]))
        if batch.broken:
            first = first or batch.broken[0]
            session.append("broken", _broken_table(batch.broken))
        rows, broken = rows + len(batch.lines), broken + len(batch.broken)
        told(min(0.6, 0.6 * batch.bytes_read / max(1, size)), f"{rows:,} rows read")
    if not rows:
        what = f"none of its {broken:,} rows can be read; the first: {first.reason}." if first else "there is no row."
        line = first.line if first else layout.first_line
        raise BadInput(what, file=name, line=line, cure="Mend the file, or name its delimiter and quote.")
    return rows, broken


def _without_gaps(session: Session, layout: Layout, formats: Mapping[str, Format]) -> tuple[Layout, dict[str, Format]]:
    """Columns with neither name nor value are left out: the delimiter stands twice between values, or after the last."""
    gaps = {
        number: column
        for number, (column, form) in enumerate(formats.items())
        if column == f"column_{number + 1}" and form.kind == "empty" and not form.marked_blank
    }
    kept = [number for number in range(len(formats)) if number not in gaps]
    if not layout.named or not gaps or not kept:  # without a header, columns are known by their places
        return layout, dict(formats)
    for number in gaps:
        session.do(f"ALTER TABLE raw DROP COLUMN c{number}")
    for place, number in enumerate(kept):
        if place != number:
            session.do(f"ALTER TABLE raw RENAME COLUMN c{number} TO c{place}")
    about = Evidence("columns left out", ", ".join(gaps.values()), "they have neither a name nor a value")
    columns = tuple(column for column in layout.columns if column not in gaps.values())
    layout = replace(layout, columns=columns, evidence=(*layout.evidence, about))
    return layout, {column: formats[column] for column in columns}


def _make_cells(session: Session, formats: Mapping[str, Format]) -> None:
    """The view of the values; columns that are tidy already need not be cleaned row by row."""
    cleaned = ", ".join(f"{cell(f'c{number}', form)} AS c{number}" for number, form in enumerate(formats.values()))
    session.do(f"CREATE OR REPLACE TEMP VIEW cells AS SELECT line, {cleaned} FROM raw")


def cell(text: str, form: Format) -> str:
    """SQL: the value in a staged column without what surrounds it; NULL where it means "no value"."""
    return f"nullif({text}, '')" if form.tidy else clean(text)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def _broken_table(broken: list[Broken]) -> pa.Table:
    return pa.table(
        {
            "line": pa.array([each.line for each in broken], pa.int32()),
            "text": pa.array([each.text for each in broken], pa.string()),
            "reason": pa.array([each.reason for each in broken], pa.string()),
        }
    )
