"""Folders, archives and workbooks on the command line: each file an import of its own, whatever its form."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import AMBIGUOUS, ORDERS, Run, said, written
from tests.unit.ingest import workbooks

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data"
HEAD = ["order_id", "customer_id", "order_date", "amount"]
DAYS = {
    f"2024-01-{day:02}": [[f"{day}-{n}", f"0{n}", f"2024-01-{day:02}", f"{n * 10 + day}.25"] for n in range(1, 8)]
    for day in range(1, 13)
}


def revenue(run: Run) -> float:
    return said(run("show", "diagnosis", "--format", "json"))["rows"][0]["revenue"]


def text(rows: list[list[str]], mark: str = ",") -> str:
    return "".join(mark.join(row) + "\n" for row in [HEAD, *rows])


@pytest.mark.slow
def test_daily_files_in_every_form_and_order_are_the_one_big_file(run: Run, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "days"
    folder.mkdir()
    for number, (day, rows) in enumerate(DAYS.items()):
        file = folder / f"{day}.csv"  # all are named so
        frame = pd.DataFrame(rows, columns=HEAD)
        if number % 6 == 0:
            written(file, text(rows))
        elif number % 6 == 1:
            file.write_bytes(text(rows, ";").encode("utf-16"))
        elif number % 6 == 2:
            file.write_bytes(gzip.compress(text(rows, "\t").encode()))
        elif number % 6 == 3:
            frame.astype({"amount": float}).to_parquet(file)
        elif number % 6 == 4:
            frame.to_json(file, orient="records", lines=True)
        else:
            workbooks.write(file, {"Orders": workbooks.rows([HEAD, *rows])})
    shutil.copy(folder / "2024-01-04.csv", folder / "again.csv")
    reports = said(run("import", folder, "--json"))["imports"]
    assert [each["file"] for each in reports] == [*(f"{day}.csv" for day in DAYS), "again.csv"]
    assert [each["new"] for each in reports] == [7] * 12 + [0]
    assert {each["rejected"] for each in reports} == {0}
    assert len(said(run("imports", "--json"))["imports"]) == 13
    daily = revenue(run)

    shutil.rmtree(data)
    order = list(DAYS)
    random.Random(5).shuffle(order)  # noqa: S311
    for day in order:
        assert run("import", folder / f"{day}.csv").exit_code == 0
    assert revenue(run) == daily

    shutil.rmtree(data)
    big = written(tmp_path / "all.csv", text([row for rows in DAYS.values() for row in rows]))
    assert said(run("import", big, "--json"))["new"] == 84
    assert revenue(run) == daily == sum(float(row[3]) for rows in DAYS.values() for row in rows)


def test_an_archive_is_as_many_imports_as_it_holds_files(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "exports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b/orders.csv", ORDERS)
        archive.writestr("doubtful.csv", AMBIGUOUS)
        archive.writestr("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(50))
    result = run("import", path, "--json")
    reports = said(result, 1)["imports"]
    assert [each["file"] for each in reports] == [
        "exports.zip/b/orders.csv", "exports.zip/doubtful.csv", "exports.zip/photo.csv",
    ]  # fmt: skip
    assert (reports[0]["new"], reports[0]["rejected"]) == (5, 1)
    assert "picture" in reports[2]["error"]
    mapping = tmp_path / "exports.zip.doubtful.csv.mapping.json"  # beside the archive, not where it was unpacked
    assert str(mapping) in reports[1]["error"]
    assert json.loads(mapping.read_text())
    assert len(said(run("imports", "--json"))["imports"]) == 1


def test_a_sheet_is_chosen_by_name(run: Run, tmp_path: Path) -> None:
    rows = next(iter(DAYS.values()))
    sheets = {"This year": workbooks.rows([HEAD, *rows]), "Last year": workbooks.rows([HEAD, *rows[:3]])}
    path = workbooks.write(tmp_path / "o.xlsx", sheets)
    assert said(run("import", path, "--dry-run", "--json"))["rows_read"] == 7
    assert any("Last year" in note for note in said(run("import", path, "--dry-run", "--json"))["notes"])
    assert said(run("import", path, "--sheet", "Last year", "--dry-run", "--json"))["rows_read"] == 3
    assert said(run("recognise", path, "--sheet", "Last year", "--json"))["sheet"] == "Last year"
    refused = run("import", path, "--sheet", "Lost year")
    assert refused.exit_code == 1
    assert "Last year" in refused.stderr


def test_an_empty_folder_and_a_broken_archive_load_nothing(run: Run, tmp_path: Path, orders: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("import", tmp_path / "empty")
    assert (result.exit_code, "holds no file" in result.stderr) == (1, True)
    (tmp_path / "o.csv.gz").write_bytes(gzip.compress(orders.read_bytes())[:-9])
    result = run("import", tmp_path / "o.csv.gz")
    assert (result.exit_code, "damaged or cut short" in result.stderr) == (1, True)
    assert said(run("imports", "--json"))["imports"] == []


@pytest.mark.slow
def test_ten_daily_exports_of_online_retail(run: Run) -> None:
    folder = SHARED / "online_retail" / "by-day"
    if not folder.exists():
        pytest.skip("the shared data sets are not on this machine")
    reports = said(run("import", folder, "--dry-run", "--json"))["imports"]
    assert [each["file"] for each in reports] == sorted(each.name for each in folder.iterdir())
    assert [each["rows_read"] for each in reports] == [3108, 2109, 2202, 2725, 3878, 5331, 3365, 2438, 4940, 1632]
