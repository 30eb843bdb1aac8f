"""The fixed table of what can be asked of a warehouse: plain arguments in, a plain reply out, here or over the socket."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from crm_analytics import backup as backups
from crm_analytics import screen
from crm_analytics.errors import BadInput, BadValue, UnknownName
from crm_analytics.handover import plans
from crm_analytics.ingest import load, mapping_file
from crm_analytics.ingest import rejects as reject_files
from crm_analytics.ingest.archives import Part
from crm_analytics.ingest.meant import Intake
from crm_analytics.metrics import opening
from crm_analytics.query import outgoing
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.verbs import Work
from crm_analytics.verbs import figures as verbs_figures
from crm_analytics.verbs import files as verbs_files
from crm_analytics.verbs import segments as verbs_segments
from crm_analytics.verbs import settings as verbs_settings
from crm_analytics.workspace import imports as history

Reply = dict[str, Any]


def answer(warehouse: Warehouse, verb: str, arguments: dict[str, Any], work: Work) -> Reply:
    """The reply to a verb of `VERBS`. Errors: UnknownName, BadValue for other arguments than it takes, its own."""
    if verb not in VERBS:
        raise UnknownName("verb", verb, VERBS)
    try:
        inspect.signature(VERBS[verb]).bind(warehouse, work, **arguments)
    except TypeError as error:
        raise BadValue("arguments", sorted(arguments), f"what {verb} takes ({error})") from error
    return VERBS[verb](warehouse, work, **arguments)


def import_(
    warehouse: Warehouse, work: Work, *, path: str, today: str, who: str, kind: str | None, source: str | None,
    mapping: str | None, dry_run: bool, sheet: str | None = None, cells: dict[str, Any] | None = None, anew: bool = False,
    effect: bool = False, name: str | None = None, beside: str | None = None,
) -> Reply:  # fmt: skip
    """Import a file, or say what an import would do; the report of `verbs_files.import_file`.

    `cells` says what is done with single columns, in the form of a mapping file; `anew`: decisions of earlier files are
    left aside; `effect`: a dry run says what a large file would do to the figures too.
    What came out of an archive has the `name` it is reported by, and `beside` which its mapping is written.
    """
    known = mapping_file.read(_absolute(mapping)) if mapping else None
    said = mapping_file.said(cells or {}, path)
    wish = Intake(date.fromisoformat(today), who, kind, source, known, dry_run, sheet, said, anew, effect)
    file = _absolute(path)
    part = Part(file, name or file.name, _absolute(beside) if beside else file)
    return verbs_files.import_file(warehouse, part, wish, work)


def imports(warehouse: Warehouse, work: Work) -> Reply:
    """All imports, the oldest first: {"imports": [...]}."""
    with warehouse.duck.session() as session, work.stoppable(session):
        return {"imports": [each.as_dict() for each in history.listed(session)]}


def rejects(warehouse: Warehouse, work: Work, *, import_id: int) -> Reply:
    """The reject file of an import: {"text": CSV}."""
    with warehouse.duck.session() as session, work.stoppable(session):
        return {"text": reject_files.of_import(session, history.one(session, import_id)).decode("utf-8-sig")}


def mappings(warehouse: Warehouse, work: Work, *, forget: int | None = None, who: str = "") -> Reply:
    """What was decided of files, numbered from 1: {"mappings": [...]}, without the one that is to be forgotten."""
    with work.turn(warehouse) if forget is not None else nullcontext():
        return {"mappings": verbs_files.mappings(warehouse, forget, who)}


def undo(warehouse: Warehouse, work: Work, *, import_id: int, who: str) -> Reply:
    """Take an import back; the import as it then is."""
    with work.turn(warehouse):
        return load.undo(warehouse, import_id, who).as_dict()


def redo(warehouse: Warehouse, work: Work, *, import_id: int, who: str) -> Reply:
    """Let an undone import hold again; the import as it then is."""
    with work.turn(warehouse):
        return load.redo(warehouse, import_id, who).as_dict()


def show(
    warehouse: Warehouse, work: Work, *, metric: str, segment: str | None, as_of: str | None, before: str | None,
    knobs: dict[str, str], limit: int | None, form: str,
) -> Reply:  # fmt: skip
    """A figure as it is printed: {"text", "notes"}; form is table, csv or json."""
    work.report(0.0, metric)
    day, earlier = (date.fromisoformat(each) if each else None for each in (as_of, before))
    shown = verbs_figures.show(warehouse, metric, segment, day, earlier, knobs, limit, on_screen=form == "table")
    frame = shown.pop("frame")
    if form == "json":
        shown |= {"rows": verbs_figures.plain_rows(frame), "notes": shown.pop("notes")}
        return {"text": screen.json_text(shown), "notes": []}
    return {"text": screen.csv(frame) if form == "csv" else screen.table(frame), "notes": shown["notes"]}


def prepare(warehouse: Warehouse, work: Work, *, only_large: bool = False) -> Reply:
    """Make what the pages open with, `only_large` not where that is quicker done when asked for: {"frames", "left"}."""
    if only_large and not opening.is_worth_it(warehouse):
        return {"frames": 0, "left": False}
    return asdict(opening.prepare(warehouse, work.report))


def backup(warehouse: Warehouse, work: Work, *, out: str, replace: bool) -> Reply:
    """Write a backup; what is in it."""
    return backups.write(warehouse, _absolute(out), work.report, work.stoppable, replace=replace)


def segments(warehouse: Warehouse, work: Work) -> Reply:
    """The saved segments by name: {"segments": [...]}."""
    return {"segments": verbs_segments.listed(warehouse)}


def save_segment(
    warehouse: Warehouse, work: Work, *, name: str, rule: str, who: str, description: str, owner: str, frozen: str | None,
    seen: int | None,
) -> Reply:  # fmt: skip
    """Save a segment; the version as it is kept."""
    day = date.fromisoformat(frozen) if frozen else None
    with work.turn(warehouse):
        return verbs_segments.save(
            warehouse, name, rule, who, description=description, owner=owner, frozen=day, seen=seen
        )


def archive_segment(warehouse: Warehouse, work: Work, *, name: str, who: str) -> Reply:
    """Put a segment away."""
    with work.turn(warehouse):
        return verbs_segments.archive(warehouse, name, who)


def export(
    warehouse: Warehouse, work: Work, *, segment: str, out: str, columns: str | None, channel: str | None,
    unknown_consents: bool, control: float, seed: int, campaign: str, who: str, as_of: str | None, replace: bool,
    with_held_out: bool = False,
) -> Reply:  # fmt: skip
    """Write the members of a segment into a file whose ending says the format; what went out."""
    file = _absolute(out)
    names = tuple(each.strip() for each in columns.split(",")) if columns else outgoing.COLUMNS
    form = file.suffix.removeprefix(".").lower()
    wish = outgoing.Wish(names, form, channel, unknown_consents, control, seed, campaign, with_held_out).checked()
    day = date.fromisoformat(as_of) if as_of else None
    with work.turn(warehouse):
        return verbs_segments.export_members(warehouse, segment, file, wish, who, day, replace=replace)


def contact_cap(warehouse: Warehouse, work: Work, *, channel: str, contacts: int | None, who: str) -> Reply:
    """Set or lift the contact cap of a channel: {"contact_caps": {channel: contacts}}."""
    with work.turn(warehouse):
        return {"contact_caps": verbs_segments.set_cap(warehouse, channel, contacts, who)}


def keep_scores(warehouse: Warehouse, work: Work, *, as_of: str | None, who: str) -> Reply:
    """Score all customers and keep it for rules: {"as_of", "customers", "horizon_days", "models", "who", "scored_at", ...}."""
    return verbs_segments.keep_scores(warehouse, date.fromisoformat(as_of) if as_of else None, who, work.report)


def settings(warehouse: Warehouse, work: Work, *, changes: dict[str, str], who: str) -> Reply:
    """Change parameters of the business, if any are given; {"settings": {name: value}} as then in force."""
    with work.turn(warehouse) if changes else nullcontext():
        return verbs_settings.change(warehouse, changes, who)


#: Verb -> what answers it. Nothing else can be asked.
VERBS: dict[str, Callable[..., Reply]] = {
    "import": import_,
    "imports": imports,
    "mappings": mappings,
    "rejects": rejects,
    "undo": undo,
    "redo": redo,
    "show": show,
    "prepare": prepare,
    "backup": backup,
    **plans.VERBS,
    "segments": segments,
    "save_segment": save_segment,
    "archive_segment": archive_segment,
    "export": export,
    "contact_cap": contact_cap,
    "keep_scores": keep_scores,
    "settings": settings,
}


def _absolute(path: str) -> Path:
    if not Path(path).is_absolute():
        raise BadInput("is no full path.", file=path, cure="Name the file from the root folder on.")
    return Path(path)
