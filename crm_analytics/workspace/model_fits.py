"""Fits of models as plain data, each under the version of the data that it stands on: it is never served for another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_analytics.engine.duck import Session

#: Fits of a subject that are kept, the latest.
KEPT = 40
_COLUMNS = "subject, as_of, data_version, customers, found, fitted_at"


@dataclass(frozen=True)
class StoredFit:
    """What a model (or a family of them, the `subject`) found on the data of a version as of a day; `found` is plain data."""

    subject: str
    as_of: date
    data_version: str
    customers: int
    found: dict[str, Any]
    fitted_at: datetime


def stored(session: Session, subject: str, as_of: date, data_version: str) -> StoredFit | None:
    """The fit of exactly this version of the data and day, None where there is none."""
    where = "subject = $subject AND as_of = $as_of AND data_version = $version"
    return _one(session, where, {"subject": subject, "as_of": as_of, "version": data_version})


def last_before(session: Session, subject: str, as_of: date, data_version: str) -> StoredFit | None:
    """The latest other fit: of an earlier day, or of the same day on other data. None where there is none."""
    where = "subject = $subject AND (as_of < $as_of OR (as_of = $as_of AND data_version <> $version))"
    return _one(session, where, {"subject": subject, "as_of": as_of, "version": data_version})


def keep(session: Session, fit: StoredFit) -> None:
    """Store a fit, within the caller's transaction; the oldest beyond `KEPT` go."""
    values = fit.__dict__ | {"found": json.dumps(fit.found, allow_nan=False)}
    places = ", ".join(f"${name}" for name in _COLUMNS.split(", "))
    session.do(f"INSERT OR REPLACE INTO workspace.model_fits ({_COLUMNS}) VALUES ({places})", values)
    session.do(
        """DELETE FROM workspace.model_fits WHERE subject = $subject AND (as_of, data_version) NOT IN (
            SELECT (as_of, data_version) FROM workspace.model_fits WHERE subject = $subject
            ORDER BY fitted_at DESC LIMIT $kept)""",
        {"subject": fit.subject, "kept": KEPT},
    )


def _one(session: Session, where: str, values: dict[str, object]) -> StoredFit | None:
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM workspace.model_fits WHERE {where} ORDER BY as_of DESC, fitted_at DESC LIMIT 1", values
    )
    if not rows:
        return None
    found = dict(zip(_COLUMNS.split(", "), rows[0], strict=True))
    return StoredFit(**found | {"found": json.loads(found["found"])})
