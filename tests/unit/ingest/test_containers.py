"""Workbooks, Parquet, JSON lines and packed files end in the same staged rows as text, or are refused by name."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import old_workbooks
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import workbooks
from conversion import TODAY, converted
from workbooks import DAY, MOMENT

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest import archives
from crm_analytics.ingest.recognise import Recognition, recognise

HEAD = ["order_id", "customer_id", "order_date", "amount"]
ORDERS = [[f"A{n}", f"0{n}", (45_000 + n, DAY), n + 0.25] for n in range(1, 31)]
NOISE = b"".join(hashlib.sha512(str(n).encode()).digest() for n in range(50_000))  # 3 MB that do not pack
CSV = "order_id,customer_id,order_date,amount\n" + "".join(f"A{n},0{n},2024-01-{n:02},{n}.25\n" for n in range(1, 31))


def staged(session: Session) -> list[tuple[object, ...]]:
    return session.rows("SELECT * FROM raw ORDER BY line")


def said(found: Recognition, what: str) -> str:
    (about,) = (f"{each.found}: {each.why}" for each in found.evidence if each.what == what)
    return about


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_a_workbook_with_a_title_is_read_below_it(session, tmp_path):
    path = workbooks.write(tmp_path / "o.xlsx", {"Orders": workbooks.rows([["Sales 2023"], [], HEAD, *ORDERS])})
    found, typed, rejects = converted(session, recognise(session, path, path.name, today=TODAY))
    assert (found.kind, found.rows, found.layout.header_lines, rejects) == ("orders", 30, (3,), [])
    assert staged(session)[0] == (4, "A1", "01", "2023-03-16", "1.25")
    assert "lines 1 to 2" in said(found, "text above the header")
    assert (typed[0]["order_id"], typed[0]["customer_id"]) == ("A1", "01")
    assert typed[0]["ordered_at"] == datetime(2023, 3, 16)
    assert typed[0]["amount"] == Decimal("1.25")


def test_a_workbook_of_before_2007_is_read_like_one_of_today(session, tmp_path):
    path = tmp_path / "o.xls"
    rows = [[name, f"Ü{name}", (day,), amount] for name, _, (day, _), amount in ORDERS]
    path.write_bytes(old_workbooks.workbook("Verkäufe", [["Sales 2023"], [], HEAD, *rows]))
    found, typed, rejects = converted(session, recognise(session, path, path.name, today=TODAY))
    assert (found.kind, found.rows, found.layout.sheet, rejects) == ("orders", 30, "Verkäufe", [])
    assert staged(session)[0] == (4, "A1", "ÜA1", "2023-03-16", "1.25")
    assert (typed[0]["ordered_at"], typed[0]["amount"]) == (datetime(2023, 3, 16), Decimal("1.25"))


def test_cells_come_as_iso_and_with_all_their_digits(session, tmp_path):
    cells = [
        (40513.351388888892, MOMENT), (40513, DAY), "19.989999999999998", "17850", "1E-7", "123456789012", "0.1", "true",
    ]  # fmt: skip
    wanted = ["2010-12-01 08:26:00", "2010-12-01", "19.99", "17850", "0.0000001", "123456789012", "0.1", "true"]
    row = [each if isinstance(each, tuple) else (each, 0) for each in cells[:-1]]
    header = [f"h{n}" for n in range(len(cells))]
    path = workbooks.write(tmp_path / "o.xlsx", {"S": workbooks.rows([header, *[[*row, "true"]] * 3])})
    recognise(session, path, path.name, kind="orders")
    assert list(staged(session)[0][1:]) == wanted


def test_the_sheet_with_the_most_rows_is_read_and_all_are_listed(session, tmp_path):
    sheets = {
        "Read me": workbooks.rows([["This file holds orders."], ["Ask Ann."]]),
        "Orders": workbooks.rows([HEAD, *ORDERS]),
        "Old": workbooks.rows([HEAD, *ORDERS[:20]]),
    }
    path = workbooks.write(tmp_path / "o.xlsx", sheets)
    found = recognise(session, path, path.name)
    assert (found.layout.sheet, found.rows) == ("Orders", 30)
    assert "'Old' 21" in said(found, "sheet")
    assert "'Read me'" in said(found, "sheet")
    assert not next(each for each in found.evidence if each.what == "sheet").sure  # another sheet holds as much
    again = recognise(session, path, path.name, overrides={"sheet": "Old"})
    assert (again.layout.sheet, again.rows) == ("Old", 20)
    with pytest.raises(UnknownName, match=r"sheet of o\.xlsx"):
        recognise(session, path, path.name, overrides={"sheet": "Odl"})


def test_a_hidden_sheet_is_read_only_when_named(session, tmp_path):
    sheets = {"Orders": workbooks.rows([HEAD, *ORDERS[:5]]), "Lists": workbooks.rows([HEAD, *ORDERS])}
    path = workbooks.write(tmp_path / "o.xlsx", sheets, hidden=("Lists",))
    assert recognise(session, path, path.name).layout.sheet == "Orders"
    assert recognise(session, path, path.name, overrides={"sheet": "Lists"}).rows == 30


def test_the_table_may_begin_anywhere_and_blank_rows_keep_their_numbers(session, tmp_path):
    table = [[None, None, *row] for row in [HEAD, *ORDERS[:3]]] + [[]] + [[None, None, *row] for row in ORDERS[3:]]
    path = workbooks.write(tmp_path / "o.xlsx", {"S": workbooks.rows(table, first=6)})
    found = recognise(session, path, path.name)
    assert found.layout.columns == tuple(HEAD)
    assert [row[0] for row in staged(session)] == [7, 8, 9, *range(11, 38)]


def test_errors_and_merged_cells_are_said(session, tmp_path):
    faulty = [[*row[:3], "#N/A"] for row in ORDERS[:2]]
    merged = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    path = workbooks.write(tmp_path / "o.xlsx", {"S": workbooks.rows([HEAD, *ORDERS, *faulty])}, after=merged)
    found, _, rejects = converted(session, recognise(session, path, path.name, today=TODAY))
    assert said(found, "errors in cells").startswith("2:")
    assert said(found, "merged cells").startswith("1:")
    assert [line for line, *_ in rejects] == [32, 33]


def test_a_sheet_that_would_fill_the_memory_is_refused(session, tmp_path):
    far = workbooks.rows([HEAD, *ORDERS]) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = workbooks.write(tmp_path / "o.xlsx", {"S": far})
    with pytest.raises(BadInput, match="column 16,384") as refused:
        recognise(session, path, path.name)
    assert str(refused.value).startswith("o.xlsx/xl/worksheets/sheet1.xml: a sheet reaches")


def test_a_workbook_without_rows_is_refused(session, tmp_path):
    blank = workbooks.write(tmp_path / "blank.xlsx", {"S": ""})
    with pytest.raises(BadInput, match="no sheet of the workbook holds anything"):
        recognise(session, blank, blank.name)
    header = workbooks.write(tmp_path / "header.xlsx", {"S": workbooks.rows([HEAD])})
    with pytest.raises(BadInput, match="a header but no row"):
        recognise(session, header, header.name)


# --- Parquet --------------------------------------------------------------------------------------------------------


def test_parquet_comes_exactly(session, tmp_path):
    path = tmp_path / "o.parquet"
    moment = datetime(2024, 1, 2, 3, 4, 5)
    table = pa.table(
        {
            "order_id": pa.array(["A1", "A2", None]).dictionary_encode(),
            "customer_id": pa.array([17850.0, float("nan"), None]),
            "order_date": pa.array([moment, moment.replace(microsecond=120_000), None], pa.timestamp("us")),
            "amount": pa.array([Decimal("12345678901234.1234"), Decimal("-0.0500"), None], pa.decimal128(18, 4)),
            "zoned": pa.array([moment.replace(tzinfo=UTC)] * 3, pa.timestamp("ms", "UTC")),
            "day": pa.array([date(2024, 1, 2)] * 3),
            "at": pa.array([time(3, 4)] * 3),
            "opted": pa.array([True, False, None]),
            "bytes": pa.array([b"abc", "né".encode(), None]),
            "nothing": pa.nulls(3),
        }
    )
    pq.write_table(table, path)
    recognise(session, path, path.name, kind="orders")
    assert staged(session) == [
        (1, "A1", "17850", "2024-01-02 03:04:05", "12345678901234.1234", "2024-01-02 03:04:05Z", "2024-01-02",
         "03:04:00", "true", "abc", None),
        (2, "A2", None, "2024-01-02 03:04:05.120000", "-0.0500", "2024-01-02 03:04:05Z", "2024-01-02",
         "03:04:00", "false", "né", None),
        (3, None, None, None, None, "2024-01-02 03:04:05Z", "2024-01-02", "03:04:00", None, None, None),
    ]  # fmt: skip


def test_text_in_parquet_that_is_no_utf8_is_refused(session, tmp_path):
    path = tmp_path / "o.parquet"
    pq.write_table(
        pa.table({"order_id": ["Axxxx", "B"]}), path, compression="none", use_dictionary=False, write_statistics=False
    )
    path.write_bytes(path.read_bytes().replace(b"Axxxx", b"A\xff\xfexx"))
    with pytest.raises(BadInput, match=r"'order_id' .* cannot be read as text"):
        recognise(session, path, path.name)


def test_parquet_over_several_batches_keeps_its_row_numbers(session, tmp_path):
    path = tmp_path / "big.parquet"
    size = 120_001
    pq.write_table(pa.table({"customer_id": [str(n) for n in range(size)], "amount": range(size)}), path)
    assert recognise(session, path, path.name, kind="customers").rows == size
    assert session.row("SELECT min(line), max(line), bool_and(c0 = CAST(line - 1 AS VARCHAR)) FROM raw") == (
        1,
        size,
        True,
    )


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"order_id": ["A"], "lines": [[1, 2]]}, "'lines' hold lists"),
        ({"order_id": ["A"], "who": [{"id": 1}]}, "'who' hold lists, records"),
        ({"order_id": pa.array([], pa.string())}, "no row"),
        ({"order_id": ["A"], "code": pa.array([b"\xff\xfe"])}, "'code' .binary. cannot be read as text"),
    ],
)
def test_parquet_that_is_no_table_of_rows_is_refused(session, tmp_path, columns, words):
    path = tmp_path / "o.parquet"
    pq.write_table(pa.table(columns), path)
    with pytest.raises(BadInput, match=words) as refused:
        recognise(session, path, path.name)
    assert refused.value.file == "o.parquet"
    assert refused.value.cure


# --- JSON lines -----------------------------------------------------------------------------------------------------


def test_json_lines_keep_digits_and_take_the_columns_of_all_objects(session, write):
    lines = [
        '{"order_id": "007", "amount": 12.50, "customer": {"id": 5, "email": "a@b.c"}, "order_date": "2024-01-02"}',
        "",
        '{"amount": 1234567890123456789.10, "order_id": null, "paid": true, "order_date": "2024-01-03"}',
    ]
    path = write("\n".join(lines), name="o.jsonl")
    found = recognise(session, path, path.name, kind="orders")
    assert found.layout.columns == ("order_id", "amount", "customer.id", "customer.email", "order_date", "paid")
    assert staged(session) == [
        (1, "007", "12.50", "5", "a@b.c", "2024-01-02", None),
        (3, None, "1234567890123456789.10", None, None, "2024-01-03", "true"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": [1]}', "'a' holds a list"),
        ('{"a": {"b": {"c": 1}}}', "'a.b' holds a list or an object inside an object"),
        ('{"a": 1, "a": 2}', "'a' occurs twice"),
        ('{"a": 1', "not valid JSON"),
        ("[1]", "not a JSON object"),
        ('{"a": "\\u0000"}', "a character that is none"),
        ('{"a": "\\ud800"}', "a character that is none"),
        ('{"a": "\udcff"}', "not valid UTF-8"),
        ('{"a": ' + "[" * 100_000, "without end|not valid JSON"),
    ],
)
def test_a_line_of_json_that_is_no_row_is_reported_with_its_line(session, write, line, reason):
    good = '{"a": "1", "order_date": "2024-01-02"}\n'
    path = write((good * 3 + line + "\n" + good).encode("utf-8", "surrogateescape"), name="o.jsonl")
    found = recognise(session, path, path.name, kind="orders")
    assert [row[0] for row in staged(session)] == [1, 2, 3, 5]
    ((at, why),) = session.rows("SELECT line, reason FROM broken")
    assert at == 4
    assert re.search(reason, why)
    assert found.broken == 1


@pytest.mark.parametrize("text", ['[{"a": 1}]', '{\n  "a": 1\n}', '[\n{"a": 1},\n{"a": 2}\n]\n'])
def test_one_json_document_is_refused(session, write, text):
    path = write(text, name="o.json")
    with pytest.raises(BadInput, match="one JSON document") as refused:
        recognise(session, path, path.name)
    assert "JSON lines" in refused.value.cure or "CSV" in refused.value.cure


# --- packed files ---------------------------------------------------------------------------------------------------


def zipped(path: Path, entries: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_packed_files_are_read_as_they_are_inside(session, tmp_path):
    plain = tmp_path / "o.csv"
    plain.write_text(CSV)
    recognise(session, plain, plain.name)
    expected = staged(session)
    (tmp_path / "o.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    zipped(
        tmp_path / "o.zip",
        {"folder/": "", "folder/orders.csv": CSV, "__MACOSX/._orders.csv": b"\0", ".DS_Store": b"\0"},
    )
    for name in ("o.csv.gz", "o.zip"):
        path = tmp_path / name
        found = recognise(session, path, name)
        assert staged(session) == expected
        assert (found.file, found.bytes) == (name, path.stat().st_size)
        assert "bytes unpacked" in said(found, "packed")


@pytest.mark.parametrize("form", ["xlsx", "parquet", "jsonl"])
def test_every_kind_may_be_packed_and_its_name_says_nothing(session, tmp_path, form):
    inner = tmp_path / "inner"
    if form == "xlsx":
        workbooks.write(inner, {"S": workbooks.rows([HEAD, *ORDERS])})
    elif form == "parquet":
        pd.DataFrame(ORDERS, columns=HEAD).assign(order_date="2024-01-02").to_parquet(inner)
    else:
        inner.write_text(
            "".join(json.dumps(dict(zip(HEAD, [*row[:2], "2024-01-02", 1], strict=True))) + "\n" for row in ORDERS)
        )
    packed = tmp_path / "orders.csv"  # the name lies twice
    packed.write_bytes(gzip.compress(inner.read_bytes()))
    found = recognise(session, packed, "caf\udce9.csv")
    assert (found.kind, found.rows, found.file) == ("orders", 30, "caf?.csv")


def test_an_archive_of_several_files_is_taken_apart_in_name_order(session, tmp_path):
    path = zipped(tmp_path / "o.zip", {"b.csv": CSV, "a/2.csv": CSV, "a\\": "", "a\\1.csv": CSV})
    with archives.unpacked(path, "o.zip") as parts:
        assert [each.name for each in parts] == ["o.zip/a/1.csv", "o.zip/a/2.csv", "o.zip/b.csv"]
        assert {each.path.read_text() for each in parts} == {CSV}
        kept = [each.path for each in parts]
    assert not any(each.exists() for each in kept)
    with pytest.raises(BadInput, match=r"3 files \(a/1.csv, a/2.csv, b.csv\)"):
        recognise(session, path, "o.zip")


def test_a_folder_and_its_archives_are_taken_file_by_file_in_name_order(tmp_path):
    folder = tmp_path / "exports"
    for name in ("2024-02.csv", "2024-01.csv", "2024-02.csv.mapping.json", ".hidden.csv", "old/2023.csv", ".git/x.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(CSV)
    zipped(folder / "2024-03.zip", {"b.csv": CSV, "in/a.csv": CSV})
    zipped(folder / "2024-04.zip", {"only.csv": CSV})
    (folder / "2024-05.zip").write_bytes(archive({"a.csv": CSV})[:-30])
    alone = tmp_path / "alone.csv"
    alone.write_text(CSV)
    found = []
    for part in archives.each_file([alone, folder]):
        found.append(part.name)
        assert part.path.exists()
        assert part.beside.parent in (tmp_path, folder, folder / "old")
    assert found == [
        "alone.csv", "2024-01.csv", "2024-02.csv", "2024-03.zip/b.csv", "2024-03.zip/in/a.csv", "2024-04.zip",
        "2024-05.zip", "old/2023.csv",
    ]  # fmt: skip
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="holds no file"):
        list(archives.each_file([tmp_path / "empty"]))


def locked(content: bytes) -> bytes:
    """The archive with the flag that says its entries are encrypted."""
    changed = bytearray(content)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.find(start) + offset] |= 1
    return bytes(changed)


def archive(entries: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return stream.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a gzip file cut short": (
        lambda: gzip.compress(NOISE[:5_000])[:-900],
        "f",
        "damaged or cut short",
    ),
    "a gzip file of gzip": (lambda: gzip.compress(gzip.compress(CSV.encode())), "f", "a further archive"),
    "a ZIP of ZIP": (lambda: archive({"in.csv": archive({"a.csv": CSV})}), "f/in.csv", "a further archive"),
    "a ZIP cut short": (lambda: archive({"a.csv": CSV})[:-30], "f", "damaged or cut short"),
    "an empty ZIP": (lambda: archive({}), "f", "empty ZIP"),
    "out of the folder": (lambda: archive({"../../evil.csv": CSV}), "f/../../evil.csv", "leads out"),
    "out of it by backslashes": (lambda: archive({"..\\..\\evil.csv": CSV}), "f/../../evil.csv", "leads out"),
    "of no name": (lambda: archive({".": CSV}), "f/.", "leads out"),
    "from the root": (lambda: archive({"/etc/evil.csv": CSV}), "f/", "leads out"),
    "locked": (lambda: locked(archive({"a.csv": CSV})), "f/a.csv", "password"),
    "1,001 entries": (lambda: archive({f"{n}.csv": CSV for n in range(1_001)}), "f", "at most 1,000"),
    "a bomb": (lambda: archive({"a.csv": bytes(80 << 20)}), "f/a.csv", "200 times"),
    "a gzip bomb": (lambda: gzip.compress(bytes(80 << 20), 6), "f", "200 times"),
    "a Word document": (lambda: archive({"word/document.xml": "<w/>", "[Content_Types].xml": ""}), "f", "Word"),
    "a binary workbook": (lambda: archive({"xl/workbook.bin": b"\0"}), "f", "xlsb"),
    "a broken workbook": (lambda: archive({"xl/workbook.xml": "<workbook"}), "f", "no Excel workbook that can be read"),
    "an old Word file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "f", "no Excel workbook"),
    "half a Parquet file": (lambda: b"PAR1" + bytes(100), "f", "Parquet file but cannot be read"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "f", "picture"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_unpacked_is_refused_by_name_with_a_cure(session, tmp_path, name):
    content, where, words = REFUSED[name]
    path = tmp_path / "f.xlsx"
    path.write_bytes(content())
    with pytest.raises(BadInput, match=words) as refused:
        recognise(session, path, "f")
    assert refused.value.file.startswith(where)
    assert refused.value.cure
    assert list(tmp_path.iterdir()) == [path]  # nothing was written beside it


def test_no_more_than_the_bound_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 5 << 20)
    path = zipped(tmp_path / "o.zip", {"a.csv": NOISE, "b.csv": NOISE}, zipfile.ZIP_STORED)
    with pytest.raises(BadInput, match="larger than") as refused, archives.unpacked(path, "o.zip"):
        raise AssertionError("it was unpacked")
    assert refused.value.file == "o.zip/b.csv"
    assert "load the files inside in pieces" in refused.value.cure


def test_online_retail_as_parquet_is_what_the_source_says(session, shared):
    path = shared / "online_retail" / "online_retail.parquet"
    found = recognise(session, path, path.name, today=TODAY)
    assert (found.kind, found.rows, found.broken) == ("order_lines", 541_909, 0)
    value = session.value("SELECT sum(CAST(c3 AS INTEGER) * CAST(c5 AS DECIMAL(18, 4))) FROM raw")
    assert float(value) == pytest.approx(9_747_747.93, abs=0.01)
