"""One good table, spoiled in one place at a time: every other row comes out as it is, and the spoiled one is reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_analytics.engine.duck import Duck
from crm_analytics.ingest.layout import find_layout
from crm_analytics.ingest.reading import HEADER_AGAIN, read_rows
from crm_analytics.ingest.recognise import recognise

HEADER = ["order_id", "order_date", "time", "amount", "product", "note"]
ROWS = [
    [
        f"A-{number:03}",
        f"2024-03-{number % 28 + 1:02}",
        f"{number % 24:02}:15",
        f"{number * 7 % 100}.{number % 10}0",
        product,
        note,
    ]
    for number, (product, note) in enumerate(
        [("Men's boots", "warm, dry"), ('Table, round 48"', ""), ("Rug", "he said: fine"), ("Lamp", "two; or three")]
        * 10
    )
]


def written(row: list[str], delimiter: str = ",", quote: str = '"', *, always: bool = False) -> str:
    def cell(place: int, text: str) -> str:
        needed = always or place == 4 or any(each in text for each in (delimiter, quote))
        return quote + text.replace(quote, quote * 2) + quote if needed else text

    return delimiter.join(cell(place, text) for place, text in enumerate(row))


def separators(line: str) -> list[int]:
    inside, found = False, []
    for place, each in enumerate(line):
        inside ^= each == '"'
        if each == "," and not inside:
            found.append(place)
    return found


def spoiled() -> Iterator[tuple[str, int, str]]:
    """Name, number of the spoiled row (1-based), and how it reads then."""
    for number in (1, 2, 3, 4, 20, 40):
        line = written(ROWS[number - 1])
        places = separators(line)
        for place in places:
            yield f"less-{number}-{place}", number, line[:place] + line[place + 1 :]
            yield f"more-{number}-{place}", number, line[:place] + "," + line[place:]
        for place in (-1, *places):
            yield f"quote-{number}-{place}", number, line[: place + 1] + '"' + line[place + 1 :]
        for delimiter in (";", "\t", "|", " "):
            yield f"delimiter-{number}-{ord(delimiter)}", number, written(ROWS[number - 1], delimiter)


def read(path: Path) -> tuple[tuple[str, ...], list[list[str]], list[tuple[int, str]]]:
    layout = find_layout(path, path.name)
    rows, broken = [], []
    for batch in read_rows(path, layout):
        rows += [list(row) for row in zip(*batch.columns, strict=True)]
        broken += [(each.line, each.reason) for each in batch.broken]
    return layout.columns, rows, broken


@pytest.mark.parametrize(("name", "number", "line"), list(spoiled()))
def test_a_spoiled_row_is_reported_and_harms_no_other(tmp_path, name, number, line):
    lines = [written(HEADER), *map(written, ROWS)]
    lines[number] = line
    path = tmp_path / "spoiled.csv"
    path.write_text("\r\n".join(lines) + "\r\n", newline="")
    columns, rows, broken = read(path)
    assert columns == tuple(HEADER)
    others = ROWS[: number - 1] + ROWS[number:]
    if rows == ROWS:  # a quote inside a value that needs none is a character like others
        assert (name.partition("-")[0], broken) == ("quote", [])
    else:
        assert rows == others
        assert [line for line, _ in broken] == [number + 1]


@pytest.mark.parametrize(
    ("delimiter", "quote"),
    [(each, '"') for each in (",", ";", "\t", "|", " ", "^", "~", "§", ":", "\x1f", ", ", "::", "||", "~|~")]
    + [(each, quote) for each in (",", ";", "\t") for quote in "'`|"],
)
def test_delimiters_and_quotes(tmp_path, delimiter, quote):
    path = tmp_path / "whole.csv"
    path.write_text("\n".join(written(row, delimiter, quote) for row in [HEADER, *ROWS]) + "\n")
    columns, rows, broken = read(path)
    assert (columns, rows, broken) == (tuple(HEADER), ROWS, [])


def test_a_header_said_again_is_no_row(tmp_path):
    lines = [written(HEADER), *map(written, ROWS)]
    path = tmp_path / "twice.csv"
    path.write_text("\n".join(lines + lines) + "\n")
    columns, rows, broken = read(path)
    assert (columns, rows, broken) == (tuple(HEADER), ROWS + ROWS, [(len(lines) + 1, HEADER_AGAIN)])


@pytest.mark.parametrize("extra", [["x"], []])
def test_of_two_tables_the_first_is_read(tmp_path, extra):
    second = [written([*row[: 5 + len(extra)], *row[5:], *extra] if extra else row[:5]) for row in [HEADER, *ROWS]]
    path = tmp_path / "two.csv"
    path.write_text("\n".join([written(HEADER), *map(written, ROWS), "", *second]) + "\n")
    columns, rows, broken = read(path)
    assert (columns, rows) == (tuple(HEADER), ROWS)
    assert len(broken) == len(second)


@pytest.mark.parametrize(
    "footer",
    ["Total,,,1234.50,,", "Grand total:,,,99.00,,", "Summe,,,12.00,,", ",Итого,,12.00,,", "Total general,,,,,"],
)
def test_totals_below_are_no_rows(tmp_path, footer):
    path = tmp_path / "report.csv"
    path.write_text("\n".join([written(HEADER), *map(written, ROWS), footer]) + "\n", encoding="utf-8")
    duck = Duck(None, "256MB", 1)
    with duck.session() as session:
        found = recognise(session, path, path.name)
        assert (found.rows, found.broken) == (len(ROWS), 1)
        assert session.rows("SELECT line, text, reason FROM broken") == [(len(ROWS) + 2, footer, "a total, not a row")]
    duck.close()


def test_a_product_called_total_is_a_row(tmp_path):
    rows = [["Total", "2024-01-02", "1"], ["Total", "2024-01-03", "2"], ["Other", "2024-01-03", "2"]]
    path = tmp_path / "cereals.csv"
    path.write_text("product,date,amount\n" + "\n".join(",".join(row) for row in rows) + "\n")
    duck = Duck(None, "256MB", 1)
    with duck.session() as session:
        assert recognise(session, path, path.name).rows == 3
    duck.close()


@pytest.mark.parametrize("place", [3, 6])
def test_cells_that_are_a_pipe_alone_open_no_values(tmp_path, place):
    rows = [[*ROWS[0][:4], "Rug", f"n{number}"] for number in range(20)]
    for number, row in enumerate(rows):
        row.insert(place, "|" if number % 3 else "x")
    path = tmp_path / "pipes.csv"
    path.write_text("\n".join(map(",".join, [[*"abcdefg"], *rows])) + "\n")
    assert read(path)[1:] == (rows, [])


def test_a_space_before_a_quoted_value(tmp_path):
    path = tmp_path / "spaced.csv"
    lines = ["id,name,note", '1,"a, b",x', '2, "c",y', '3,"d",z', '4,"e"," ""f"""']
    path.write_text("\n".join(lines) + "\n")
    rows = [["1", "a, b", "x"], ["3", "d", "z"], ["4", "e", ' "f"']]
    assert read(path)[1:] == (rows, [(3, "a space stands before a quoted value")])
    path.write_text("\n".join(["id,name,note", *(f'{number},"a", "b, {number}"' for number in range(3))]) + "\n")
    assert read(path)[1:] == ([[str(number), "a", f"b, {number}"] for number in range(3)], [])
