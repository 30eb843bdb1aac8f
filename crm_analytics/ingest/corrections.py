"""A reject file that comes back corrected: read as the import whose rows it holds, and tied to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import dates, rejects
from crm_analytics.ingest.drafts import Guess
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.recall import Recalled
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.repairs import from_record
from crm_analytics.schema import KINDS
from crm_analytics.workspace import imports
from crm_analytics.workspace.imports import Import

#: What of a format is kept with an import: how texts are read, not what was seen.
_KEPT = ("kind", "decimal", "thousands", "currency", "currencies", "percent", "patterns", "order", "ends_in_zero")


def corrected(session: Session, found: Recognition) -> Recalled | None:
    """A staged reject file as the import reads that it came from; None for another file, or where that is not loaded.

    Apostrophes that kept spreadsheets from running a text are taken off the staged rows.
    """
    columns = found.layout.columns
    if rejects.FROM not in columns:
        return None
    rejects.take_apostrophes(session, len(columns))
    made = _import(session, columns.index(rejects.FROM))
    if made is None or made.kind not in KINDS:
        return None
    words = f"as in import {made.import_id}"
    columns = tuple(_header(column, columns, made) for column in columns)
    fields = {column: (made.mapping.get(column) or {}).get("field") for column in columns}
    # what was tidy with apostrophes need not be without them
    formats = {
        column: replace(_read(form, made.formats[column], words) if column in made.formats else form, tidy=False)
        for column, form in zip(columns, found.formats.values(), strict=True)
    }
    again = replace(
        found, layout=replace(found.layout, columns=columns), kind=made.kind, kind_confidence=1.0,
        kind_reason=f"corrected rows of import {made.import_id}, {made.file}",
        mapping={column: Guess(field, 1.0, words) for column, field in fields.items()}, formats=formats,
        evidence=found.layout.evidence,
    )  # fmt: skip
    return Recalled(again, fields, made.source, from_record(made.repairs).within(again.formats), words, corrects=made)


def _header(column: str, columns: Sequence[str], made: Import) -> str:
    """The column as the import calls it: an apostrophe kept spreadsheets from running headers too."""
    bare = column.removeprefix("'")
    return bare if bare in made.mapping and column not in made.mapping and bare not in columns else column


def _import(session: Session, place: int) -> Import | None:
    """The latest import with rejected rows of the file that most rows name; one that holds before one that does not."""
    named = session.rows(
        f"""SELECT regexp_extract(c{place}, '{rejects.PLACE}', 2) AS file FROM raw
        GROUP BY 1 ORDER BY count(*) FILTER (file <> '') DESC, 1 LIMIT 1"""
    )
    known = [each for each in imports.listed(session) if each.rejected and each.sha256.startswith(named[0][0] or "-")]
    return max(known, key=lambda each: (each.undone_at is None, each.import_id), default=None)


def kept_formats(recognition: Recognition, mapping: dict[str, str | None]) -> dict[str, dict[str, Any]]:
    """How the columns that are used were read, for the record of an import."""
    return {
        column: {name: getattr(form, name) for name in _KEPT}
        for column, form in recognition.formats.items()
        if mapping.get(column)
    }


def _read(form: Format, kept: dict[str, Any], words: str) -> Format:
    """The format of the import; what this file shows for sure and otherwise, as after a spreadsheet wrote it, adds to it."""
    before = Format(
        **{**kept, "patterns": tuple(kept["patterns"]), "currencies": tuple(map(tuple, kept["currencies"]))}
    )
    if before.kind == "number" and form.kind == "number" and form.sure and form.decimal not in (None, before.decimal):
        return form
    if before.kind == "date" and form.kind == "date":
        follows = before.order in ("DMY", "MDY") and (form.ambiguous or not form.sure)
        form = form.with_order(before.order, words) if follows else form  # type: ignore[arg-type]
        patterns = dates.in_turn((*before.patterns, *form.patterns))
        return replace(form, patterns=patterns, order=before.order, why=words)
    return replace(before, why=words, filled=form.filled, examples=form.examples)
