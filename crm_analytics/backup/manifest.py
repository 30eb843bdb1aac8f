"""What a backup holds: its manifest, and how the files and tables that it names are described."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadInput, SchemaTooNew
from crm_analytics.schema import SCHEMA_VERSION

Progress = Callable[[float, str], None]

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "crm.duckdb"
ORIGINALS = "originals"
#: What a backup may hold beside its manifest: no name of these leads out of the folder.
_PARTS = re.compile(rf"{re.escape(DATABASE)}|{ORIGINALS}/[0-9a-f]{{64}}\.gz")
_MANIFEST_BYTES = 1 << 26
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Part:
    """A file in a backup."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `rows`: table -> rows; `missing`: originals of imports that were not there to be kept."""

    format: int
    software: str
    schema_version: int
    data_version: int
    made_at: str
    rows: dict[str, int]
    missing: tuple[str, ...]
    files: tuple[Part, ...]

    @property
    def bytes(self) -> int:
        """Size of all files, unpacked."""
        return sum(each.bytes for each in self.files)

    def as_dict(self) -> dict[str, Any]:
        """For the command line's JSON: counts in place of the list of files."""
        kept = {name: value for name, value in asdict(self).items() if name not in ("files", "missing")}
        return kept | {"originals": len(self.files) - 1, "missing": len(self.missing), "bytes": self.bytes}


def read(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """The manifest of an archive that holds exactly what it names, and nothing that leads out of the folder."""
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
        raise damaged(file, "its manifest is too long")
    told = json.loads(archive.read(MANIFEST))
    if told["format"] != FORMAT or told["schema_version"] > SCHEMA_VERSION:
        raise SchemaTooNew(file, told["schema_version"], SCHEMA_VERSION, str(told["software"]))
    told |= {"files": tuple(Part(**each) for each in told["files"]), "missing": tuple(told["missing"])}
    manifest = Manifest(**told)
    names = [each.name for each in manifest.files]
    if wrong := [name for name in [*names, *archive.namelist()] if name != MANIFEST and not _PARTS.fullmatch(name)]:
        raise damaged(file, f"{wrong[0]!r} does not belong in a backup")
    if sorted([*names, MANIFEST]) != sorted(archive.namelist()) or len(set(names)) != len(names):
        raise damaged(file, "it does not hold the files that its manifest names")
    if DATABASE not in names:
        raise damaged(file, "it holds no database")
    return manifest


def damaged(file: Path, why: str) -> BadInput:
    """The error that says that a file is no whole backup."""
    cure = "Nothing was changed. Use another backup."
    return BadInput(f"is no whole backup of crm-analytics: {why}.", file=str(file), cure=cure)


class Meter:
    """Tells how much of so many bytes is done."""

    def __init__(self, report: Progress, what: str, total: int) -> None:
        self._report, self._what, self._total, self._done = report, what, max(total, 1), 0

    def add(self, size: int) -> None:
        """So many bytes more are done."""
        self._done += size
        self._report(min(self._done / self._total, 1.0), self._what)


def copied(name: str, source: IO[bytes], target: IO[bytes], meter: Meter, most: int | None = None) -> Part:
    """Copy a file and describe it; where it is longer than `most` bytes, no more than a chunk beyond."""
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (chunk := source.read(_CHUNK)):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        meter.add(len(chunk))
    return Part(name, size, digest.hexdigest())


def described(database: Path) -> tuple[int, int, dict[str, int], list[str]]:
    """Schema version, data version, rows of each table, and the SHA-256 of the originals of all imports."""
    duck = Duck(database)
    try:
        with duck.session() as session:
            versions = dict(session.rows("SELECT name, value FROM workspace.meta WHERE name LIKE '%_version'"))
            rows = {table: int(session.value(f"SELECT count(*) FROM {table}")) for table in tables_of(session)}
            originals = [sha for (sha,) in session.rows("SELECT DISTINCT sha256 FROM workspace.imports ORDER BY 1")]
    finally:
        duck.close()
    return int(versions["schema_version"]), int(versions["data_version"]), rows, originals


def tables_of(session: Session) -> list[str]:
    """The tables that a backup keeps, as schema.table: all but the marts."""
    return [
        f"{schema}.{table}"
        for schema, table in session.rows(
            "SELECT schema_name, table_name FROM duckdb_tables() "
            "WHERE database_name = current_database() AND schema_name IN ('source', 'workspace') ORDER BY 1, 2"
        )
    ]
