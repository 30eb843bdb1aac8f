"""A campaign made from an export: files loaded like any other, so that it can be undone.

One row says what the campaign is; one row for each customer says in which group the draw put him. Contacts that come back
from the sending system add to these rows: who was drawn for a group counts in it, contacted or not (intention to treat).
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import Recognition, recognise
from crm_analytics.query import people
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.workspace import exports
from crm_analytics.workspace.exports import Export
from crm_analytics.workspace.imports import Import

SOURCE = "exports"
#: How the files are written here; nothing of it is guessed from what names hold.
_LAYOUT = {"encoding": "utf-8", "delimiter": ",", "quote": '"', "escape": "", "header": True}


def create(warehouse: Warehouse, export: Export, who: str, today: date) -> Import:
    """Load the campaign of an export and its groups: it starts on the day of the export, contacts name its campaign_id."""
    row = {
        "campaign_id": export.campaign_id,
        "campaign_name": export.campaign_name,
        "channel": export.channel or "",
        "starts_on": export.exported_at.date().isoformat(),
        "control_share": f"{export.control_share:g}",
        "goal": export.rule_in_words[:200],
    }
    made = _load(warehouse, "campaigns", f"campaign_of_export_{export.export_id}", SOURCE, [row], who, today)
    with warehouse.duck.session() as session:
        drawn = _by_source(session, exports.arms(session, export.export_id))
    for source, arms in drawn.items():
        _load(warehouse, "contacts", f"groups_of_export_{export.export_id}", source, _groups(export, arms), who, today)
    return made


def _groups(export: Export, arms: Mapping[str, str]) -> Iterable[dict[str, str]]:
    """A contact that has not taken place, for each customer drawn: without a day, not sent."""
    for place, (customer, arm) in enumerate(arms.items(), start=1):
        yield {
            "contact_id": f"{export.campaign_id}/{place}",
            "campaign_id": export.campaign_id,
            "campaign_name": export.campaign_name,
            "customer_id": customer,
            "arm": arm,
            "channel": export.channel or "",
            "sent": "false",
        }


def _by_source(session: Session, arms: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Source -> the customers' own ids there -> arm. Ids have their source in front where there are several.

    Where there is one, the rows are of that source too: under another name they would be nobody's when a second one is loaded.
    """
    sources = sorted(people.sources(session), key=len, reverse=True)
    if len(sources) == 1:
        return {sources[0]: dict(arms)} if arms else {}
    found: dict[str, dict[str, str]] = {}
    for customer, arm in arms.items():
        source = next((name for name in sources if customer.startswith(f"{name}:")), SOURCE)
        found.setdefault(source, {})[customer.removeprefix(f"{source}:")] = arm
    return found


def _load(
    warehouse: Warehouse, kind: str, name: str, source: str, rows: Iterable[dict[str, str]], who: str, today: date
) -> Import:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        rows = list(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        with warehouse.duck.session() as session:
            found = _as_written(recognise(session, path, path.name, kind=kind, overrides=_LAYOUT, today=today))
            reviewed = review.review(session, found, {column: column for column in found.formats}, source, today=today)
            return load.load(warehouse, reviewed, path, who)


def _as_written(found: Recognition) -> Recognition:
    """The same with names and ids as they are: one may look like a day, a number, or a word for nothing."""
    meanings = {field.name: field.meaning for field in KINDS[found.kind or ""].fields}
    formats = {
        column: replace(form, kind="text", tidy=True, ends_in_zero=False)
        if meanings[column] in ("id", "text")
        else form
        for column, form in found.formats.items()
    }
    return replace(found, formats=formats)
