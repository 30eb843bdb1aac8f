"""The command line as it is used: small real files, a data directory of its own, the real entry point."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crm_analytics.cli import main
from crm_analytics.config import DATA_VARIABLE, Settings

ORDERS = """Order ID,Customer,Date,Amount,Country
A1,anna,2024-01-03,12.50,Spain
A2,bert,2024-02-14,"1,020.00",Spain
A3,=cmd|' /C calc'!A0,2024-03-20,99.00,Chile
A4,anna,2024-03-21,30.00,Spain
A5,,2024-03-22,8.00,Chile
A6,dora,2024-03-23,many,Chile
"""
#: A1 anew, and one more.
LATER = "Order ID,Customer,Date,Amount,Country\nA1,anna,2024-01-03,15.50,Spain\nA7,eva,2024-04-01,40.00,Peru\n"
AMBIGUOUS = "order id,customer,date,amount\n1,a,03/04/2024,5\n2,b,05/06/2024,6\n3,a,01/02/2024,7\n"


@pytest.fixture
def data(tmp_path: Path, empty_database: Path) -> Path:
    """A data directory with an empty database; tests of what a verb makes remove it first."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(empty_database, Settings(folder).database)
    return folder


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return written(tmp_path / "orders.csv", ORDERS)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


Run = Callable[..., Result]


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a verb in this process, with the data directory in force."""
    monkeypatch.setenv(DATA_VARIABLE, str(data))

    def invoke(*arguments: object) -> Result:
        result = CliRunner().invoke(main, [str(each) for each in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def said(result: Result, code: int = 0) -> dict[str, Any]:
    """The JSON object that a verb printed, and nothing beside it."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "crm_analytics.cli", *map(str, arguments)]


def started(data: Path, *arguments: object, err: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """The verb as a process of its own."""
    environment = {**os.environ, DATA_VARIABLE: str(data), "PYTHONUNBUFFERED": "1"}
    closed, pipe = subprocess.DEVNULL, subprocess.PIPE
    return subprocess.Popen(command(*arguments), env=environment, text=True, stdin=closed, stdout=pipe, stderr=err)


def finished(data: Path, *arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a process of its own."""
    with started(data, *arguments) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err
