"""The database file in trouble: locked, damaged, in a place that cannot be written, or on a full disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck
from crm_analytics.errors import DatabaseBusy, DatabaseUnusable
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
ORDERS = "order_id,customer_id,order_date,amount\n"


def orders(path: Path, count: int, first: int = 1) -> Path:
    lines = (
        f"{n},C{n % 7},2024-{1 + n % 12:02}-{1 + n % 28:02},{n % 90 + 1}.25\n" for n in range(first, first + count)
    )
    path.write_text(ORDERS + "".join(lines))
    return path


@pytest.mark.parametrize("program", ["python3", "my.tool v1.2 (beta)"])
def test_a_locked_file_names_the_process_that_holds_it(settings, tmp_path, program):
    Warehouse.open(settings).close()
    runner = tmp_path / program
    runner.symlink_to(sys.executable)
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHOME": sys.base_prefix}
    pipe = subprocess.PIPE
    holder = subprocess.Popen(
        [runner, "-c", HOLD, settings.database], stdin=pipe, stdout=pipe, env=environment, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseBusy, match=f"process {holder.pid} ") as caught:
            Warehouse.open(settings)
        assert caught.value.path == str(settings.database)
    finally:
        holder.communicate("")
    Warehouse.open(settings).close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """A database with orders of seven customers."""
    folder = tmp_path_factory.mktemp("whole")
    warehouse = Warehouse.open(Settings(folder / "data", "512MB", 1))
    bring_in(warehouse, orders(folder / "orders.csv", 500))
    warehouse.close()
    return warehouse.settings.database.read_bytes()


@pytest.mark.parametrize("damage", ["text", "empty", "short", "header", "blocks", "folder"])
def test_what_is_no_database_is_refused_and_left_alone(settings, whole, damage):
    path = settings.database
    path.parent.mkdir()
    broken = {
        "text": b"order_id;amount\n" * 2000,
        "empty": b"",
        "short": whole[: len(whole) // 3],
        "header": whole[:4096] + b"\xff" * 8192 + whole[12288:],
        "blocks": whole[:12288] + b"\x00" * (len(whole) - 12288),
        "folder": None,
    }[damage]
    if broken is None:
        path.mkdir()
    else:
        path.write_bytes(broken)
    with pytest.raises(DatabaseUnusable, match=r"crm\.duckdb"):
        Warehouse.open(settings)
    assert broken is None or path.read_bytes() == broken
    if broken is not None:
        path.write_bytes(whole)
        again = Warehouse.open(settings)
        assert again.read("metrics/audience_size", again.audience())["customers"][0] == 7
        again.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseUnusable, match="--data"):
        Warehouse.open(Settings(tmp_path / "file" / "data"))


def test_closing_lets_the_file_go_whatever_is_open(settings):
    warehouse = Warehouse.open(settings)
    left_open = warehouse.duck.open_session()
    left_open.do("CREATE TEMP TABLE staged AS SELECT 1")
    warehouse.close()
    program = f"import duckdb; duckdb.connect({str(settings.database)!r})"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_copy_keeps_the_lock(settings, tmp_path):
    duck = Duck(settings.database)
    duck.copy_to(tmp_path / "copy.duckdb")
    program = f"import duckdb; duckdb.connect({str(settings.database)!r})"
    other = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "Conflicting lock" in other.stderr
    duck.close()
    Duck(tmp_path / "copy.duckdb").close()


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("room", [200_000, 1_200_000])  # too little for the original; for the rows
def test_a_full_disk_loses_nothing(small_disk, tmp_path, room):
    settings = Settings(small_disk / "data", "512MB", 1)
    warehouse = Warehouse.open(settings)
    bring_in(warehouse, orders(tmp_path / "first.csv", 200))
    (small_disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - room))
    with pytest.raises(DatabaseUnusable):
        bring_in(warehouse, orders(tmp_path / "second.csv", 60_000, 1000))
    assert not list(settings.originals.glob("*.partial"))
    warehouse.close()
    (small_disk / "ballast").unlink()
    warehouse = Warehouse.open(settings)
    with warehouse.duck.session() as session:
        assert session.rows("SELECT import_id, new FROM workspace.imports") == [(1, 200)]
        assert session.value("SELECT count(*) FROM mart.orders") == 200
    assert bring_in(warehouse, orders(tmp_path / "third.csv", 100, 500)).new == 100
    warehouse.close()
