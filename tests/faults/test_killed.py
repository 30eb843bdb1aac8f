"""A process killed in the middle of a load: afterwards the whole import is there, or nothing of it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from decimal import Decimal

import pytest

from crm_analytics.config import PROJECT
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in
from tests.faults.test_database_file import orders

PROGRAM = """
import sys
from pathlib import Path
from crm_analytics.config import Settings
from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import recognise
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import TODAY
warehouse = Warehouse.open(Settings(Path(sys.argv[1]), "512MB", 1))
path = Path(sys.argv[2])
session = warehouse.duck.open_session()
found = recognise(session, path, path.name, today=TODAY)
reviewed = review.review(session, found, review.proposed(found), today=TODAY)
print("reviewed", flush=True)
load.load(warehouse, reviewed, path, "the test")
print("loaded", flush=True)
warehouse.close()
"""
ROWS = 4_000


def test_a_killed_load_is_whole_or_absent(settings, tmp_path):
    warehouse = Warehouse.open(settings)
    bring_in(warehouse, orders(tmp_path / "first.csv", 100))
    warehouse.close()
    path = orders(tmp_path / "second.csv", ROWS, 1000)
    outcomes = []
    for wait in (0.0, 0.05):
        kill_in_mid_load(settings, path, wait)
        outcomes.append(whole_or_absent(settings, outcomes.count(True)))
        if outcomes[-1]:  # the next one changes what is there
            path = orders(tmp_path / f"{len(outcomes)}.csv", ROWS, 1000 + 100_000 * len(outcomes))
    assert False in outcomes
    warehouse = Warehouse.open(settings)
    assert bring_in(warehouse, path).new == ROWS
    warehouse.close()


@pytest.mark.slow
def test_two_hundred_kills_at_random_moments(settings, tmp_path):
    warehouse = Warehouse.open(settings)
    bring_in(warehouse, orders(tmp_path / "first.csv", 100))
    warehouse.close()
    moments, loaded = random.Random(7), 0  # noqa: S311
    path = orders(tmp_path / "0.csv", ROWS, 1000)
    for _ in range(200):
        kill_in_mid_load(settings, path, moments.uniform(0, 0.35))
        if whole_or_absent(settings, loaded):
            loaded += 1
            path = orders(tmp_path / f"{loaded}.csv", ROWS, 1000 + 100_000 * loaded)
    assert 0 < loaded < 200
    warehouse = Warehouse.open(settings)
    assert bring_in(warehouse, path).new == ROWS
    warehouse.close()


def kill_in_mid_load(settings, path, wait: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, settings.data_dir, path], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "reviewed\n"
        time.sleep(wait)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def whole_or_absent(settings, before: int) -> bool:
    """Whether the last import is there; all that is computed agrees with what is held."""
    warehouse = Warehouse.open(settings)
    try:
        with warehouse.duck.session() as session:
            imports = session.value("SELECT count(*) FROM workspace.imports") - 1
            assert imports in (before, before + 1)
            rows = 100 + imports * ROWS
            assert session.row("SELECT count(*), count(*) FILTER (WHERE current) FROM source.orders") == (rows, rows)
            core = session.row("SELECT count(*), sum(amount) FROM core.orders")
            assert session.row("SELECT count(*), sum(net_amount) FROM mart.orders") == core
        frame = warehouse.read("metrics/statuses", warehouse.audience())
        assert Decimal(str(frame["revenue"].sum())) == core[1]
        return imports == before + 1
    finally:
        warehouse.close()


def test_what_was_committed_is_there_after_a_kill(settings, tmp_path):
    path = orders(tmp_path / "orders.csv", 500)
    program = PROGRAM.replace("warehouse.close()", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    done = subprocess.run(
        [sys.executable, "-c", program, settings.data_dir, path],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["reviewed", "loaded"]
    assert held(settings) == (500, 500)


def held(settings) -> tuple[int, int]:
    warehouse = Warehouse.open(settings)
    try:
        with warehouse.duck.session() as session:
            return session.row("SELECT (SELECT count(*) FROM core.orders), (SELECT count(*) FROM mart.orders)")
    finally:
        warehouse.close()
