"""The verbs of files: import one, say how one is read, list what was decided of them."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadInput, CrmError, Stopped, UnknownName
from crm_analytics.ingest import load, mapping_file
from crm_analytics.ingest.archives import MAPPING, Part
from crm_analytics.ingest.contents import called_void, nobody_known, void_in_vain
from crm_analytics.ingest.effect import TRIED_AT_ONCE, effect
from crm_analytics.ingest.mapping_file import NOTHING_SAID, MappingFile
from crm_analytics.ingest.meant import Intake, Meant, meant
from crm_analytics.ingest.recognise import Recognition, forget_texts, recognise
from crm_analytics.ingest.rejects import as_csv
from crm_analytics.ingest.repairs import repairable
from crm_analytics.ingest.review import Review, review, unsure
from crm_analytics.ingest.strangers import strangers
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.verbs import Work
from crm_analytics.workspace import mappings as remembered


def import_file(warehouse: Warehouse, part: Part, wish: Intake, work: Work) -> dict[str, Any]:
    """Import a file, or say what an import would do. The reply has `error` where that failed.

    Null counts could not be found. A file whose meaning is in doubt is loaded only if the asker says so; else a
    mapping to correct is written beside it. Errors: Stopped.
    """
    path, name = part.path, part.name
    report = _unread(name)
    with warehouse.duck.session() as session, work.stoppable(session):
        try:
            kind = wish.kind or (wish.mapping.kind if wish.mapping else None)
            said = _overrides(wish.sheet)
            found = recognise(session, path, name, kind=kind, overrides=said, progress=work.report, today=wish.today)
            report = _unreviewed(session, found)
            known = meant(session, found, wish)
            report |= {"source": known.source, **known.told}
            reviewed = _reviewed(session, known, wish, warehouse, part)
            told = known.told | {"repairable": _repairable(reviewed)}
            report = (
                reviewed.as_dict()
                | told
                | {"notes": [*known.doubts, *_strange(reviewed), *_notes(known.found, wish.cells)]}
            )
            if wish.dry_run:
                with work.turn(warehouse):
                    return report | _effect(warehouse, reviewed, wish, work)
            doubts = [] if wish.mapping else [*known.doubts, *unsure(replace(known.found, evidence=()))]
            if doubts and reviewed.loads_anything and not work.ask(report, doubts):
                raise _to_correct(warehouse, part, known, doubts)
            mended = bool(wish.cells.named & known.found.formats.keys())
            said_so = bool(doubts) or wish.mapping is not None or mended
            with work.turn(warehouse):
                work.report(1.0, "loading")
                forget_texts(session)
                made = load.load(warehouse, reviewed, path, wish.who, decided=said_so)
                return made.as_dict() | {name: report[name] for name in ("remembered", "notes")}
        except Stopped:
            raise
        except CrmError as error:
            if wish.dry_run:
                return report | {"problems": [_problem(error), *report["problems"]]}
            return report | {"error": str(error)}


def _strange(reviewed: Review) -> list[str]:
    void = called_void(reviewed)
    options = " ".join(f"--void {shlex.quote(void.column)} {shlex.quote(text)}" for text in void.texts) if void else ""
    leave = f"{void.words}: {options} counts them for nothing." if void else None
    said = (strangers(reviewed) or nobody_known(reviewed), leave, void_in_vain(reviewed))
    return [each for each in said if each]


def _reviewed(session: Session, known: Meant, wish: Intake, warehouse: Warehouse, part: Part) -> Review:
    try:
        return review(
            session, known.found, known.mapping, known.source, today=wish.today, repairs=known.repairs,
            corrects=known.corrects,
        )  # fmt: skip
    except BadInput as error:
        if wish.dry_run or wish.mapping:
            raise
        raise _to_correct(warehouse, part, known, [error.what]) from error


def _effect(warehouse: Warehouse, reviewed: Review, wish: Intake, work: Work) -> dict[str, Any]:
    """What the load would do to the main figures; nothing where that takes as long as loading a large file."""
    if not reviewed.loads_anything or (reviewed.rows_read > TRIED_AT_ONCE and not wish.effect):
        return {"effect": None, "vanished": None}
    work.report(0.9, "trying what the load does to the figures")
    return effect(warehouse, reviewed).as_dict()


def _repairable(reviewed: Review) -> list[dict[str, Any]]:
    found = repairable(reviewed.session, reviewed.recognition, reviewed.kind, reviewed.mapping)
    return [each.as_dict() for each in found]


def _to_correct(warehouse: Warehouse, part: Part, known: Meant, why: list[str]) -> BadInput:
    """The error that names the mapping file written for a person to correct."""
    beside = part.beside
    folder = beside.parent if os.access(beside.parent, os.W_OK) else warehouse.settings.data_dir
    # what a person can type, and no longer than names may be
    shown = "".join(each for each in beside.name if each.isprintable())
    written = folder / f"{shown.encode()[-200:].decode(errors='ignore')}{MAPPING}"
    if not written.exists():  # it may hold somebody's corrections
        mapping_file.write(written, known.found, known.mapping, known.source, known.repairs, why)
    cure = f"Nothing was loaded. Correct {written}, then import again with --mapping {written}."
    return BadInput(" ".join(why), file=part.name, cure=cure)


def _overrides(sheet: str | None) -> dict[str, Any]:
    return {"sheet": sheet} if sheet else {}


def _unread(file: str) -> dict[str, Any]:
    """The report on a file of which nothing is known yet, with every key it will have."""
    counts = dict.fromkeys(("rows_read", "new", "same", "changed", "rejected"))
    found = {"problems": [], "mapping": {}, "repairable": [], "remembered": None, "corrects": None}
    return {
        "import_id": None,
        "kind": None,
        "file": file,
        **counts,
        **found,
        "effect": None,
        "vanished": None,
        "notes": [],
    }


def _unreviewed(session: Session, found: Recognition) -> dict[str, Any]:
    """The report on a file that is recognised but not compared with what is loaded."""
    broken = session.rows(
        "SELECT reason, count(*), arg_min(text, line), min(line) FROM broken GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return _unread(found.file) | {
        "kind": found.kind,
        "rows_read": found.rows + found.broken,
        "problems": [
            {"cause": cause, "column": None, "rows": rows, "example": example, "first_line": line}
            for cause, rows, example, line in broken
        ],
        "mapping": {column: asdict(guess) for column, guess in found.mapping.items()},
        "notes": _notes(found),
    }


def _notes(found: Recognition, cells: MappingFile = NOTHING_SAID) -> list[str]:
    notes = [f"{each.what}: {each.found}. {each.why}" for each in found.evidence if not each.sure]
    missing = cells.named - found.formats.keys()
    return notes + [f"it has no column {column!r}, so nothing was mended there" for column in missing]


def _problem(error: CrmError) -> dict[str, Any]:
    line = error.line if isinstance(error, BadInput) else None
    return {"cause": str(error), "column": None, "rows": None, "example": None, "first_line": line}


def mappings(warehouse: Warehouse, forget: int | None, who: str) -> list[dict[str, Any]]:
    """What was decided of files, as it is kept for the next ones; the one with the number `forget` is forgotten first.

    Errors: UnknownName for a number that there is not.
    """
    with warehouse.duck.session() as session:
        known = remembered.listed(session)
    if forget is not None:
        if not 1 <= forget <= len(known):
            raise UnknownName("number of a mapping", str(forget), [str(each + 1) for each in range(len(known))])
        load.forget(warehouse, known.pop(forget - 1), who)
    return [{"number": number, **each.as_dict()} for number, each in enumerate(known, start=1)]


def recognised(path: Path, kind: str | None, today: date, sheet: str | None = None) -> tuple[dict[str, Any], bytes]:
    """How a file was read, and its accepted rows as CSV; no database is touched. Errors: BadInput, UnknownName."""
    duck = Duck(None)
    try:
        with duck.session() as session:
            found = recognise(session, path, path.name, kind=kind, overrides=_overrides(sheet), today=today)
            broken = session.rows("SELECT line, reason, text FROM broken ORDER BY line")
            rows = session.table("SELECT * EXCLUDE (line) FROM raw ORDER BY line").rename_columns(found.layout.columns)
    finally:
        duck.close()
    report = found.as_dict()
    layout = {name: value for name, value in report.pop("layout").items() if name != "columns"}
    report |= layout | {
        "dates": {column: form.order for column, form in found.formats.items() if form.kind == "date"},
        "decimal_mark": {column: form.decimal for column, form in found.formats.items() if form.kind == "number"},
        "rejected": [{"line": line, "reason": reason, "text": text} for line, reason, text in broken],
    }
    return report, as_csv(rows.to_pandas())
