"""The history of imports: what came in, who brought it, what is undone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.errors import UnknownName

_COLUMNS = (
    "import_id, kind, source, file, sha256, bytes, rows_read, new, same, changed, rejected, mapping, report, currency, "
    "who, imported_at, undone_at, undone_by"
)
_REPORT = ("problems", "repairs", "formats", "corrects", "filled_share")  # kept in the column `report`


@dataclass(frozen=True)
class Import:
    """One import. new + same + changed + rejected = rows_read.

    `mapping` is {column of the file: {field, confidence, reason}}; `problems` lists {cause, column, rows, example};
    `undone_at` is None while the import holds; `repairs` lists what a person decided of cells: {column, repair, was,
    becomes, rows, words}; `formats` says how the used columns were read. `corrects`: the import whose rejected rows this
    one brings; `corrected`: how many of the rejected ones other imports that hold have brought. `filled_share`: of the cells
    of the used columns of all rows those with a valid value, a rejected row having none; None where that was not kept.
    """

    import_id: int
    kind: str
    source: str
    file: str
    sha256: str
    bytes: int
    rows_read: int
    new: int
    same: int
    changed: int
    rejected: int
    mapping: dict[str, Any]
    problems: list[dict[str, Any]]
    currency: str | None
    who: str
    imported_at: datetime
    undone_at: datetime | None = None
    undone_by: str | None = None
    repairs: list[dict[str, Any]] = field(default_factory=list)
    formats: dict[str, dict[str, Any]] = field(default_factory=dict)
    corrects: int | None = None
    filled_share: float | None = None
    corrected: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For the command line's JSON: the keys of DESIGN in their order, then the rest."""
        first = ("import_id", "kind", "file", "rows_read", "new", "same", "changed", "rejected", "problems", "mapping")
        rest = ("source", "currency", "who", "sha256", "bytes", "repairs", "corrects", "corrected")
        when = {
            name: at.isoformat(timespec="seconds") if at else None
            for name, at in (("imported_at", self.imported_at), ("undone_at", self.undone_at))
        }
        return {name: getattr(self, name) for name in (*first, *rest)} | when


def listed(session: Session) -> list[Import]:
    """All imports, the oldest first."""
    rows = session.rows(f"""SELECT {_COLUMNS}, coalesce(lines, 0) FROM workspace.imports AS i
        LEFT JOIN (
            SELECT c.import_id, count(DISTINCT c.line) AS lines FROM workspace.corrections AS c
            JOIN workspace.imports AS later ON later.import_id = c.corrected_by AND later.undone_at IS NULL
            GROUP BY c.import_id
        ) AS brought USING (import_id)
        ORDER BY import_id""")
    return [_from(row) for row in rows]


def mappings(session: Session, kind: str) -> dict[int, dict[str, Any]]:
    """How the columns of each file of a kind were mapped, by the number of its import."""
    rows = session.rows("SELECT import_id, mapping FROM workspace.imports WHERE kind = $kind", {"kind": kind})
    return {import_id: json.loads(mapping) for import_id, mapping in rows}


def one(session: Session, import_id: int) -> Import:
    """An import by its number; `UnknownName` if there is none."""
    known = {each.import_id: each for each in listed(session)}
    if import_id not in known:
        raise UnknownName("import", str(import_id), known)
    return known[import_id]


def currency(session: Session) -> str | None:
    """The reporting currency: that of the imports which hold and name one."""
    return session.value("SELECT min(currency) FROM workspace.imports WHERE undone_at IS NULL")


def latest(session: Session) -> date | None:
    """The day of the last import that holds."""
    return session.value("SELECT CAST(max(imported_at) AS DATE) FROM workspace.imports WHERE undone_at IS NULL")


def add(session: Session, made: Import) -> None:
    """Record an import, within the caller's transaction."""
    values = {name: getattr(made, name) for name in _COLUMNS.replace("report, ", "").split(", ")}
    values |= {
        "mapping": json.dumps(made.mapping),
        "report": json.dumps({name: getattr(made, name) for name in _REPORT}),
    }
    names = _COLUMNS.split(", ")
    places = ", ".join(f"${name}" for name in names)
    session.do(f"INSERT INTO workspace.imports ({_COLUMNS}) VALUES ({places})", values)


def mark(session: Session, import_id: int, undone_at: datetime | None, who: str | None) -> None:
    """Mark an import as undone, or (None) as holding again, within the caller's transaction."""
    session.do(
        "UPDATE workspace.imports SET undone_at = $undone_at, undone_by = $who WHERE import_id = $import_id",
        {"undone_at": undone_at, "who": who, "import_id": import_id},
    )


def _from(row: tuple[Any, ...]) -> Import:
    values = dict(zip((*_COLUMNS.split(", "), "corrected"), row, strict=True))
    values["mapping"] = json.loads(values["mapping"])
    report = json.loads(values.pop("report"))  # that of an older import has fewer parts
    return Import(**values, **{name: report[name] for name in _REPORT if name in report})
