"""What the record of its import tells of a campaign's contacts: which column gave the arms, which rows were left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crm_analytics import formats
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import imports
from crm_analytics.workspace.imports import Import

#: Where more of a file's rows than this were rejected or in another currency, what is left of it is not compared.
MOST_REJECTED = 0.05
#: Headers of a log that says in one column what happened, and the fields of a file that says it in columns of their own.
_EVENTS = frozenset(("event", "event type", "event name", "eventtype", "action", "activity", "activity type", "status"))
_SAID = frozenset(("sent", "delivered", "opened", "clicked", "responded", "responded_at", "converted", "converted_at"))
_DAYS = frozenset(("at", "on", "date", "day", "time", "datum", "fecha", "data"))


def files_of(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """What the record of each file of contacts that holds tells beside its rows; kept with the data.

    Columns: import_id; arm_column, the header that gave the arms, or None; problem, which forbids a comparison, or None;
    remarks, sentences to be said beside the figures, a line each.
    """

    def make() -> pd.DataFrame:
        with warehouse.duck.session() as session:
            found = imports.listed(session)
        rows = [_told(each) for each in found if each.kind == "contacts" and each.undone_at is None]
        return pd.DataFrame(rows, columns=["import_id", "arm_column", "problem", "remarks"], dtype=object)

    return warehouse.keep("contact_files", audience, make)


def of_campaign(files: pd.DataFrame, info: Mapping[str, Any]) -> pd.DataFrame:
    """The files that hold contacts of a campaign, of those given."""
    imports = "" if pd.isna(info["imports"]) else str(info["imports"])
    return files[files["import_id"].astype(str).isin(imports.split(","))]


def _plain(header: str) -> str:
    return header.lower().replace("_", " ").strip()


def _told(made: Import) -> dict[str, Any]:
    columns = {found["field"]: header for header, found in made.mapping.items() if found.get("field")}
    foreign = sum(each["rows"] for each in made.problems if "another currency" in each["cause"])
    problem, remarks = None, []
    if foreign > MOST_REJECTED * max(made.rows_read, 1):
        of = formats.count(made.rows_read)
        problem = f"amounts in two currencies: {formats.count(foreign)} of {of} rows of its file were left out for it"
    elif made.rejected > MOST_REJECTED * max(made.rows_read, 1):
        of = formats.count(made.rows_read)
        problem = f"{formats.count(made.rejected)} of {of} rows of “{made.file}” were rejected: those left are not those drawn"
    elif made.rejected:
        remarks.append(
            f"{formats.count(made.rejected)} of {formats.count(made.rows_read)} rows of “{made.file}” were rejected and are missing here."
        )
    happened = [
        header for header, found in made.mapping.items() if not found.get("field") and _plain(header) in _EVENTS
    ]
    if happened and not _SAID & set(columns):
        remarks.append(
            f"“{happened[0]}” of “{made.file}” is not read: each of its rows counts as a contact, an opening too."
        )
    for field in ("converted", "responded"):
        header = columns.get(field)
        if header and _DAYS & set(_plain(header).split()):
            remarks.append(
                f"“{header}” is read as whether it happened: whether its days lie before the contact is not checked."
            )
    return {
        "import_id": made.import_id, "arm_column": columns.get("arm"), "problem": problem, "remarks": "\n".join(remarks),
    }  # fmt: skip
