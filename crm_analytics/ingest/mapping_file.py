"""A mapping as a file that a person can correct: which column gives which field, and how its values are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.remapping import remap
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.schema import KINDS

_PARTS = ("kind", "source", "columns", "date_order", "decimal", "blank", "values", "defaults", "void")
_ADVICE = ("check", "choices")  # written for the person who corrects the file, not read


@dataclass(frozen=True)
class MappingFile:
    """What a person says about a file. `columns` is {column: field or None}; the others may be left out.

    date_order: {column: "DMY", "MDY" or "YMD"}; decimal: {column: "." or ","}; blank, values, defaults and void: as in Repairs.
    """

    kind: str | None = None
    source: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    date_order: Mapping[str, Any] = field(default_factory=dict)
    decimal: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    void: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def repairs(self) -> Repairs:
        """What it says of cells."""
        return Repairs(frozenset(self.blank), self.values, self.defaults, self.void)

    @property
    def named(self) -> set[str]:
        """The columns of which it says how they are read or mended."""
        return {*self.date_order, *self.decimal, *self.blank, *self.values, *self.defaults, *self.void}


NOTHING_SAID = MappingFile()


def read(path: Path) -> MappingFile:
    """The mapping in a JSON file; BadInput naming what is wrong with it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, RecursionError, json.JSONDecodeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise BadInput("this is no JSON.", file=path.name, line=line, cure="Correct it there.") from error
    return said(data, path.name)


def said(data: Any, file: str) -> MappingFile:
    """The mapping as JSON gives it; BadInput naming what is wrong with it."""
    if not isinstance(data, dict) or (unknown := set(data) - {*_PARTS, *_ADVICE}):
        what = f"a mapping has no part {min(unknown)!r}." if isinstance(data, dict) else "a mapping is a JSON object."
        raise BadInput(what, file=file, cure=f"Its parts are {', '.join(_PARTS)}.")
    for part in ("kind", "source"):
        if not isinstance(data.get(part), str | None):
            raise BadInput(f"{part} has to be a text.", file=file, cure="Correct it.")
    parts = {part: _texts(data, part, file) for part in ("columns", "date_order", "decimal", "defaults")}
    for part in ("date_order", "decimal", "defaults"):
        # null: not decided, as in a file that was written to be corrected
        parts[part] = {column: value for column, value in parts[part].items() if value is not None}
    blank, values = data.get("blank", []), data.get("values", {})
    if not _is_texts(blank):
        raise BadInput("blank has to be a list of columns.", file=file, cure='Such as ["Quantity"].')
    if not isinstance(values, dict):
        raise BadInput("values has to be an object.", file=file, cure='Such as {"Price": {"free": "0"}}.')
    values = {column: _texts(values, column, file) for column in values}
    if wrong := [column for column, texts in values.items() if None in texts.values()]:
        raise BadInput(f"a value of {wrong[0]!r} has no text in its place.", file=file, cure='For a blank give "".')
    void = data.get("void", {})
    if not isinstance(void, dict) or not all(_is_texts(texts) for texts in void.values()):
        raise BadInput("void has to be an object of lists.", file=file, cure='Such as {"Status": ["cancelled"]}.')
    return MappingFile(data.get("kind"), data.get("source"), **parts, blank=tuple(blank), values=values, void=void)


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _texts(data: dict[str, Any], part: str, file: str) -> dict[str, Any]:
    given = data.get(part, {})
    if not isinstance(given, dict) or not all(isinstance(value, str | None) for value in given.values()):
        raise BadInput(f"{part} has to be an object of texts.", file=file, cure='Such as {"Datum": "DMY"}.')
    return given


def apply(recognition: Recognition, said: MappingFile) -> tuple[Recognition, dict[str, str | None]]:
    """The recognition as the file says it, and its mapping. Columns that the file does not name keep what was
    recognised, unless another column was given their field. Raises as `remap` does, and UnknownName for a field that
    the kind does not have."""
    kind = said.kind or recognition.kind
    for name in said.columns.values():
        if name is not None and kind in KINDS and name not in KINDS[kind].names:
            raise UnknownName(f"field of {kind}", name, KINDS[kind].names)
    found = remap(
        recognition,
        kind=kind,
        mapping=said.columns,
        date_order=said.date_order,
        decimal=said.decimal,
    )
    taken = {name for name in said.columns.values() if name}
    mapping = {
        column: guess.field if column in said.columns or guess.field not in taken else None
        for column, guess in found.mapping.items()
    }
    return found, mapping


def decided(recognition: Recognition, mapping: Mapping[str, str | None], repairs: Repairs) -> dict[str, Any]:
    """How a file was read, as the parts of a mapping file: the orders and marks in force of the columns that are used."""
    used = {column: form for column, form in recognition.formats.items() if mapping.get(column) and not form.ambiguous}
    return {
        "kind": recognition.kind,
        "columns": dict(mapping),
        "date_order": {
            c: form.order for c, form in used.items() if form.kind == "date" and form.order in ("DMY", "MDY")
        },
        "decimal": {c: form.decimal for c, form in used.items() if form.kind == "number" and form.decimal},
        **repairs.as_dict(),
    }


def write(
    path: Path,
    recognition: Recognition,
    mapping: Mapping[str, str | None],
    source: str,
    repairs: Repairs,
    why: list[str],
) -> None:
    """Write what was recognised, for a person to correct; `why` says what has to be looked at. OSError if it cannot."""
    dates = {
        column: None if form.ambiguous else form.order
        for column, form in recognition.formats.items()
        if form.kind == "date" and form.order != "YMD"
    }
    unclear = [column for column, form in recognition.formats.items() if form.kind == "number" and form.ambiguous]
    data = {
        "check": why,
        "kind": recognition.kind,
        "source": source,
        "columns": dict(mapping),
        "date_order": dates,
        "decimal": dict.fromkeys(unclear),
        **repairs.as_dict(),
        "choices": {name: [*kind.names] for name, kind in KINDS.items() if recognition.kind in (None, name)},
    }
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
