"""A backup of one moment, written while others read and write."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_analytics import __version__
from crm_analytics.backup.manifest import (
    DATABASE,
    FORMAT,
    MANIFEST,
    ORIGINALS,
    Manifest,
    Meter,
    Progress,
    copied,
    described,
    tables_of,
)  # fmt: skip
from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadInput, CrmError, DatabaseUnusable
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import ddl

_STAGING = ".crm-analytics-backup-"
_A_DAY = 86_400  # seconds, longer than any backup takes


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
        _clear(out.parent)
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=out.parent) as folder:
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


def _clear(folder: Path) -> None:
    """Remove what backups that were killed have left: a copy of all data. A younger one may be under way."""
    for left in folder.glob(f"{_STAGING}*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > _A_DAY:
            shutil.rmtree(left, ignore_errors=True)


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
            for table in tables_of(session):
                session.do(f"INSERT INTO {name}.{table} BY NAME SELECT * FROM {table}")
    finally:
        with warehouse.duck.session() as after:  # a stop of the copying must not keep the copy attached
            after.do(f"DETACH {name}")
    for wait in (
        0.05,
        0.1,
        0.2,
        0.4,
        0.8,
        1.6,
    ):  # transactions of others that began meanwhile hold the copy until they end
        with suppress(DatabaseUnusable):
            Duck(target).close()
            return
        time.sleep(wait)


def _pack(packed: Path, copy: Path, originals: Path, report: Progress) -> Manifest:
    schema, data, rows, wanted = described(copy)
    kept = [sha for sha in wanted if (originals / f"{sha}.gz").is_file()]
    files = {DATABASE: copy} | {f"{ORIGINALS}/{sha}.gz": originals / f"{sha}.gz" for sha in kept}
    meter = Meter(report, "packing", sum(path.stat().st_size for path in files.values()))
    parts = []
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                parts.append(copied(name, source, target, meter))
        missing = tuple(sha for sha in wanted if sha not in kept)
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        made = Manifest(FORMAT, __version__, schema, data, now, rows, missing, tuple(parts))
        archive.writestr(MANIFEST, json.dumps(asdict(made), indent=1))
    with packed.open("rb") as whole:
        os.fsync(whole.fileno())
    return made
