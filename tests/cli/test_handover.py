"""The command line beside a process that has the database open and serves it, as the dashboard does."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_analytics import __version__
from crm_analytics.config import PROJECT, Settings
from crm_analytics.errors import BadInput, DatabaseBusy, UnknownName
from crm_analytics.handover import client, wire
from crm_analytics.handover.server import Served
from crm_analytics.query.warehouse import Warehouse
from tests.cli.conftest import AMBIGUOUS, LATER, Run, finished, started, written

pytestmark = pytest.mark.skipif(not wire.AVAILABLE, reason="there are no Unix sockets")

HOLDER = """
import sys
from pathlib import Path
from crm_analytics.config import Settings
from crm_analytics.handover.server import Served
from crm_analytics.query.warehouse import Warehouse
held = Served(Warehouse.open(Settings(Path(sys.argv[1]), "512MB", 1)))
print("open", flush=True)
sys.stdin.read()
held.close()
"""


@contextmanager
def dashboard(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the database and serves it; ends in an orderly way if it was not killed."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLDER, data], stdin=pipe, stdout=pipe, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "open\n"
            yield holder
        finally:
            if holder.poll() is None:
                holder.communicate("", timeout=30)


@pytest.fixture
def served(data: Path) -> Iterator[Served]:
    """The same in this process, to look at its warehouse."""
    with closing(Served(Warehouse.open(Settings(data, "512MB", 1)))) as opened:
        yield opened


def asked(data: Path, verb: str, arguments: dict[str, Any], ask: bool = False) -> tuple[dict[str, Any], list[str]]:
    """The reply to a request, and what was told of its progress."""
    told: list[str] = []
    busy = DatabaseBusy(data, "nobody")
    reply = client.asked(Settings(data), busy, verb, arguments, lambda _, what: told.append(what), lambda *_: ask)
    return reply, told


def wanted(path: Path, **other: object) -> dict[str, Any]:
    fixed = {"today": "2026-01-01", "who": "me", "kind": None, "source": None, "mapping": None, "dry_run": False}
    return {"path": str(path), **fixed, **other}


def large(path: Path) -> Path:
    with path.open("w") as file:
        file.write("order id,customer,date,amount\n")
        file.writelines(f"{n},c{n % 5000},2024-01-{n % 28 + 1:02},{n % 90}.50\n" for n in range(60_000))
    return path


# --- the same as without --------------------------------------------------------------------------------------------


def test_every_verb_says_the_same_beside_a_dashboard_as_alone(run: Run, data: Path, orders: Path) -> None:
    later = written(orders.with_name("later.csv"), LATER)
    doubtful = written(orders.with_name("doubtful.csv"), AMBIGUOUS)
    corrected = orders.with_name("doubtful.csv.mapping.json")
    verbs = [
        ["import", orders, "--dry-run"], ["import", orders, later], ["import", orders, "--json"], ["imports"],
        ["show", "customers", "--format", "csv"], ["show", "rfm"], ["show", "summary", "--format", "json"],
        ["undo", 2], ["show", "customers", "--format", "json"], ["undo", 2], ["redo", 2, "--json"], ["undo", 99],
        ["show", "nothing"], ["show", "rfm", "--segment", "{"],
        ["import", doubtful], ["import", doubtful, "--mapping", corrected], ["imports", "--json"],
    ]  # fmt: skip

    def said(folder: Path) -> list[tuple[int, str, str]]:
        corrected.unlink(missing_ok=True)
        results = [run(*verb, *(["--data", folder])) for verb in verbs]
        return [(each.exit_code, *map(timeless, (each.stdout, each.stderr))) for each in results]

    alone = said(data)
    with dashboard(data.with_name("other")):
        beside = said(data.with_name("other"))
    assert beside == alone
    assert [code for code, _, _ in alone].count(0) >= 11
    assert run("imports", "--data", data.with_name("other")).exit_code == 0


def timeless(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "at", text)


def test_the_pages_show_what_the_command_line_brought(run: Run, data: Path, orders: Path) -> None:
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()
    try:
        before = words(app)
        assert finished(data, "import", orders)[0] == 0
        after = words(app.run())
    finally:
        st.cache_resource.clear()
    assert not app.exception
    assert before != after
    assert not (data / wire.SOCKET).exists()
    assert run("imports").stdout.count("orders.csv") == 1


def words(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in [*app.caption, *app.markdown, *app.info])


def test_a_doubtful_file_is_asked_about_across_the_socket(served: Served, data: Path, tmp_path: Path) -> None:
    doubtful = written(tmp_path / "doubtful.csv", "1,a,2024-01-03,12.50\n2,b,2024-01-04,20.10\n3,a,2024-01-05,11.00\n")
    assert "doubtful.csv.mapping.json" in asked(data, "import", wanted(doubtful))[0]["error"]
    assert asked(data, "import", wanted(doubtful), ask=True)[0]["new"] == 3
    assert served.warehouse.has_orders


# --- at once --------------------------------------------------------------------------------------------------------


def test_two_imports_at_once_are_both_loaded(run: Run, data: Path, tmp_path: Path) -> None:
    header = "order id,customer,date,amount\n"
    files = [
        written(
            tmp_path / f"{name}.csv", header + "".join(f"{name}{n},c{n % 50},2024-01-05,2.50\n" for n in range(3000))
        )
        for name in "ab"
    ]
    with dashboard(data):
        with started(data, "import", files[0]) as one, started(data, "import", files[1]) as other:
            done = [process.communicate(timeout=60) for process in (one, other)]
        assert [one.returncode, other.returncode] == [0, 0], done
        imports = json.loads(run("imports", "--json").stdout)["imports"]
    assert [each["import_id"] for each in imports] == [1, 2]
    assert [each["new"] for each in imports] == [3000, 3000]


def test_whoever_waits_for_another_change_is_told(served: Served, data: Path, orders: Path) -> None:
    told: list[str] = []
    held, free = threading.Event(), threading.Event()

    def change() -> None:
        with served.warehouse.duck.writing():
            held.set()
            free.wait(30)

    def report(_: float, what: str) -> None:
        told.append(what)
        if "waiting" in what:
            assert asked(data, "imports", {})[0] == {"imports": []}  # reading does not wait
            free.set()

    other = threading.Thread(target=change)
    other.start()
    held.wait(30)
    busy = DatabaseBusy(data, "nobody")
    reply = client.asked(Settings(data), busy, "import", wanted(orders), report, lambda *_: False)
    other.join(30)
    assert any("waiting: another change" in what for what in told)
    assert reply["import_id"] == 1


# --- stopped and killed ---------------------------------------------------------------------------------------------


@contextmanager
def on_a_terminal(data: Path, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], Callable[[bytes], bytes]]]:
    """A verb whose standard error is a terminal, and a function that reads there until it finds a word, or the end."""
    ours, theirs = pty.openpty()
    try:
        with started(data, *arguments, err=theirs) as process:
            os.close(theirs)

            def until(word: bytes) -> bytes:
                text = b""
                with contextlib.suppress(OSError):  # how Linux tells the end
                    while word not in text and (part := os.read(ours, 1 << 12)):
                        text += part
                return text

            yield process, until
    finally:
        os.close(ours)


def test_an_interrupt_stops_the_work_in_the_dashboard(run: Run, data: Path, tmp_path: Path) -> None:
    path = large(tmp_path / "large.csv")
    with dashboard(data):
        with on_a_terminal(data, "import", path) as (process, until):
            assert b"loading" in until(b"loading")
            process.send_signal(signal.SIGINT)
            assert b"Aborted!" in until(b"Aborted!")
            assert process.wait(60) == 1
        assert run("imports").stdout == "Nothing was imported yet.\n"
    with closing(Warehouse.open(Settings(data))) as warehouse, warehouse.duck.session() as session:
        assert session.value("SELECT count(*) FROM source.orders") == 0


def test_who_waits_for_another_change_can_leave_at_once(run: Run, served: Served, data: Path, orders: Path) -> None:
    with (
        served.warehouse.duck.writing(),
        on_a_terminal(data, "import", orders) as (process, until),
    ):
        assert b"waiting" in until(b"waiting")
        process.send_signal(signal.SIGINT)
        assert b"Aborted!" in until(b"Aborted!")
        assert process.wait(60) == 1
    served.close()
    assert run("imports").stdout == "Nothing was imported yet.\n"


def test_a_hang_up_stops_the_work(served: Served, data: Path, tmp_path: Path) -> None:
    """At the first word of progress the asker is gone, as when it is killed."""

    class Gone(Exception):
        pass

    def leave(_: float, what: str) -> None:
        raise Gone

    busy = DatabaseBusy(data, "nobody")
    path = large(tmp_path / "large.csv")
    with pytest.raises(Gone):
        client.asked(Settings(data), busy, "import", wanted(path), leave, lambda *_: False)
    deadline = time.monotonic() + 30
    while served._open and time.monotonic() < deadline:
        time.sleep(0.02)
    assert served._open == {}
    assert asked(data, "imports", {})[0] == {"imports": []}


def test_a_dashboard_killed_in_the_middle_is_said_and_leaves_a_whole_database(
    run: Run, data: Path, tmp_path: Path
) -> None:
    path = large(tmp_path / "large.csv")
    with dashboard(data) as holder, on_a_terminal(data, "import", path) as (process, until):
        assert b"loading" in until(b"loading")
        holder.kill()
        err = until(b"nothing ever")
        assert process.wait(60) == 1
    assert err.count(b"Error: ") == err.count(b"\n") == 1
    assert b"the dashboard that held it ended in the middle of the work" in err
    assert (data / wire.SOCKET).exists()
    assert run("imports").stdout == "Nothing was imported yet.\n"
    with dashboard(data):  # takes the place of the dead one's socket
        assert run("imports").stdout == "Nothing was imported yet.\n"
    assert not (data / wire.SOCKET).exists()


# --- who may ask, and what ------------------------------------------------------------------------------------------


def test_only_the_same_user_can_open_the_socket(served: Served, data: Path) -> None:
    mode = (data / wire.SOCKET).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600
    connection = wire.connected(data)
    assert connection is not None
    assert connection.same_user()
    connection.close()


def test_a_path_too_long_for_a_socket_has_it_elsewhere(tmp_path: Path, orders: Path) -> None:
    data = tmp_path / ("long" * 30)
    with closing(Served(Warehouse.open(Settings(data, "512MB", 1)))):
        place = Path(os.fsdecode((data / wire.ADDRESS).read_bytes()))
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / wire.ADDRESS).stat().st_mode) == 0o600
        assert finished(data, "import", orders)[0] == 0
    assert not place.parent.exists()
    assert not (data / wire.ADDRESS).exists()


def exchanged(data: Path, sent: bytes) -> dict[str, Any]:
    """What the dashboard says to these bytes."""
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(30)
        raw.connect(str(data / wire.SOCKET))
        raw.sendall(sent)
        if not sent.endswith(b"\n"):
            raw.shutdown(socket.SHUT_WR)
        lines = b"".join(iter(lambda: raw.recv(1 << 16), b"")).splitlines()
    return json.loads(lines[-1])  # the ones before it tell of progress


def request(verb: object, arguments: object, version: str = __version__) -> bytes:
    return json.dumps({"version": version, "verb": verb, "arguments": arguments}).encode() + b"\n"


@pytest.mark.parametrize(
    ("sent", "error", "says"),
    [
        (b"\x00\xff\xfe garbage\n", "DatabaseUnusable", "no request"),
        (b"GET / HTTP/1.1\n", "DatabaseUnusable", "no request"),
        (b"[1, 2]\n", "DatabaseUnusable", "no object"),
        (b"[" * 200_000 + b"\n", "DatabaseUnusable", "too deeply"),
        (b"", "DatabaseUnusable", "crm-analytics None"),
        (request("imports", {}, "0.0.1"), "DatabaseUnusable", "crm-analytics 0.0.1, the dashboard"),
        (request(["imports"], {}), "DatabaseUnusable", "no verb"),
        (request("imports", []), "DatabaseUnusable", "no arguments"),
        (request("drop", {}), "UnknownName", "no verb named 'drop'"),
        (request("__class__", {}), "UnknownName", "no verb"),
        (request("imports", {"session": 1}), "BadValue", "what imports takes"),
        (request("import", wanted(Path("orders.csv"))), "BadInput", "no full path"),
        (request("import", wanted(Path("/nowhere/orders.csv"))), "CrmError", "/nowhere/orders.csv"),
        (request("import", {**wanted(Path("/nowhere")), "today": 5}), "CrmError", "TypeError"),
        (request("undo", {"import_id": "1; DROP TABLE x", "who": "me"}), "UnknownName", "no import named"),
    ],
    ids=range(15),
)
def test_whatever_comes_gets_one_error_and_does_no_harm(
    served: Served, data: Path, sent: bytes, error: str, says: str
) -> None:
    reply = exchanged(data, sent)
    assert reply["error"] == error
    assert says in json.dumps(reply)
    assert asked(data, "imports", {})[0] == {"imports": []}


def test_a_line_without_end_is_not_read_to_its_end(served: Served, data: Path) -> None:
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(30)
        raw.connect(str(data / wire.SOCKET))
        with pytest.raises(ConnectionError):
            raw.sendall(b"x" * 100 * wire.REQUEST_BYTES)
    assert asked(data, "imports", {})[0] == {"imports": []}


def test_errors_come_over_as_what_they_are(served: Served, data: Path) -> None:
    with pytest.raises(UnknownName, match="no metric named 'nothing'"):
        asked(data, "show", dict.fromkeys(("segment", "as_of", "before", "limit")) | {
            "metric": "nothing", "knobs": {}, "form": "table"})  # fmt: skip
    with pytest.raises(BadInput, match="is there already"):
        asked(data, "backup", {"out": str(data / "crm.duckdb"), "replace": False})


def test_without_a_listener_the_holder_is_named(data: Path) -> None:
    busy = DatabaseBusy(data, "process 7 (somebody)")
    with pytest.raises(DatabaseBusy, match="process 7"):
        client.asked(Settings(data), busy, "imports", {}, lambda *_: None, lambda *_: False)
