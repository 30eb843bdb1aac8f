"""Backup and restore: what comes back is what went in; what is damaged changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics import backup
from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck
from crm_analytics.errors import BadInput, CrmError, DatabaseBusy, SchemaTooNew, Stopped
from crm_analytics.ingest import load
from crm_analytics.metrics.catalogue import compute
from crm_analytics.query.upgrade import prepare
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in
from tests.faults.test_database_file import orders

NOW = datetime(2026, 1, 2, 3, 4, 5)


def quiet(share: float, what: str) -> None:
    """Progress that nobody watches."""


def kept(warehouse: Warehouse, out: Path, **options: bool) -> dict[str, object]:
    return backup.write(warehouse, out, quiet, nullcontext, **options)


def restored(file: Path, folder: Path, **options: bool) -> dict[str, object]:
    return backup.restore(file, Settings(folder, "512MB", 1), quiet, NOW, **options)


def fill(warehouse: Warehouse, folder: Path) -> Warehouse:
    bring_in(warehouse, orders(folder / "first.csv", 400))
    bring_in(warehouse, orders(folder / "second.csv", 300, 300))
    load.undo(warehouse, 2, "the test")
    warehouse.set_preferences("the test", loyal_purchase_days=5)
    return warehouse


@pytest.fixture
def filled(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    return fill(warehouse, tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of such a base."""
    folder = tmp_path_factory.mktemp("whole")
    with closing(Warehouse.open(Settings(folder / "data", "512MB", 1))) as warehouse:
        kept(fill(warehouse, folder), folder / "all.zip")
    return (folder / "all.zip").read_bytes()


@pytest.fixture
def file(whole: bytes, tmp_path: Path) -> Path:
    (tmp_path / "all.zip").write_bytes(whole)
    return tmp_path / "all.zip"


#: One of each subject: of orders, of customers, of plans, of imports.
FIGURES = (
    "diagnosis", "sales", "retention", "interpurchase", "rfm", "customers", "pareto", "abc", "pyramid", "segments",
    "nps", "campaigns", "objectives", "data_imports",
)  # fmt: skip


def figures(warehouse: Warehouse) -> dict[str, pd.DataFrame | str]:
    """Metrics as they come without knobs; an error that says why there is none counts as its words."""
    found: dict[str, pd.DataFrame | str] = {}
    for name in FIGURES:
        try:
            found[name] = compute(warehouse, name, warehouse.audience())
        except CrmError as error:
            found[name] = str(error)
    return found


def state(folder: Path) -> dict[str, str]:
    """Every file below a folder with its content."""
    paths = sorted(each for each in folder.rglob("*") if each.is_file()) if folder.exists() else []
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in paths}


def test_what_comes_back_is_what_went_in(filled: Warehouse, tmp_path: Path) -> None:
    kept(filled, tmp_path / "all.zip")
    told = restored(tmp_path / "all.zip", tmp_path / "new")
    assert (told["aside"], told["originals"], told["missing"]) == (None, 2, 0)
    assert state(tmp_path / "new" / "originals") == state(filled.settings.originals)
    before = figures(filled)
    assert sum(isinstance(each, pd.DataFrame) for each in before.values()) >= 10
    with closing(Warehouse.open(Settings(tmp_path / "new", "512MB", 1))) as again:
        assert again.data_version == filled.data_version
        assert again.preferences == filled.preferences
        for name, after in figures(again).items():
            if isinstance(after, str):
                assert after == before[name]
            else:
                pd.testing.assert_frame_equal(after, before[name])
        assert load.redo(again, 2, "the test").undone_at is None  # its rows came along
        with again.duck.session() as one, filled.duck.session() as other:
            assert one.rows("SELECT * FROM source.rejects") == other.rows("SELECT * FROM source.rejects")
            audit = "SELECT * FROM workspace.audit WHERE act <> 'redo' ORDER BY ALL"
            assert one.rows(audit) == other.rows(audit)


def test_only_the_owner_can_read_a_backup_and_none_is_written_over(filled: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    kept(filled, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(BadInput, match="is there already"):
        kept(filled, file)
    assert file.read_bytes() == before
    assert kept(filled, file, replace=True)["originals"] == 2
    assert [each.name for each in file.parent.iterdir() if each.name.startswith(".backup")] == []


def test_a_backup_is_of_one_moment_while_others_import(filled: Warehouse, tmp_path: Path) -> None:
    """Each import adds 50 orders in one transaction; a backup has all of an import or nothing, with its record."""
    done = threading.Event()

    def import_more() -> None:
        for number in range(4):
            bring_in(filled, orders(tmp_path / f"more{number}.csv", 50, 1000 + 50 * number))
        done.set()

    other = threading.Thread(target=import_more)
    other.start()
    made = []
    while not done.is_set() or not made:
        made.append(kept(filled, tmp_path / f"{len(made)}.zip")["rows"])
    other.join()
    for rows in made:
        assert rows["source.orders"] == 700 + 50 * (rows["workspace.imports"] - 2)


def test_a_stopped_or_impossible_backup_leaves_nothing(filled: Warehouse, tmp_path: Path) -> None:
    def stop(share: float, what: str) -> None:
        if what == "packing":
            raise Stopped("The backup")

    for share in (stop, quiet):
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        with pytest.raises(Stopped) if share is stop else nullcontext():
            backup.write(filled, folder / "all.zip", share, nullcontext)
        assert os.listdir(folder) == ([] if share is stop else ["all.zip"])
    with pytest.raises(BadInput, match="cannot be written"):
        kept(filled, tmp_path / "nowhere" / "all.zip")
    with filled.duck.session() as session:
        assert session.value("SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'backup%'") == 0


def test_what_a_killed_backup_has_left_goes_with_a_later_one(filled: Warehouse, tmp_path: Path) -> None:
    left, under_way, foreign = (
        tmp_path / each for each in (".crm-analytics-backup-a", ".crm-analytics-backup-b", ".backup-c")
    )
    for folder in (left, under_way, foreign):
        folder.mkdir()
        (folder / "crm.duckdb").write_bytes(b"all data")
    for folder in (left, foreign):
        os.utime(folder, (0, 0))
    kept(filled, tmp_path / "all.zip")
    assert (left.exists(), under_way.exists(), foreign.exists()) == (False, True, True)


def test_an_original_that_is_gone_is_said(filled: Warehouse, tmp_path: Path) -> None:
    next(filled.settings.originals.iterdir()).unlink()
    told = kept(filled, tmp_path / "all.zip")
    assert (told["originals"], told["missing"]) == (1, 1)
    assert restored(tmp_path / "all.zip", tmp_path / "new")["missing"] == 1


# --- the place of a restore -----------------------------------------------------------------------------------------


def test_what_is_there_is_kept_aside(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    with closing(Warehouse.open(Settings(folder, "512MB", 1))) as old:
        bring_in(old, orders(tmp_path / "old.csv", 9))
        with old.duck.session() as session:
            assert session.value("SELECT count(*) FROM core.orders") == 9
    before = state(folder)
    with pytest.raises(BadInput, match="is not empty"):
        restored(file, folder)
    assert state(folder) == before
    told = restored(file, folder, replace=True)
    assert told["aside"] == str(folder / "before-restore-20260102T030405")
    assert state(Path(str(told["aside"]))) == before
    with closing(Warehouse.open(Settings(folder, "512MB", 1))) as new, new.duck.session() as session:
        assert session.value("SELECT count(*) FROM core.orders") == 400


def test_a_database_in_use_is_not_replaced(file: Path, tmp_path: Path) -> None:
    hold = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    folder = tmp_path / "held"
    folder.mkdir()
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", hold, folder / "crm.duckdb"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseBusy, match=str(holder.pid)):
            restored(file, folder, replace=True)
        holder.communicate("")
    assert os.listdir(folder) == ["crm.duckdb"]


def test_a_damaged_database_is_no_hindrance_and_a_killed_restore_no_obstacle(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    (folder / ".restoring-left").mkdir(parents=True)
    (folder / "crm.duckdb").write_bytes(b"no database" * 1000)
    told = restored(file, folder, replace=True)
    assert sorted(os.listdir(folder)) == ["before-restore-20260102T030405", "crm.duckdb", "originals"]
    assert (Path(str(told["aside"])) / "crm.duckdb").read_bytes().startswith(b"no database")


def test_a_swap_that_fails_is_taken_back(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "before-restore-20260102T030405").mkdir()  # its name is taken
    with pytest.raises(OSError, match="exists"):
        restored(file, folder, replace=True)
    assert sorted(os.listdir(folder)) == ["before-restore-20260102T030405", "notes.txt"]


# --- damaged and forged ---------------------------------------------------------------------------------------------


def repacked(file: Path, change: Callable[[dict[str, bytes], dict[str, object]], None]) -> Path:
    """The same backup with its files and its manifest changed; what is in the manifest is written as it is."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    forged = file.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return forged


def named(parts: dict[str, bytes], manifest: dict[str, object], name: str, content: bytes) -> None:
    """Put a file in that the manifest names, with a right hash."""
    parts[name] = content
    described = {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    files = [each for each in manifest["files"] if each["name"] != name]  # type: ignore[attr-defined]
    manifest["files"] = [*files, described]


def other_original(parts: dict[str, bytes], manifest: dict[str, object]) -> None:
    parts[next(name for name in parts if name.startswith("originals/"))] += b"more"


def without_original(parts: dict[str, bytes], manifest: dict[str, object]) -> None:
    del parts[next(name for name in parts if name.startswith("originals/"))]


FORGED = {
    "an original changed": (other_original, "is not as it was written"),
    "an original gone": (without_original, "does not hold the files"),
    "one file more": (lambda parts, _: parts.update({"originals/" + "a" * 64 + ".gz": b""}), "does not hold the files"),
    "a way out": (lambda p, m: named(p, m, "../outside.txt", b"x"), "does not belong"),
    "a full path": (lambda p, m: named(p, m, "/tmp/outside.txt", b"x"), "does not belong"),  # noqa: S108
    "a way out, not named": (lambda p, m: p.update({"originals/../../outside.txt": b"x"}), "does not belong"),
    "no database": (lambda p, m: named(p, m, "crm.duckdb", b"x" * 9000), "cannot be restored"),
    "a smaller size": (lambda p, m: m["files"][0].update(bytes=10), "is not as it was written"),
    "other counts": (lambda p, m: m["rows"].update({"source.orders": 1}), "does not hold what the manifest says"),
    "an older schema": (lambda p, m: m.update(schema_version=0), "does not hold what the manifest says"),
    "no list": (lambda p, m: m.update(files=7), "no whole backup"),
    "an odd key": (lambda p, m: m.update(more=7), "no whole backup"),
    "a huge size": (lambda p, m: m["files"][0].update(bytes=1 << 60), "cannot be restored"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_backup_is_refused_and_changes_nothing(file: Path, tmp_path: Path, name: str) -> None:
    change, says = FORGED[name]
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    before = state(tmp_path / "place")
    with pytest.raises(BadInput, match=says):
        restored(repacked(file, change), folder, replace=True)
    assert state(folder) == before
    assert os.listdir(folder) == ["notes.txt"]
    assert not (tmp_path / "outside.txt").exists()


def test_a_truncated_or_bent_backup_is_refused(whole: bytes, tmp_path: Path) -> None:
    bent = [whole[: len(whole) * share // 7] for share in range(7)] + [b"", b"PK", b"no archive" * 99, whole[:-1]]
    bent += [whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :] for at in range(5000, len(whole) // 2, 9_001)]
    for content in bent:
        (tmp_path / "bent.zip").write_bytes(content)
        with pytest.raises(BadInput, match=r"bent\.zip"):
            restored(tmp_path / "bent.zip", tmp_path / "place")
        assert not (tmp_path / "place").exists()


def test_a_newer_backup_names_both_versions(file: Path, tmp_path: Path) -> None:
    newer = repacked(file, lambda _, manifest: manifest.update(schema_version=99, software="9.9"))
    with pytest.raises(SchemaTooNew, match=r"schema 99, written by crm-analytics 9\.9"):
        restored(newer, tmp_path / "place")
    assert not (tmp_path / "place").exists()


def test_there_is_nothing_to_keep_without_a_database(tmp_path: Path) -> None:
    duck = Duck(None)
    prepare(duck)
    with closing(Warehouse(duck, Settings(tmp_path))) as empty, pytest.raises(BadInput, match="no database yet"):
        kept(empty, tmp_path / "all.zip")
