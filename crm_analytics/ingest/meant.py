"""How a file that is to be imported is read: as a mapping file says, as was decided of an earlier one, or as recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import mapping_file
from crm_analytics.ingest.corrections import corrected
from crm_analytics.ingest.mapping_file import NOTHING_SAID, MappingFile
from crm_analytics.ingest.recall import Recalled, recall
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.remapping import reread
from crm_analytics.ingest.repairs import NO_REPAIRS, Repairs
from crm_analytics.ingest.review import DEFAULT_SOURCE, proposed
from crm_analytics.workspace.mappings import Remembered


@dataclass(frozen=True)
class Intake:
    """How files are to be imported. `today` is the day of the import, `who` brings the file; `sheet` of a workbook.

    `mapping` is what a mapping file says; `cells`, of the same form, what is said beside it of single columns;
    `anew`: whatever was decided of earlier files. `effect`: a dry run tries that of a large file on the figures too.
    """

    today: date
    who: str
    kind: str | None = None
    source: str | None = None
    mapping: MappingFile | None = None
    dry_run: bool = False
    sheet: str | None = None
    cells: MappingFile = NOTHING_SAID
    anew: bool = False
    effect: bool = False


@dataclass(frozen=True)
class Meant:
    """How a file is read, and what is in doubt about it. `remembered`: the decision, `corrects`: the import it goes by."""

    found: Recognition
    mapping: dict[str, str | None]
    source: str
    repairs: Repairs
    doubts: tuple[str, ...] = ()
    remembered: Remembered | None = None
    corrects: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What of an earlier file it goes by."""
        return {"remembered": self.remembered.as_dict() if self.remembered else None, "corrects": self.corrects}


def meant(session: Session, found: Recognition, wish: Intake) -> Meant:
    """How a recognised file is read. Errors: those of `mapping_file.apply`."""
    known, cells = _without_cells(session, found, wish), wish.cells
    read = reread(known.found, _of(known.found, cells.date_order), _of(known.found, cells.decimal))
    return replace(known, found=read, repairs=known.repairs | cells.repairs.within(read.formats))


def as_before(
    session: Session,
    found: Recognition,
    kind: str | None = None,
    source: str | None = None,
    answered: MappingFile = NOTHING_SAID,
) -> Recalled | None:
    """As the import whose rejected rows the file holds, or as was decided of an earlier file; None for a new one."""
    return corrected(session, found) or recall(session, found, kind, source, answered)


def _without_cells(session: Session, found: Recognition, wish: Intake) -> Meant:
    source = wish.source or DEFAULT_SOURCE
    if wish.mapping is not None:
        said = replace(wish.mapping, kind=wish.kind or wish.mapping.kind)
        known, mapping = mapping_file.apply(found, said)
        return Meant(known, mapping, wish.source or said.source or DEFAULT_SOURCE, said.repairs)
    known = None if wish.anew else as_before(session, found, wish.kind, wish.source, wish.cells)
    if known is None:
        return Meant(found, proposed(found), source, NO_REPAIRS)
    corrects = known.corrects.import_id if known.corrects else None
    return Meant(
        known.recognition, known.mapping, known.source, known.repairs, known.doubts, known.remembered, corrects
    )


def _of(found: Recognition, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the columns that this one of several files has."""
    return {column: each for column, each in said.items() if column in found.formats}
