"""One file that holds a company's data, and the way back: database without marts, originals, and a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from crm_analytics import __version__
from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadInput, CrmError, DatabaseUnusable, SchemaTooNew
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import SCHEMA_VERSION, ddl

Progress = Callable[[float, str], None]

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "crm.duckdb"
ORIGINALS = "originals"
#: What a backup may hold beside its manifest: no name of these leads out of the folder.
_PARTS = re.compile(rf"{re.escape(DATABASE)}|{ORIGINALS}/[0-9a-f]{{64}}\.gz")
_MANIFEST_BYTES = 1 << 26
_CHUNK = 1 << 20
_ASIDE = "before-restore-"
_STAGING = ".restoring-"


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


# --- writing --------------------------------------------------------------------------------------------------------


def write(
    warehouse: Warehouse, out: Path, report: Progress, stoppable: Callable[[Session], AbstractContextManager[object]],
    *, replace: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Write a backup of one moment while others read and write. The file is there whole or not at all.

    Returns file and what the manifest says (`Manifest.as_dict`). Errors: BadInput where there is nothing to keep,
    where `out` is there and not to be replaced, or cannot be written.
    """
    if warehouse.duck.path is None:
        raise BadInput("there is no database yet.", file=str(warehouse.settings.database), cure="Name it with --data.")
    if out.exists() and not (replace and out.is_file()):
        raise BadInput("is there already.", file=str(out), cure="Choose another name, or give --replace.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=out.parent) as folder:
            copy, packed = Path(folder, DATABASE), Path(folder, "packed")
            with warehouse.duck.session() as session, stoppable(session):
                report(0.0, "copying the database")
                _copy(warehouse, session, copy)
            made = _pack(packed, copy, warehouse.settings.originals, report)
            packed.chmod(0o600)
            packed.replace(out)
    except OSError as error:
        if isinstance(error, CrmError):
            raise
        what = f"the backup cannot be written ({error.strerror or error})."
        raise BadInput(
            what, file=str(out), cure="Nothing was kept. Check the folder, its rights and its space."
        ) from error
    return {"file": str(out), **made.as_dict()}


def _copy(warehouse: Warehouse, session: Session, target: Path) -> None:
    """Everything but the marts, as of one moment, into a database of its own.

    The database itself is never opened as a file: closing it again would drop this process's lock.
    """
    fresh = Duck(target)
    try:
        with fresh.session() as making:
            for statement in ddl():
                making.do(statement)
    finally:
        fresh.close()
    name = f"backup_{uuid.uuid4().hex}"
    session.do(f"ATTACH '{str(target).replace(chr(39), chr(39) * 2)}' AS {name}")
    try:
        with session.transaction():
            for table in _tables(session):
                session.do(f"INSERT INTO {name}.{table} BY NAME SELECT * FROM {table}")
    finally:
        with warehouse.duck.session() as after:  # a stop of the copying must not keep the copy attached
            after.do(f"DETACH {name}")


def _pack(packed: Path, copy: Path, originals: Path, report: Progress) -> Manifest:
    schema, data, rows, wanted = _described(copy)
    kept = [sha for sha in wanted if (originals / f"{sha}.gz").is_file()]
    files = {DATABASE: copy} | {f"{ORIGINALS}/{sha}.gz": originals / f"{sha}.gz" for sha in kept}
    meter = _Meter(report, "packing", sum(path.stat().st_size for path in files.values()))
    parts = []
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                parts.append(_copied(name, source, target, meter))
        missing = tuple(sha for sha in wanted if sha not in kept)
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        made = Manifest(FORMAT, __version__, schema, data, now, rows, missing, tuple(parts))
        archive.writestr(MANIFEST, json.dumps(asdict(made), indent=1))
    with packed.open("rb") as whole:
        os.fsync(whole.fileno())
    return made


class _Meter:
    """Tells how much of so many bytes is done."""

    def __init__(self, report: Progress, what: str, total: int) -> None:
        self._report, self._what, self._total, self._done = report, what, max(total, 1), 0

    def add(self, size: int) -> None:
        self._done += size
        self._report(min(self._done / self._total, 1.0), self._what)


def _copied(name: str, source: IO[bytes], target: IO[bytes], meter: _Meter, most: int | None = None) -> Part:
    """Copy a file and describe it; where it is longer than `most` bytes, no more than a chunk beyond."""
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (chunk := source.read(_CHUNK)):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        meter.add(len(chunk))
    return Part(name, size, digest.hexdigest())


def _described(database: Path) -> tuple[int, int, dict[str, int], list[str]]:
    """Schema version, data version, rows of each table, and the SHA-256 of the originals of all imports."""
    duck = Duck(database)
    try:
        with duck.session() as session:
            versions = dict(session.rows("SELECT name, value FROM workspace.meta WHERE name LIKE '%_version'"))
            rows = {table: int(session.value(f"SELECT count(*) FROM {table}")) for table in _tables(session)}
            originals = [sha for (sha,) in session.rows("SELECT DISTINCT sha256 FROM workspace.imports ORDER BY 1")]
    finally:
        duck.close()
    return int(versions["schema_version"]), int(versions["data_version"]), rows, originals


def _tables(session: Session) -> list[str]:
    return [
        f"{schema}.{table}"
        for schema, table in session.rows(
            "SELECT schema_name, table_name FROM duckdb_tables() "
            "WHERE database_name = current_database() AND schema_name IN ('source', 'workspace') ORDER BY 1, 2"
        )
    ]


# --- restoring ------------------------------------------------------------------------------------------------------


def restore(
    file: Path, settings: Settings, report: Progress, now: datetime, *, replace: bool = False
) -> dict[str, Any]:
    """Put a backup in place of an empty data directory; all is checked before anything is touched.

    With `replace` what is in the directory is moved to a folder `before-restore-...` inside it. Returns data_dir,
    `aside` (that folder or None) and what the manifest says. Errors: BadInput for a directory that is not empty or a
    backup that is damaged, SchemaTooNew, DatabaseBusy, DatabaseUnusable.
    """
    folder = settings.data_dir
    made = not folder.exists()
    found = [] if made else [each for each in sorted(folder.iterdir()) if not each.name.startswith((_ASIDE, _STAGING))]
    if found and not replace:
        cure = "Choose an empty folder with --data, or give --replace, which moves what is there aside."
        raise BadInput(f"the data directory is not empty ({found[0].name}).", file=str(folder), cure=cure)
    _not_in_use(settings)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_STAGING}*"):  # of a restore that was killed
        shutil.rmtree(left)
    staging = folder / f"{_STAGING}{uuid.uuid4().hex}"
    try:
        manifest = _unpacked(file, staging, report)
        aside = folder / f"{_ASIDE}{now:%Y%m%dT%H%M%S}" if found else None
        _swap(staging, folder, found, aside)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if made and not any(folder.iterdir()):
            folder.rmdir()
    return {"data_dir": str(folder), "aside": str(aside) if aside else None, **manifest.as_dict()}


def _not_in_use(settings: Settings) -> None:
    """`DatabaseBusy` if a process has the database open. A damaged one is no hindrance: it is to be replaced."""
    if settings.database.exists():
        try:
            Duck(settings.database).close()
        except DatabaseUnusable:
            return


def _unpacked(file: Path, staging: Path, report: Progress) -> Manifest:
    """The backup's files in the folder `staging`, each as its manifest says."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            _enough_space(staging.parent, manifest)
            (staging / ORIGINALS).mkdir(parents=True, mode=0o700)
            meter = _Meter(report, "unpacking", manifest.bytes)
            for part in manifest.files:
                with archive.open(part.name) as source, (staging / part.name).open("xb") as target:
                    if _copied(part.name, source, target, meter, part.bytes) != part:
                        raise _damaged(file, f"{part.name} is not as it was written")
                    target.flush()
                    os.fsync(target.fileno())
        if _described(staging / DATABASE)[:3] != (manifest.schema_version, manifest.data_version, manifest.rows):
            raise _damaged(file, "its database does not hold what the manifest says")
    except (BadInput, SchemaTooNew):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, LookupError, TypeError) as error:
        raise _damaged(file, str(error) or type(error).__name__) from error
    except OSError as error:
        why = str(error) if isinstance(error, CrmError) else error.strerror or str(error)
        cure = "Nothing was changed. Check the backup, and the rights and the space of the data directory."
        raise BadInput(f"cannot be restored ({why}).", file=str(file), cure=cure) from error
    return manifest


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """The manifest of an archive that holds exactly what it names, and nothing that leads out of the folder."""
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
        raise _damaged(file, "its manifest is too long")
    told = json.loads(archive.read(MANIFEST))
    if told["format"] != FORMAT or told["schema_version"] > SCHEMA_VERSION:
        raise SchemaTooNew(file, told["schema_version"], SCHEMA_VERSION, str(told["software"]))
    told |= {"files": tuple(Part(**each) for each in told["files"]), "missing": tuple(told["missing"])}
    manifest = Manifest(**told)
    names = [each.name for each in manifest.files]
    if wrong := [name for name in [*names, *archive.namelist()] if name != MANIFEST and not _PARTS.fullmatch(name)]:
        raise _damaged(file, f"{wrong[0]!r} does not belong in a backup")
    if sorted([*names, MANIFEST]) != sorted(archive.namelist()) or len(set(names)) != len(names):
        raise _damaged(file, "it does not hold the files that its manifest names")
    if DATABASE not in names:
        raise _damaged(file, "it holds no database")
    return manifest


def _damaged(file: Path, why: str) -> BadInput:
    cure = "Nothing was changed. Use another backup."
    return BadInput(f"is no whole backup of crm-analytics: {why}.", file=str(file), cure=cure)


def _enough_space(folder: Path, manifest: Manifest) -> None:
    needed, free = manifest.bytes, shutil.disk_usage(folder).free
    if needed > free:
        why = f"the backup needs {needed >> 20:,} MB, {free >> 20:,} MB are free."
        raise DatabaseUnusable(folder / DATABASE, why, "Nothing was changed. Free some space.")


def _swap(staging: Path, folder: Path, found: list[Path], aside: Path | None) -> None:
    """Move what is there aside and the new in, the database last; if a step fails, all is moved back."""
    moves = [(each, aside / each.name) for each in found] if aside else []
    fresh = sorted(staging.iterdir(), key=lambda each: each.name == DATABASE)
    moves += [(each, folder / each.name) for each in fresh]
    done = []
    if aside:
        aside.mkdir(mode=0o700)
    try:
        for here, there in moves:
            here.rename(there)
            done.append((here, there))
    except BaseException:
        for here, there in reversed(done):
            there.rename(here)
        if aside:
            aside.rmdir()
        raise
