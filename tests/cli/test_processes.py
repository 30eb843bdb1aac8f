"""The command line among other processes: exit statuses, a locked database, a closed pipe, an interrupt."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Run, command, finished, started

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")


def test_statuses_and_streams(data: Path, orders: Path) -> None:
    code, out, err = finished(data, "import", orders, "--json")
    assert (code, err) == (0, "")
    assert out.startswith("{")
    code, out, err = finished(data, "show", "nothing")
    assert (code, out) == (1, "")
    assert err.startswith("Error: There is no metric named 'nothing'.")
    assert "Traceback" not in err
    assert finished(data, "show")[0] == 2


HOLDER = """
import sys
from pathlib import Path
from crm_analytics.config import Settings
from crm_analytics.query.warehouse import Warehouse
held = Warehouse.open(Settings(Path(sys.argv[1]), "512MB", 1))
print("open", flush=True)
sys.stdin.read()
held.close()
"""


def test_the_holder_of_the_database_is_named(run: Run, data: Path, orders: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLDER, data], stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        for verb in (["imports"], ["import", orders, "--dry-run"], ["undo", 1], ["show", "rfm"], ["run"]):
            result = run(*verb)
            assert (result.exit_code, result.stdout) == (1, ""), verb
            assert f"process {holder.pid} " in result.stderr
            assert result.stderr.count("\n") == 1
        holder.communicate("")
    assert run("imports").exit_code == 0


def test_a_closed_pipe_ends_quietly(data: Path, orders: Path) -> None:
    assert finished(data, "import", orders)[0] == 0
    with started(data, "show", "customers", "--format", "csv") as process:
        process.stdout.close()  # type: ignore[union-attr]
        err = process.stderr.read()  # type: ignore[union-attr]
        process.wait(60)
    assert err == "" or "Traceback" not in err
    assert "BrokenPipe" not in err


def test_an_interrupt_in_an_import_leaves_nothing(data: Path, tmp_path: Path) -> None:
    shutil.rmtree(data)
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write("order id,customer,date,amount\n")
        file.writelines(f"{n},c{n % 5000},2024-01-{n % 28 + 1:02},{n % 90}.50\n" for n in range(200_000))
    with started(data, "import", large) as process:
        deadline = time.monotonic() + 30
        while not (data / "crm.duckdb").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.4)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert finished(data, "imports")[1] == "Nothing was imported yet.\n"


def test_the_dashboard_starts_on_loopback_and_stops(data: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        command("run", "--data", data, "--port", port), cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Dashboard: http://127.0.0.1:{port}\n"
            assert health(port) == "ok"
            taken = subprocess.run(
                command("run", "--data", data, "--port", port), capture_output=True, text=True, timeout=60, check=False
            )
            assert (taken.returncode, taken.stderr.count("\n")) == (1, 1)
            assert str(port) in taken.stderr
        finally:
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=30)
    assert "Traceback" not in out


def health(port: int) -> str:
    """What the server says of itself, once it answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as reply:
                return reply.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
