from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest.layout import Layout, find_layout
from crm_analytics.ingest.reading import Broken, read_rows


def read(path: Path, layout: Layout) -> tuple[list[tuple[int, tuple[str, ...]]], list[Broken]]:
    rows, broken = [], []
    for batch in read_rows(path, layout):
        rows += zip(batch.lines, zip(*batch.columns, strict=True), strict=True)
        broken += batch.broken
    return rows, broken


def laid_out(path: Path, **overrides: object) -> tuple[Layout, list[tuple[int, tuple[str, ...]]], list[Broken]]:
    layout = find_layout(path, path.name, **overrides)
    return layout, *read(path, layout)


SPECTRUM = (
    "comma_in_quotes empty empty_crlf escaped_quotes json newlines newlines_crlf quotes_and_newlines "
    "simple simple_crlf utf8"
)


@pytest.mark.parametrize("name", SPECTRUM.split())
def test_csv_spectrum_is_read_as_its_truth_says(shared, name):
    folder = shared / "csv_robustness" / "csv-spectrum"
    layout, rows, broken = laid_out(folder / "csvs" / f"{name}.csv")
    truth = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    if b"\r" not in (folder / "csvs" / f"{name}.csv").read_bytes():  # a copy whose line breaks were changed
        truth = [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in truth]
    assert [dict(zip(layout.columns, cells, strict=True)) for _, cells in rows] == truth
    assert broken == []


POLLOCK = {
    "file_escape_char_0x5C": (83, []),
    "file_field_delimiter_0x3B": (83, []),
    "file_header_multirow_2": (83, []),
    "file_multitable_less": (83, list(range(85, 168))),
    "file_no_header": (83, []),
    "file_preamble": (83, []),
    "file_quotation_char_0x27": (83, []),
    "row_extra_quote40_col6": (82, [41]),
    "row_less_sep_row8_col2": (82, [9]),
    "row_more_sep_row40_col4": (82, [41]),
}


@pytest.mark.parametrize(("name", "expected"), POLLOCK.items())
def test_polluted_files_are_read_right_or_reported(shared, name, expected):
    folder = shared / "csv_robustness" / "pollock"
    layout, rows, broken = laid_out(folder / "csv" / f"{name}.csv")
    with (folder / "clean" / f"{name}.csv").open(newline="") as file:
        truth = list(csv.reader(file))
    if layout.header_lines:
        assert list(layout.columns) == truth.pop(0)
    bad = expected[1] if expected[0] < 83 else []
    first = layout.first_line
    assert len(rows) == expected[0]
    assert [each.line for each in broken] == expected[1]
    for line, cells in rows:
        assert list(cells) == truth[line - first]
    assert all(each not in [line for line, _ in rows] for each in bad)


def test_groceries_are_no_table(shared):
    with pytest.raises(BadInput, match="no common number of fields"):
        find_layout(shared / "groceries" / "groceries.csv", "groceries.csv")


def test_columns_aligned_by_spaces(shared):
    layout, rows, broken = laid_out(shared / "cdnow" / "CDNOW_sample.txt")
    assert (layout.delimiter, layout.header_lines, len(rows), broken) == (" ", (), 6_919, [])
    assert rows[0] == (1, ("00004", "0001", "19970101", "2", "29.33"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_breaks(write, delimiter, newline):
    lines = [["id", "name", "amount"], ["1", "Ann", "2,5"], ["2", "Bob", "3,5"]]
    text = newline.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines) + newline
    layout, rows, broken = laid_out(write(text))
    assert layout.delimiter == delimiter
    assert layout.columns == ("id", "name", "amount")
    assert rows == [(2, ("1", "Ann", "2,5")), (3, ("2", "Bob", "3,5"))]
    assert broken == []


def test_decimal_commas_do_not_pass_for_delimiters(write):
    layout, rows, _ = laid_out(write("1,5;2,5\n3,5;4,5\n5,5;6,5\n"))
    assert layout.delimiter == ";"
    assert rows[0] == (1, ("1,5", "2,5"))


def test_the_separator_line_of_spreadsheets(write):
    layout, rows, _ = laid_out(write("sep=;\nid;name\n1;Ann\n"))
    assert (layout.delimiter, layout.header_lines, rows) == (";", (2,), [(3, ("1", "Ann"))])


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
     ("utf-8", "utf-8"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_encodings(write, encoding, name):
    layout, rows, broken = laid_out(write("id;name\n1;José\n2;Zoë €\n3;Ann\n", encoding))
    assert layout.encoding == name
    assert layout.columns == ("id", "name")
    assert [cells[1] for _, cells in rows] == ["José", "Zoë €", "Ann"]
    assert broken == []


def test_cyrillic_bytes_are_told_and_not_sure(write):
    layout, rows, _ = laid_out(write("Клиент;Сумма\nИван Петров;10\nМария;20\n", "cp1251"))
    assert layout.encoding == "cp1251"
    assert rows[0][1] == ("Иван Петров", "10")
    assert not layout.evidence[0].sure


def test_a_line_in_another_encoding_is_reported(write):
    path = write("id;name\n1;José\n".encode() + "2;Zoë\n".encode("cp1252") + b"3;Ann\n")
    layout, rows, broken = laid_out(path)
    assert [line for line, _ in rows] == [2, 4]
    assert [(each.line, each.reason) for each in broken] == [(3, "bytes that are not valid UTF-8")]
    assert not layout.evidence[0].sure


def test_a_nul_byte_is_reported(write):
    _, rows, broken = laid_out(write(b"id,name\n1,Ann\n2,B\x00b\n3,Cid\n"))
    assert [line for line, _ in rows] == [2, 4]
    assert [(each.line, each.reason) for each in broken] == [(3, "a NUL byte stands in the row")]


def test_ragged_rows_are_neither_shifted_nor_padded(write):
    _, rows, broken = laid_out(write("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12"))
    assert rows == [(2, ("1", "2", "3")), (5, ("10", "11", "12"))]
    assert [each.line for each in broken] == [3, 4]
    assert [each.reason.split(" (")[0] for each in broken] == ["too few fields", "too many fields"]
    assert broken[0].text == "4,5"


def test_a_file_cut_off_in_a_row(write):
    _, rows, broken = laid_out(write("a,b,c\n1,2,3\n4,5,6\n7,8"))
    assert len(rows) == 2
    assert broken[0].line == 4
    assert "ends in the middle" in broken[0].reason


def test_an_open_quote_costs_one_line_only(write):
    body = "".join(f"{n},word,{n}\n" for n in range(40))
    _, rows, broken = laid_out(write(f'a,b,c\n1,x,2\n2,"open,3\n{body}'))
    assert [(each.line, each.reason) for each in broken] == [(3, "a quote opens and never closes")]
    assert len(rows) == 41


def test_a_stray_pair_of_quotes_swallows_no_rows(write):
    body = "".join(f"{n},word,{n}\n" for n in range(40))
    _, rows, broken = laid_out(write(f'a,b,c\n1,x,2\n2,y,"open\n{body}3,z,5"\n'))
    assert broken[0].line == 3
    assert [line for line, _ in rows][:3] == [2, 4, 5]
    assert len(rows) >= 41


def test_line_breaks_inside_quotes_keep_line_numbers(write):
    _, rows, broken = laid_out(write('id,note,n\r\n1,"two\r\nlines",5\r\n\r\n2,one,6\r\n'))
    assert rows == [(2, ("1", "two\r\nlines", "5")), (5, ("2", "one", "6"))]
    assert broken == []


def test_backslashes_escape_only_quotes(write):
    text = 'id,note\n1,"a \\"b\\" c"\n2,"C:\\new\\table"\n3,"end\\\\"\n4,"say \\"x\\", y"\n'
    layout, rows, broken = laid_out(write(text))
    assert layout.escape == "\\"
    assert [cells[1] for _, cells in rows] == ['a "b" c', "C:\\new\\table", "end\\", 'say "x", y']
    assert broken == []


def test_text_above_the_header_is_left_out_and_said(write):
    layout, rows, _ = laid_out(write("Sales report\nmade on 2024-01-05\n\ndate,customer,amount\n2024-01-01,7,5.5\n"))
    assert (layout.header_lines, layout.first_line) == ((4,), 5)
    assert any(each.what == "text above the header" for each in layout.evidence)
    assert rows == [(5, ("2024-01-01", "7", "5.5"))]


def test_double_and_blank_names(write):
    layout, _, _ = laid_out(write("id,name,name,,name_2\n1,a,b,c,d\n"))
    assert len(set(layout.columns)) == 5
    assert layout.columns[0:2] == ("id", "name")
    assert layout.columns[3] == "column_4"


def test_overrides_hold(write):
    path = write("a,b\nc,d\n")
    assert find_layout(path, "f", header=False).columns == ("column_1", "column_2")
    assert find_layout(path, "f", header=True).columns == ("a", "b")
    assert find_layout(path, "f", encoding="latin-1").encoding == "iso8859-1"
    with pytest.raises(UnknownName, match="reading option"):
        find_layout(path, "f", delimeter=";")
    with pytest.raises(BadInput, match="no encoding"):
        find_layout(path, "f", encoding="klingon")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (b"PK\x03\x04\x14\x00" + bytes(200), "Excel workbook"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"\x1f\x8b\x08" + bytes(100), "gzip"),
        (bytes(range(32)) * 100, "control characters"),
        (b"id,name,amount\n", "header but no row"),
        (b"date,customer,amount\r\n\r\n", "header but no row"),
        (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n" + b",".join([b"1"] * 10_000), "10,000 columns"),
    ],
)
def test_what_is_no_table_is_refused_with_the_cure(write, content, words):
    with pytest.raises(BadInput, match=words) as caught:
        find_layout(write(content), "sales.csv")
    assert caught.value.file == "sales.csv"
    assert caught.value.cure


DIALECTS = [
    {"delimiter": ",", "lineterminator": "\r\n"},
    {"delimiter": ";", "lineterminator": "\n", "quoting": csv.QUOTE_ALL},
    {"delimiter": "\t", "lineterminator": "\n", "quoting": csv.QUOTE_ALL},
    {"delimiter": "|", "lineterminator": "\r\n", "quotechar": "'", "quoting": csv.QUOTE_ALL},
]
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
tables = st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=12))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables, dialect=st.sampled_from(DIALECTS))
def test_what_a_writer_writes_is_read_back(tmp_path, table, dialect):
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    lines, line = [], 2
    writer.writerow([f"column {n}" for n in range(len(table[0]))])
    for row in table:
        before = text.tell()
        writer.writerow(row)
        lines.append(line)
        written = text.getvalue()[before:].replace("\r\n", "\n").replace("\r", "\n")
        line += written.count("\n")
    path = tmp_path / "round.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    columns = tuple(f"column {n}" for n in range(len(table[0])))
    quote = dialect.get("quotechar", '"')
    layout = Layout("utf-8", dialect["delimiter"], quote, None, (1,), 2, columns, ())
    rows, broken = read(path, layout)
    swallowed = [each for each in broken if "never closes" in each.reason]
    lost = {each.line for each in broken if "may be lost" in each.reason}
    if not swallowed:  # a value that looks like whole rows or cells of the file is reported, never accepted in silence
        assert {each.line for each in broken} == lost
        assert all(any(quote in c and dialect["delimiter"] in c for c in row)
                   for at, row in zip(lines, table, strict=True) if at in lost)  # fmt: skip
        assert rows == [(at, tuple(row)) for at, row in zip(lines, table, strict=True) if at not in lost]
    else:
        assert all(any("\n" in c or "\r" in c for c in row) for at, row in zip(lines, table, strict=True)
                   if at in [each.line for each in swallowed])  # fmt: skip
