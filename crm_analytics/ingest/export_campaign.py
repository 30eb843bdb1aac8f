"""A campaign made from an export: a file of one row, loaded like any other, so that it can be undone."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from pathlib import Path

from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import recognise
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.exports import Export
from crm_analytics.workspace.imports import Import

SOURCE = "exports"


def create(warehouse: Warehouse, export: Export, who: str, today: date) -> Import:
    """Load the campaign of an export: it starts on the day of the export, and its contacts name its campaign_id."""
    row = {
        "campaign_id": export.campaign_id,
        "campaign_name": export.campaign_name,
        "channel": export.channel or "",
        "start_date": export.exported_at.date().isoformat(),
        "control_share": f"{export.control_share:g}",
        "goal": export.rule_in_words[:200],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"campaign_of_export_{export.export_id}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
        with warehouse.duck.session() as session:
            found = recognise(session, path, path.name, kind="campaigns", today=today)
            reviewed = review.review(session, found, review.proposed(found), SOURCE, today=today)
            return load.load(warehouse, reviewed, path, who)
