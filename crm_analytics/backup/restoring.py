"""A backup put in place of a data directory: all is checked before anything is touched."""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_analytics.backup.manifest import (
    DATABASE,
    ORIGINALS,
    Manifest,
    Meter,
    Progress,
    copied,
    damaged,
    described,
    read,
)
from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck
from crm_analytics.errors import BadInput, CrmError, DatabaseUnusable, SchemaTooNew

_ASIDE = "before-restore-"
_STAGING = ".restoring-"


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
            manifest = read(archive, file)
            _enough_space(staging.parent, manifest)
            (staging / ORIGINALS).mkdir(parents=True, mode=0o700)
            meter = Meter(report, "unpacking", manifest.bytes)
            for part in manifest.files:
                with archive.open(part.name) as source, (staging / part.name).open("xb") as target:
                    if copied(part.name, source, target, meter, part.bytes) != part:
                        raise damaged(file, f"{part.name} is not as it was written")
                    target.flush()
                    os.fsync(target.fileno())
        if described(staging / DATABASE)[:3] != (manifest.schema_version, manifest.data_version, manifest.rows):
            raise damaged(file, "its database does not hold what the manifest says")
    except (BadInput, SchemaTooNew):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, LookupError, TypeError) as error:
        raise damaged(file, str(error) or type(error).__name__) from error
    except OSError as error:
        why = str(error) if isinstance(error, CrmError) else error.strerror or str(error)
        cure = "Nothing was changed. Check the backup, and the rights and the space of the data directory."
        raise BadInput(f"cannot be restored ({why}).", file=str(file), cure=cure) from error
    return manifest


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
