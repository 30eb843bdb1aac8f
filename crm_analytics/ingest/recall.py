"""A file read as a person decided on an earlier one with the same headers; what its values contradict is asked anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import mapping_file
from crm_analytics.ingest.drafts import Guess
from crm_analytics.ingest.fitting import fit
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.remapping import reread
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.ingest.review import DEFAULT_SOURCE
from crm_analytics.schema import KINDS
from crm_analytics.workspace import mappings
from crm_analytics.workspace.imports import Import
from crm_analytics.workspace.mappings import Remembered

_DATES, _NUMBERS = ("timestamp", "date"), ("money", "number", "integer")
_FITS = 0.3  # how well values suit their field from which nobody has to look
_ORDERS = {"DMY": "the day first", "MDY": "the month first", "YMD": "the year first"}
_MARKS = {".": "a decimal point", ",": "a decimal comma"}


@dataclass(frozen=True)
class Recalled:
    """The recognition and the mapping as decided before; `words` say by whom and when, or in which import.

    `doubts`: where the values of this file say something else. `remembered`: the decision, `corrects`: the import whose
    rejected rows the file holds; one of them.
    """

    recognition: Recognition
    mapping: dict[str, str | None]
    source: str
    repairs: Repairs
    words: str
    doubts: tuple[str, ...] = ()
    remembered: Remembered | None = None
    corrects: Import | None = None


def recall(
    session: Session,
    found: Recognition,
    kind: str | None = None,
    source: str | None = None,
    answered: mapping_file.MappingFile = mapping_file.NOTHING_SAID,
) -> Recalled | None:
    """What was decided of files with these headers, applied to this one; None where nothing was.

    Without `source`, that of the usual source, else of the only one with such files. A decision of another `kind`
    than the one asked for is not taken, nor are orders and marks of columns for which this time they are `answered`.
    """
    known = mappings.of_headers(session, found.layout.columns) if found.layout.named else {}
    only = next(iter(known)) if len(known) == 1 else None
    made = known.get(source) if source else known.get(DEFAULT_SOURCE) or known.get(only or "")
    if made is None or made.kind not in KINDS or kind not in (None, made.kind):
        return None
    said = mapping_file.said(made.said, found.file)
    said = replace(
        said,
        date_order={c: each for c, each in said.date_order.items() if c not in answered.date_order},
        decimal={c: each for c, each in said.decimal.items() if c not in answered.decimal},
    )
    if any(name and name not in KINDS[made.kind].names for name in said.columns.values()):
        return None
    mapping = {column: said.columns.get(column) for column in found.formats}
    again = replace(
        found, kind=made.kind, kind_confidence=1.0, kind_reason=f"{made.words} of a file with these columns"
    )
    again = replace(again, mapping={column: Guess(name, 1.0, made.words) for column, name in mapping.items()})
    orders = {c: each for c, each in said.date_order.items() if _follows(found.formats[c], "order", each)}
    marks = {c: each for c, each in said.decimal.items() if _follows(found.formats[c], "decimal", each)}
    again = reread(again, orders, marks, made.words)
    doubts = tuple(_doubts(found.formats, said, made))
    return Recalled(again, mapping, made.source, said.repairs, made.words, doubts, remembered=made)


def _follows(form: Format, part: str, decided: str) -> bool:
    """Whether a column is read as decided: where its values leave that open, or say the same without being sure."""
    return form.ambiguous or (not form.sure and getattr(form, part) == decided)


def _doubts(formats: Mapping[str, Format], said: mapping_file.MappingFile, made: Remembered) -> Iterator[str]:
    """Where the values of a file say something else than was decided: they are right, or somebody has to look."""
    for column, name in said.columns.items():
        form, meaning = formats[column], KINDS[made.kind].field(name).meaning if name else ""
        wanted = "date" if meaning in _DATES else "number" if meaning in _NUMBERS else form.kind
        if form.kind not in (wanted, "empty"):
            yield f"{column} is {name}, {made.words}, but its values are no {wanted}s now."
        elif name and fit(KINDS[made.kind].field(name), form)[0] < _FITS:
            yield f"{column} is {name}, {made.words}, but its values look otherwise now, such as {form.examples[0]}."
    for given, words in ((said.date_order, _ORDERS), (said.decimal, _MARKS)):
        for column, each in given.items():
            form = formats[column]
            found = form.order if given is said.date_order else form.decimal
            if not form.ambiguous and found and found != each:
                yield f"{column} was read with {words[each]}, {made.words}; now it is read with {words[found]}: {form.why}."
