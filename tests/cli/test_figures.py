"""Figures on the command line: metrics and show."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from crm_analytics import screen
from crm_analytics.cli import main
from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.verbs import figures
from tests.cli.conftest import ORDERS, Run, said, written


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory into which the orders went."""
    folder = tmp_path_factory.mktemp("imported")
    file = written(folder / "orders.csv", ORDERS)
    result = CliRunner().invoke(main, ["import", str(file), "--data", str(folder / "data")])
    assert result.exit_code == 0, result.output
    return folder / "data"


@pytest.fixture
def loaded(run: Run, imported: Path, data: Path) -> Run:
    shutil.copytree(imported, data, dirs_exist_ok=True)
    return run


def test_every_metric_is_listed_on_one_line(run: Run) -> None:
    lines = run("metrics").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(METRICS)


@pytest.mark.parametrize(
    "metric", ["diagnosis", "sales", "retention", "rfm", "customers", "pareto", "pyramid", "forecast", "nps"]
)
def test_three_formats_say_the_same(loaded: Run, metric: str) -> None:
    reply = said(loaded("show", metric, "--format", "json"))
    assert list(reply) == ["metric", "as_of", "data_version", "segment", "rows", "notes"]
    assert (reply["metric"], reply["as_of"], reply["segment"]) == (metric, "2024-03-22", None)
    rows = list(csv.DictReader(io.StringIO(loaded("show", metric, "--format", "csv").stdout)))
    assert len(rows) == len(reply["rows"])
    table = loaded("show", metric)
    assert table.exit_code == 0
    if rows:  # what the file says nothing of is an empty frame
        assert list(rows[0]) == list(reply["rows"][0])
        assert all(name in table.stdout for name in rows[0])


def test_json_keeps_types(loaded: Run) -> None:
    row = said(loaded("show", "diagnosis", "--format", "json"))["rows"][0]
    assert row["first_order_on"] == "2024-01-03"
    assert type(row["customers"]) is int
    assert row["lapsed_returned_share"] is None


def test_csv_runs_nothing_in_a_spreadsheet(loaded: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(loaded("show", "customers", "--format", "csv").stdout)))
    assert "'=cmd|' /C calc'!A0" in {row["customer_id"] for row in rows}
    ids = {row["customer_id"] for row in said(loaded("show", "customers", "--format", "json"))["rows"]}
    assert "=cmd|' /C calc'!A0" in ids, "JSON carries the value as it is"


def test_a_segment_narrows_and_a_day_goes_back(loaded: Run) -> None:
    rule = {"field": "country", "operator": "is", "value": "Spain"}
    reply = said(loaded("show", "customers", "--segment", json.dumps(rule), "--format", "json"))
    assert reply["segment"] == rule
    assert {row["customer_id"] for row in reply["rows"]} == {"anna", "bert"}
    reply = said(loaded("show", "customers", "--as-of", "2024-02-29", "--format", "json"))
    assert {row["customer_id"] for row in reply["rows"]} >= {"anna", "bert"}
    assert reply["as_of"] == "2024-02-29"


def test_a_knob_is_turned(loaded: Run) -> None:
    rows = said(loaded("show", "sales", "--set", "period=year", "--format", "json"))["rows"]
    assert [row["period_start"] for row in rows] == ["2024-01-01"]


def test_a_limit_keeps_the_first_rows_and_says_so(loaded: Run) -> None:
    reply = said(loaded("show", "customers", "--limit", 1, "--format", "json"))
    assert len(reply["rows"]) == 1
    assert "1 of 3 rows" in reply["notes"][-1]
    assert "1 of 3 rows" in loaded("show", "customers", "--limit", 1).stderr


def test_only_a_table_of_customers_is_limited_unasked(loaded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "SCREEN_ROWS", 2)
    assert len(loaded("show", "customers").stdout.splitlines()) == 3
    assert len(loaded("show", "customers", "--format", "csv").stdout.splitlines()) == 4
    assert len(said(loaded("show", "customers", "--format", "json"))["rows"]) == 3
    assert len(loaded("show", "rfm_grid").stdout.splitlines()) == 26


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sale"], "Did you mean 'sales'?"),
        (["sales", "--set", "colour=red"], "colour"),
        (["sales", "--set", "name=red"], "name"),
        (["sales", "--set", "period=red"], "one of day, week, month"),
        (["rfm", "--segment", "vip"], "no saved segment named 'vip'"),
        (["rfm", "--segment", '{"field": "shoe_size", "operator": "is", "value": 1}'], "shoe_size"),
        (["rfm", "--segment", "[" * 100_000], "not valid JSON"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_status_1(loaded: Run, arguments: list[str], says: str) -> None:
    result = loaded("show", *arguments)
    assert result.exit_code == 1
    assert says in result.stderr
    assert (result.stdout, result.stderr.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["nothing"], ["show"], ["import"], ["import", "absent.csv"], ["undo"], ["undo", "one"],
        ["show", "rfm", "--set", "x"], ["show", "rfm", "--as-of", "yesterday"], ["show", "rfm", "--format", "xml"],
        ["show", "rfm", "--limit", "0"],
        ["run", "--port", "0"], ["recognise"], ["sample"], ["imports", "--nothing"],
    ],
)  # fmt: skip
def test_wrong_usage_is_status_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_nothing_loaded_says_what_to_load(run: Run, data: Path) -> None:
    shutil.rmtree(data)
    result = run("show", "rfm")
    assert result.exit_code == 1
    assert "crm-analytics import" in result.stderr
    assert run("imports").stdout == "Nothing was imported yet.\n"
    assert run("undo", 1).exit_code == 1
    assert not data.exists(), "reading makes no database"


def test_switching_twice_is_refused(loaded: Run) -> None:
    assert loaded("redo", 1).exit_code == 1
    loaded("undo", 1)
    assert loaded("undo", 1).exit_code == 1


def test_rows_become_plain_data() -> None:
    frame = pd.DataFrame(
        {
            "whole": pd.Series([1, None], dtype="Int64"),
            "part": [float("inf"), float("nan")],
            "day": pd.to_datetime(["2024-01-31", None]),
            "time": pd.to_datetime(["2024-01-31 10:30", None]),
            "flag": pd.Series([True, None], dtype="boolean"),
            "text": ["a", None],
            "date": [date(2024, 1, 31), None],
            "list": [["a", float("nan")], None],
        }
    )
    first, second = figures.plain_rows(frame)
    assert first == {
        "whole": 1, "part": None, "day": "2024-01-31", "time": "2024-01-31T10:30:00", "flag": True, "text": "a",
        "date": "2024-01-31", "list": ["a", None],
    }  # fmt: skip
    assert set(second.values()) == {None}
    assert type(first["whole"]) is int
    assert json.dumps([first, second], allow_nan=False)


def test_a_table_is_for_reading() -> None:
    frame = pd.DataFrame({"name": ["a\x1b[1m", "b"], "revenue": [1234.5, None], "share": [0.25, 1.0], "n": [10_000, 2]})
    assert screen.table(frame).splitlines() == [
        "name    revenue   share       n",
        "a [1m  1,234.50  0.2500  10,000",
        "b             –  1.0000       2",
    ]
    assert screen.table(frame.head(0)) == "name  revenue  share  n"
