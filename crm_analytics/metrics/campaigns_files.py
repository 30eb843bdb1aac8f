"""What the record of its import tells of a campaign's contacts: which column gave the arms, which rows were left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from crm_analytics import formats
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import imports
from crm_analytics.workspace.imports import Import

#: Where more of a file's rows than this were in another currency, what is left of it is not compared.
MOST_REJECTED = 0.05
_DAYS = frozenset(("at", "on", "date", "day", "time", "datum", "fecha", "data"))


@dataclass(frozen=True)
class File:
    """What one file of contacts tells beside its rows. `problem` forbids a comparison; `remarks` are said beside it."""

    arm_column: str | None
    problem: str | None
    remarks: tuple[str, ...]


def files_of(warehouse: Warehouse) -> dict[int, File]:
    """Import -> what its record tells, for the files of contacts that hold."""
    with warehouse.duck.session() as session:
        found = imports.listed(session)
    return {each.import_id: _told(each) for each in found if each.kind == "contacts" and each.undone_at is None}


def of_campaign(files: Mapping[int, File], info: Mapping[str, object]) -> list[File]:
    """The files that may hold contacts of a campaign: those between its first and its last."""
    first, last = info["first_import"], info["last_import"]
    return [] if pd.isna(first) else [each for number, each in sorted(files.items()) if first <= number <= last]  # type: ignore[operator]


def _told(made: Import) -> File:
    columns = {found["field"]: header for header, found in made.mapping.items() if found.get("field")}
    foreign = sum(each["rows"] for each in made.problems if "another currency" in each["cause"])
    problem, remarks = None, []
    if foreign > MOST_REJECTED * max(made.rows_read, 1):
        of = formats.count(made.rows_read)
        problem = f"amounts in two currencies: {formats.count(foreign)} of {of} rows of its file were left out for it"
    elif made.rejected:
        remarks.append(
            f"{formats.count(made.rejected)} of {formats.count(made.rows_read)} rows of “{made.file}” were rejected and are missing here."
        )
    for field in ("converted", "responded"):
        header = columns.get(field)
        if header and _DAYS & set(header.lower().replace("_", " ").split()):
            remarks.append(
                f"“{header}” is read as whether it happened: whether its days lie before the contact is not checked."
            )
    return File(columns.get("arm"), problem, tuple(remarks))
