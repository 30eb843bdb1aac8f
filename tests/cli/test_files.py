"""Files in and out: import, imports, undo, redo, recognise."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from crm_analytics import screen
from crm_analytics.metrics import opening
from tests.cli.conftest import AMBIGUOUS, LATER, Run, said, written

IMPORT_KEYS = [
    "import_id", "kind", "file", "rows_read", "new", "same", "changed", "rejected", "problems", "mapping",
]  # fmt: skip
SHARED = Path(__file__).resolve().parents[2].parent / "shared/data"


def revenue(run: Run) -> float:
    return said(run("show", "diagnosis", "--format", "json"))["rows"][0]["revenue"]


def test_a_large_import_prepares_the_pages(
    run: Run, orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LARGE", 0)
    monkeypatch.setattr(opening, "FIRST", ("statuses",))  # what else there is has a test of its own
    monkeypatch.setattr(opening, "THEN", ())
    later = written(tmp_path / "later.csv", LATER)
    run("import", orders)
    assert said(run("prepare", "--json")) == {"frames": 0, "left": False}
    run("import", later, "--no-prepare")
    assert run("prepare").stdout[:2] not in ("0 ", "")


def test_the_way_of_two_files_and_back(run: Run, orders: Path, tmp_path: Path) -> None:
    later = written(tmp_path / "later.csv", LATER)
    first = said(run("import", orders, "--json"))
    assert list(first)[: len(IMPORT_KEYS)] == IMPORT_KEYS
    assert [first[name] for name in ("import_id", "kind", "file")] == [1, "orders", "orders.csv"]
    assert [first[name] for name in ("rows_read", "new", "same", "changed", "rejected")] == [6, 5, 0, 0, 1]
    assert revenue(run) == pytest.approx(1169.5)
    second = said(run("import", later, "--json"))
    assert [second[name] for name in ("rows_read", "new", "same", "changed", "rejected")] == [2, 1, 0, 1, 0]
    assert revenue(run) == pytest.approx(1212.5)
    again = said(run("import", orders, "--json", "--dry-run"))
    assert [again[name] for name in ("new", "same", "changed", "rejected")] == [0, 4, 1, 1]
    assert (again["effect"]["before"]["revenue"], again["effect"]["after"]["revenue"]) == (1212.5, 1209.5)
    assert (again["effect"]["after"]["latest_on"], again["vanished"]) == ("2024-04-01", 1)
    told = screen.import_report(again, dry_run=True)
    assert "revenue 1,212.50 -> 1,209.50, orders 6 -> 6, buyers 4 -> 4" in told
    assert "1 rows of the previous file" in told

    assert said(run("undo", 2, "--json"))["undone_at"] is not None
    assert revenue(run) == pytest.approx(1169.5)
    assert said(run("redo", 2, "--json"))["undone_at"] is None
    assert revenue(run) == pytest.approx(1212.5)
    assert run("undo", 1).stdout == "Import 1 (orders.csv) is undone.\n"
    assert revenue(run) == pytest.approx(55.5)
    listed = said(run("imports", "--json"))["imports"]
    assert [(each["import_id"], each["undone_at"] is None) for each in listed] == [(1, False), (2, True)]
    assert "undone" in run("imports").stdout


def test_a_report_names_problems_and_every_column(run: Run, orders: Path) -> None:
    report = said(run("import", orders, "--json", "--dry-run"))
    (problem,) = report["problems"]
    assert {"cause", "column", "rows", "example"} <= set(problem)
    assert (problem["column"], problem["rows"], problem["example"], problem["first_line"]) == ("Amount", 1, "many", 7)
    assert list(report["mapping"]) == ["Order ID", "Customer", "Date", "Amount", "Country"]
    problem["example"] = None  # as of a row that is rejected as a whole
    assert "(first on line 7)" in screen.import_report(report, dry_run=True)
    assert {frozenset(each) for each in report["mapping"].values()} == {frozenset({"field", "confidence", "reason"})}


@pytest.mark.slow  # five openings of a database; what it does is tested without them
def test_rejected_rows_come_back_corrected(run: Run, orders: Path, tmp_path: Path) -> None:
    run("import", orders)
    back = written(tmp_path / "back.csv", run("rejects", 1).stdout.replace("many", "77.00", 1))
    report = said(run("import", back, "--json"))
    assert (report["new"], report["rejected"], report["corrects"], report["kind"]) == (1, 0, 1, "orders")
    listed = run("imports").stdout
    assert "1 of 1 rejected rows now in" in listed
    assert "corrects import 1" in listed


def test_cells_can_be_repaired_from_the_command_line(run: Run, orders: Path) -> None:
    (offer,) = said(run("import", orders, "--json", "--dry-run"))["repairable"]
    assert (offer["column"], offer["ways"], offer["values"]) == (
        "Amount",
        ["replace", "decimal"],
        [{"value": "many", "rows": 1}],
    )
    mended = ("--replace", "Amount", "many", "77.00", "--fill", "Customer", "guest", "--blank", "Size")
    told = run("import", orders, *mended).stdout
    assert "Amount: 'many' is read as '77.00' (1 row)" in told
    assert "no column 'Size'" in told
    (made,) = said(run("imports", "--json"))["imports"]
    assert (made["new"], made["rejected"]) == (6, 0)
    assert [(each["column"], each["repair"], each["rows"]) for each in made["repairs"]] == [
        ("Customer", "fill", 1),
        ("Amount", "replace", 1),
    ]


def test_rows_of_cancelled_orders_are_named_and_counted_for_nothing(run: Run, tmp_path: Path) -> None:
    text = "order id,customer id,date,amount,state\n1,a,2024-01-31,5,void - returned\n2,b,2024-02-01,6,paid\n"
    file = written(tmp_path / "o.csv", text)
    told = run("import", file, "--dry-run").stdout
    assert "says 'void - returned' of 1 rows, 5.00 together" in told
    assert "--void state 'void - returned' counts them for nothing" in told
    assert (
        "rows that say 'void - returned' count for nothing (1 row)"
        in run("import", file, "--void", "state", "void - returned").stdout
    )
    assert [line.split(",")[:2] for line in run("show", "customers", "--format", "csv").stdout.split()[1:]] == [
        ["b", "new"],
        ["a", "prospect"],
    ]
    written(file, text.replace("1,a", "3,a"))
    assert "count for nothing (1 row)" in run("import", file).stdout, "the next one is read as this one"


def test_columns_of_no_use_are_in_the_mapping(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "o.csv", "colour,customer,date,amount\nred,a,2024-01-31,5\nblue,b,2024-02-01,6\n")
    mapping = said(run("import", file, "--blank", "Size", "--json"))["mapping"]
    assert list(mapping) == ["colour", "customer", "date", "amount"]
    assert mapping["colour"]["field"] is None
    assert said(run("mappings", "--json"))["mappings"] == [], (
        "what is said of other columns decides nothing of this file"
    )


def test_a_dry_run_writes_nothing(run: Run, orders: Path, data: Path) -> None:
    shutil.rmtree(data)
    assert run("import", orders, "--dry-run").exit_code == 0
    assert not data.exists()
    run("import", orders)
    before = (data / "crm.duckdb").stat().st_mtime_ns
    assert said(run("import", orders, "--dry-run", "--json"))["import_id"] is None
    assert len(said(run("imports", "--json"))["imports"]) == 1
    assert (data / "crm.duckdb").stat().st_mtime_ns >= before


BAD = {
    "empty.csv": b"",
    "header.csv": b"order id,customer,date,amount\n",
    "picture.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "vague.csv": b"x,y,z\n1,a,2024-01-02\n2,b,2024-01-03\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_dry_run_reports_even_what_cannot_be_loaded(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    report = said(run("import", tmp_path / name, "--dry-run", "--json"))
    assert list(report)[: len(IMPORT_KEYS)] == IMPORT_KEYS
    assert report["problems"][0]["cause"].startswith(name)
    assert report["new"] is None, "nothing could be counted, which is not the same as none"
    assert name in run("import", tmp_path / name, "--dry-run").stdout


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_loaded_is_one_line_and_status_1(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    result = run("import", tmp_path / name)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {name}")
    assert result.stderr.count("\n") == 1
    assert said(run("imports", "--json")) == {"imports": []}


def test_a_file_whose_rows_all_fail_is_not_loaded(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "o.csv", "order id,customer,date,amount\n" + "1,a,2024-01-02,-,\n" * 3)
    report = said(run("import", file, "--dry-run", "--json"))
    assert report["problems"]
    assert run("import", file).exit_code == 1


def test_several_files_do_not_stop_each_other(run: Run, orders: Path, tmp_path: Path) -> None:
    picture, later = tmp_path / "picture.csv", written(tmp_path / "later.csv", LATER)
    picture.write_bytes(BAD["picture.csv"])
    result = run("import", orders, picture, later, "--json")
    reports = said(result, code=1)["imports"]
    assert [each["file"] for each in reports] == ["orders.csv", "picture.csv", "later.csv"]
    assert [each["import_id"] for each in reports] == [1, None, 2]
    assert "picture" in reports[1]["error"]
    assert result.stderr.count("Error: ") == 1


# --- doubts ---------------------------------------------------------------------------------------------------------


def test_what_is_in_doubt_is_not_loaded_but_written_down_to_be_corrected(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "amb.csv", AMBIGUOUS)
    result = run("import", file)
    mapping = tmp_path / "amb.csv.mapping.json"
    assert result.exit_code == 1
    assert str(mapping) in result.stderr
    said_so = json.loads(mapping.read_text(encoding="utf-8"))
    assert list(said_so["columns"].values()) == ["order_id", "customer_id", "ordered_at", "amount"]
    assert said_so["date_order"] == {"date": None}

    said_so["date_order"] = {"date": "DMY"}
    mapping.write_text(json.dumps(said_so), encoding="utf-8")
    run("import", file)
    assert json.loads(mapping.read_text(encoding="utf-8")) == said_so, "corrections are never written over"
    assert said(run("import", file, "--mapping", mapping, "--json"))["new"] == 3
    row = said(run("show", "diagnosis", "--format", "json"))["rows"][0]
    assert (row["first_order_on"], row["last_order_on"]) == ("2024-02-01", "2024-06-05")

    again = written(tmp_path / "amb2.csv", AMBIGUOUS.replace("03/04/2024,5", "03/04/2024,9"))
    result = run("import", again, "--anew")
    assert result.exit_code == 1, result.output
    assert "decided on" in run("import", again, "--dry-run").stdout
    report = said(run("import", again, "--json"))
    assert (report["changed"], report["same"], report["remembered"]["source"]) == (1, 2, "main")
    (kept,) = said(run("mappings", "--json"))["mappings"]
    assert kept["columns"] == ["order id", "customer", "date", "amount"]
    assert run("mappings", "--forget", 2).exit_code == 1
    assert run("mappings", "--forget", 1).stdout == "Nothing was decided by hand.\n"


def test_a_mapping_gives_kind_source_and_columns(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "x.csv", "p,q,r\nanna,2024-01-31,5\nbert,2024-02-01,6\n")
    mapping = tmp_path / "m.json"
    columns = {"p": "customer_id", "q": "ordered_at", "r": "amount"}
    mapping.write_text(json.dumps({"kind": "orders", "source": "till", "columns": columns}), encoding="utf-8")
    report = said(run("import", file, "--mapping", mapping, "--json"))
    assert (report["kind"], report["source"], report["new"]) == ("orders", "till", 2)
    assert {column: each["field"] for column, each in report["mapping"].items()} == columns


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON"),
        ("[]", "a JSON object"),
        ('{"colums": {}}', "'colums'"),
        ('{"columns": {"Amount": 3}}', "object of texts"),
        ('{"columns": {"Amount": "price"}}', "price"),
        ('{"columns": {"Betrag": "amount"}}', "Betrag"),
        ('{"kind": "parcels"}', "parcels"),
        ('{"values": {"Amount": {"many": null}}}', "'Amount' has no text in its place"),
        ('{"date_order": {"Date": "backwards"}}', "DMY"),
    ],
)
def test_a_mapping_that_makes_no_sense_says_why(run: Run, orders: Path, tmp_path: Path, text: str, says: str) -> None:
    result = run("import", orders, "--mapping", written(tmp_path / "m.json", text))
    assert result.exit_code == 1
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_read_only_folder_gets_its_mapping_in_the_data_directory(
    run: Run, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / f"{'é' * 120}amb\n.csv", AMBIGUOUS)  # a name with more behind it would be too long
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    assert run("import", file).exit_code == 1
    assert (data / f"{'é' * 96}amb.csv.mapping.json").exists()
    assert list(tmp_path.glob("*.mapping.json")) == []


def test_names_of_files_cannot_write_over_the_terminal(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "a\x1b[2J\nb.csv", "x\n")
    result = run("import", file)
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr
    assert result.stderr.count("\n") == 1


# --- recognise ------------------------------------------------------------------------------------------------------


def test_recognise_reports_layout_and_evidence(run: Run, data: Path, tmp_path: Path) -> None:
    shutil.rmtree(data)
    file = tmp_path / "o.csv"
    file.write_bytes(
        "Kunde;Datum;Betrag\r\nJosé;31.01.2024;12,50\r\nb;01.02.2024\r\nc;02.02.2024;3,00\r\n".encode("cp1252")
    )
    report = said(run("recognise", file, "--json"))
    assert (report["delimiter"], report["header_lines"], report["kind"]) == (";", [1], "orders")
    assert report["encoding"].lower().replace("-", "") in ("cp1252", "windows1252")
    assert (report["dates"], report["decimal_mark"]) == ({"Datum": "DMY"}, {"Betrag": ","})
    assert [(each["line"], bool(each["reason"])) for each in report["rejected"]] == [(3, True)]
    assert all(each["why"] for each in report["evidence"])
    assert report["rows_read"] == report["rows"] + len(report["rejected"]) == 3
    assert "semicolon" in run("recognise", file).stdout
    assert not data.exists()


def test_recognise_gives_the_rows_as_read(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "o.tsv", 'name\tdate\tamount\n"Li, ""Bo"""\t2024-01-31\t-5.00\n=1+1\t2024-02-01\t\n')
    rows = list(csv.reader(io.StringIO(run("recognise", file, "--csv").stdout)))
    assert rows == [["name", "date", "amount"], ['Li, "Bo"', "2024-01-31", "-5.00"], ["'=1+1", "2024-02-01", ""]]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real data is not there")
def test_a_polluted_file_is_read_as_its_clean_version(run: Run, tmp_path: Path) -> None:
    folder = SHARED / "csv_robustness/csv-spectrum"
    file = next(folder.rglob("comma_in_quotes.csv"))
    shutil.copy(file, tmp_path / "c.csv")
    rows = list(csv.reader(io.StringIO(run("recognise", tmp_path / "c.csv", "--csv", "--kind", "customers").stdout)))
    assert rows == [["first", "last", "address", "city", "zip"], ["John", "Doe", "120 any st.", "Anytown, WW", "08123"]]


def test_the_sample_company_goes_in(run: Run, tmp_path: Path) -> None:
    assert run("sample", tmp_path / "out", "--customers", 40, "--seed", 3).exit_code == 0
    report = said(run("import", tmp_path / "out/orders.csv", "--json"))
    assert report["new"] == report["rows_read"] > 0
    assert run("sample", tmp_path / "out", "--customers", 0).exit_code == 1
