"""What the command line does with saved segments: list, save, put away, export their members."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crm_analytics import export
from crm_analytics.errors import BadInput, BadValue
from crm_analytics.ingest import export_campaign
from crm_analytics.ingest.recognise import Progress
from crm_analytics.metrics.segments.saved import words_of
from crm_analytics.metrics.value import scoring
from crm_analytics.query import membership, outgoing
from crm_analytics.query.outgoing import Wish
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import exports, segments
from crm_analytics.workspace.segments import Saved


def listed(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Every saved segment by name, as plain data."""
    with warehouse.duck.session() as session:
        return [as_dict(each) for each in segments.listed(session)]


def save(
    warehouse: Warehouse, name: str, rule: str, who: str, *, description: str, owner: str, frozen: date | None,
    seen: int | None,
) -> dict[str, Any]:  # fmt: skip
    """Save a rule (JSON, or the name of another segment) as a segment's next version; the version as plain data.

    Without `seen` it must be a new segment. Errors: BadRule, BadValue, UnknownName.
    """
    found = membership.named(warehouse, rule)
    saved = membership.save(
        warehouse, name, found, who, description=description, owner=owner, frozen_as_of=frozen, anew=True, seen=seen
    )
    return as_dict(saved)


def archive(warehouse: Warehouse, name: str, who: str) -> dict[str, Any]:
    """Put a segment away."""
    with warehouse.duck.session() as session:
        seen = segments.one(session, name).version
    return as_dict(membership.archive(warehouse, name, who, seen))


def as_dict(saved: Saved) -> dict[str, Any]:
    """A saved segment as plain data."""
    return {
        "segment": saved.segment,
        "version": saved.version,
        "owner": saved.owner,
        "description": saved.description,
        "frozen_as_of": saved.frozen_as_of.isoformat() if saved.frozen_as_of else None,
        "rule": saved.rule,
        "rule_in_words": words_of(saved),
        "who": saved.who,
        "saved_at": saved.saved_at.isoformat(timespec="seconds"),
    }


def export_members(
    warehouse: Warehouse, segment: str, out: Path, wish: Wish, who: str, as_of: date | None, *, replace: bool
) -> dict[str, Any]:
    """Write the members of a segment into a file and keep what went out; the record as plain data.

    Where a campaign is named it is made too, ready to receive its contacts. Errors: BadInput for a file that cannot be
    written, BadRule, BadValue, UnknownName.
    """
    if out.exists() and not replace:
        raise BadInput("is there already.", file=str(out), cure="Choose another name, or say --replace.")
    audience = warehouse.audience(membership.named(warehouse, segment), as_of)
    made = outgoing.prepare(warehouse, audience, wish, date.today())
    content = export.WRITERS[wish.form](made.frame)
    try:
        _write(out, content)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}.", file=str(out), cure="Choose another folder.") from error
    kept = outgoing.record(warehouse, audience, wish, made, who)
    if wish.makes_campaign:
        export_campaign.create(warehouse, kept, who, datetime.now().date())
    return kept.as_dict() | {"file": str(out), "in_words": made.in_words}


def set_cap(warehouse: Warehouse, channel: str, contacts: int | None, who: str) -> dict[str, int]:
    """Set or lift the contact cap of a channel; all caps."""
    if not channel.strip():
        raise BadValue("the channel", channel, "a name")
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        exports.set_cap(session, channel.strip(), contacts, who)
    with warehouse.duck.session() as session:
        return exports.caps(session)


def keep_scores(warehouse: Warehouse, as_of: date | None, who: str, report: Progress) -> dict[str, Any]:
    """Score all customers for rules that ask for risk, value and action; the scoring as plain data. Errors: NotEnoughData."""
    made = scoring.keep_scores(warehouse, warehouse.audience(as_of=as_of), who, report=report)
    days = {"as_of": made.as_of.isoformat(), "scored_at": made.scored_at.isoformat(timespec="seconds")}
    return asdict(made) | days


def _write(out: Path, content: bytes) -> None:
    """All of the file or none of it."""
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as partial:
        path = Path(partial.name)
        try:
            partial.write(content)
            partial.close()
            path.replace(out)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
