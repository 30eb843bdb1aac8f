"""What a person chooses of a recognised file: another kind, other fields, another order of day and month or decimal mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.ingest import findings
from crm_analytics.ingest.dates import Order
from crm_analytics.ingest.drafts import Guess
from crm_analytics.ingest.file_names import kinds_named
from crm_analytics.ingest.meaning import find_meaning
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.schema import KINDS

#: The reason of a meaning, an order or a mark that a person chose.
CHOSEN = "chosen by you"


def remap(
    recognition: Recognition,
    *,
    kind: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    date_order: Mapping[str, Order] | None = None,
    decimal: Mapping[str, str] | None = None,
) -> Recognition:
    """The same staged rows with another kind, mapping, order of day and month, or decimal mark.

    The file is not read again. Errors: UnknownName, BadValue for a choice that does not exist.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName("kind of table", kind, KINDS)
    found = reread(recognition, date_order or {}, decimal or {})
    said = kinds_named(found.file, found.layout.sheet)
    again = find_meaning(found.formats, found.rows, header=found.layout.named, kind=kind or found.kind, said=said)
    guesses = dict(again.mapping)
    if kind is None:  # what was chosen before stays chosen
        guesses |= {column: guess for column, guess in found.mapping.items() if guess.reason == CHOSEN}
        again = replace(again, confidence=found.kind_confidence, reason=found.kind_reason)
    for column, field in (mapping or {}).items():
        _must_know(recognition, column)
        guesses[column] = Guess(field, 1.0, CHOSEN)
    evidence = (*found.layout.evidence, *findings.about(found.formats, again.kind, guesses))
    return replace(
        found,
        kind=again.kind,
        kind_confidence=again.confidence,
        kind_reason=again.reason,
        mapping=guesses,
        evidence=evidence,
    )


def reread(
    recognition: Recognition, date_order: Mapping[str, Order], decimal: Mapping[str, str], why: str = CHOSEN
) -> Recognition:
    """The same staged rows and meanings with another order of day and month, or decimal mark.

    A column that was a guess only because it could be read two ways is none any more.
    Errors: UnknownName, BadValue for a choice that does not exist.
    """
    formats = dict(recognition.formats)
    for column, order in date_order.items():
        _must_know(recognition, column)
        if order not in ("DMY", "MDY", "YMD"):
            raise BadValue("date_order", order, "DMY, MDY or YMD")
        formats[column] = formats[column].with_order(order, why)
    for column, mark in decimal.items():
        _must_know(recognition, column)
        if mark not in (".", ","):
            raise BadValue("decimal", mark, "a point or a comma")
        formats[column] = replace(formats[column].with_decimal(mark, why), sure=True)
    evidence = (*recognition.layout.evidence, *findings.about(formats, recognition.kind, recognition.mapping))
    found = replace(recognition, formats=formats, evidence=evidence)
    return replace(found, mapping=_surer(found, {*date_order, *decimal})) if date_order or decimal else found


def _surer(found: Recognition, answered: set[str]) -> dict[str, Guess]:
    """The guesses, with more confidence where a question that lowered it has been answered."""
    again = find_meaning(found.formats, found.rows, header=found.layout.named, kind=found.kind).mapping
    return {
        column: new
        if column in answered and (new := again[column]).field == guess.field and new.confidence > guess.confidence
        else guess
        for column, guess in found.mapping.items()
    }


def _must_know(recognition: Recognition, column: str) -> None:
    if column not in recognition.formats:
        raise UnknownName("column", column, recognition.formats)
