"""The quick reader gives exactly what the careful one gives, or leaves the file to it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadInput
from crm_analytics.ingest.layout import Layout, find_layout
from crm_analytics.ingest.quick import stage_quickly
from crm_analytics.ingest.reading import read_rows

Rows = list[tuple[object, ...]]


def quickly(session: Session, path: Path, layout: Layout) -> Rows | None:
    columns = ", ".join(f"c{number} VARCHAR" for number in range(len(layout.columns)))
    session.do(f"CREATE OR REPLACE TEMP TABLE raw (line INTEGER, {columns})")
    rows = stage_quickly(session, path, layout)
    staged = session.rows("SELECT * FROM raw ORDER BY line")
    assert len(staged) == (rows or 0)  # what is not taken leaves nothing behind
    return staged if rows is not None else None


def carefully(path: Path, layout: Layout) -> tuple[Rows, int]:
    rows: Rows = []
    broken = 0
    for batch in read_rows(path, layout):
        rows += [(line, *cells) for line, cells in zip(batch.lines, zip(*batch.columns, strict=True), strict=True)]
        broken += len(batch.broken)
    return rows, broken


def of(columns: int, quote: str | None = '"', delimiter: str = ",") -> Layout:
    return Layout("utf-8", delimiter, quote, None, (1,), 2, tuple(f"h{n}" for n in range(columns)), ())


CELLS = st.one_of(
    st.sampled_from(["", "1", "a b", " x", "x ", "ä", '""', '"a"', '"a,b"', '"a""b"', '"a\nb"', 'a"b', ' "a"', '"a" ', '"',
                     "\u2028", "\x0b", "\x1a", "\0", "\ufeff", "'", "\\", '\\"', "#", "NULL", "a\rb"]),
    st.text(st.sampled_from('ab1 "\',;\\\t'), max_size=5),
)  # fmt: skip
LINES = st.lists(CELLS, min_size=1, max_size=5).map(",".join)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


@st.composite
def dirty(draw: st.DrawFn) -> str:
    """A header, and lines that mostly have three fields; the last may lack its end."""
    plain = st.lists(st.sampled_from(["", "1", "a b", '"x"', '"x,y"', "é"]), min_size=3, max_size=3).map(",".join)
    lines = (
        draw(st.lists(plain, max_size=4))
        + draw(st.lists(LINES | plain, max_size=3))
        + draw(st.lists(plain, max_size=3))
    )
    end = draw(ENDS)
    body = end.join(["a,b,c", *lines]) + draw(st.sampled_from([end, end, "", end + end]))
    return body.replace(end, "\n", 1) if draw(st.integers(0, 9)) == 0 else body


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=dirty(), quote=st.sampled_from(['"', '"', None]))
def test_dirty_files_come_out_alike_or_are_left_alone(duck: Duck, text: str, quote: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder, duck.session() as session:
        path = Path(folder) / "f.csv"
        path.write_bytes(text.encode())
        layout = of(3, quote)
        quick = quickly(session, path, layout)
        rows, broken = carefully(path, layout)
        assert quick is None or (quick, 0) == (rows, broken)


@pytest.mark.parametrize(
    "body",
    ["1,2,3,\n1,2,3,\n", '"1" ,2,3\n', ' "1",2,3\n', "1,2,3\n\n4,5,6\n", '"1\n2",3,4\n', "1,2\n", "1,2,3,4\n", "\0,2,3\n",
     "1,2,3\r4,5,6\r", "1,2,3\n4,5,6\r\n", '"1,2,3\n', "x" * 140_000 + ",2,3\n"],
)  # fmt: skip
def test_what_the_database_would_bend_is_left_to_the_careful_reader(
    session: Session, write: Callable, body: str
) -> None:
    assert quickly(session, write("a,b,c\n" + body), of(3)) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [("a,b,c\n1,2,3\n", ("1", "2", "3")), ("a,b,c\r\n1,,3\r\n4,5,6", ("1", "", "3")), ('a,b,c\n"1,""x""",2,\n', ('1,"x"', "2", "")),
     ("\ufeffa,b,c\nä,ö,ü\n", ("ä", "ö", "ü")), ("a,b,c\n NULL,\\N,#\n", (" NULL", "\\N", "#"))],
)  # fmt: skip
def test_plain_files_are_read_quickly(session: Session, write: Callable, text: str, first: tuple[str, ...]) -> None:
    path = write(text)
    layout = of(3)
    found = quickly(session, path, layout)
    assert found is not None
    assert found[0] == (2, *first)
    assert found == carefully(path, layout)[0]


def test_a_file_of_many_pieces_keeps_its_order_and_line_numbers(session: Session, write: Callable) -> None:
    path = write("n,text,m\r\n" + "".join(f'{n},"text, {n % 7}",{"x" * (n % 90)}\r\n' for n in range(120_000)))
    found = quickly(session, path, of(3))
    assert found is not None
    assert found == carefully(path, of(3))[0]


def test_a_name_that_would_mean_several_files_is_left_alone(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "f[1].csv"
    path.write_text("a,b,c\n1,2,3\n")
    (tmp_path / "f1.csv").write_text("a,b,c\n7,8,9\n")
    assert quickly(session, path, of(3)) is None


def test_the_public_robustness_files_come_out_alike(session: Session, shared: Path) -> None:
    read = 0
    for path in sorted((shared / "csv_robustness").rglob("*.csv")):
        try:
            layout = find_layout(path, path.name)
        except BadInput:
            continue
        if (quick := quickly(session, path, layout)) is not None:
            assert (quick, 0) == carefully(path, layout), path
            read += 1
    assert read >= 5
