"""Frames as CSV: nothing in them runs in a spreadsheet, and nothing else is changed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from crm_analytics.errors import BadValue
from crm_analytics.export import FORMULA_STARTS, to_csv, to_parquet, to_xlsx

DATA = PROJECT.parent / "shared" / "data" / "csv_robustness"


def back(frame: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(frame).decode("utf-8-sig"), newline="")))


def payloads() -> list[str]:
    if not DATA.exists():
        pytest.skip("../shared/data/csv_robustness is not there")
    injections = (DATA / "injection" / "payloads.txt").read_text(encoding="utf-8").splitlines()
    naughty = json.loads((DATA / "naughty" / "blns.json").read_text(encoding="utf-8"))
    return [*injections, *(each for each in naughty if each)]


def assert_inert(texts: list[str], column: list[str]) -> None:
    for text, cell in zip(texts, column, strict=True):
        assert not cell.startswith(FORMULA_STARTS)
        assert cell == ("'" + text if text.startswith(FORMULA_STARTS) else text)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_payloads_go_out_inert_and_come_back(dtype):
    texts = payloads()
    frame = pd.DataFrame({"n": range(len(texts)), "text": pd.Series(texts, dtype=dtype)})
    before = frame.copy(deep=True)
    _, *rows = back(frame)
    assert_inert(texts, [row[1] for row in rows])
    assert [row[0] for row in rows] == [str(number) for number in range(len(texts))]
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_every_formula_start_is_neutralised_in_cells_and_headers(start, dtype):
    text = f'{start}1+1,"x"\nnext'
    header, row = back(pd.DataFrame({text: pd.Series([text], dtype=dtype)}))
    assert header == row == ["'" + text]


def test_numbers_stay_numbers_and_the_absent_stays_empty():
    frame = pd.DataFrame(
        {
            "money": [-1.5, float("nan"), 1e-7],
            "count": pd.Series([-3, None, 5], dtype="Int64"),
            "exact": [Decimal("-2.50"), None, Decimal("0.0001")],
            "flag": pd.Series([True, None, False], dtype="boolean"),
            "text": ["-1", None, ""],
            "day": pd.to_datetime([date(2024, 1, 2), None, date(1, 2, 3)]),
            "moment": [datetime(2024, 1, 2, 3, 4, 5), None, datetime(2024, 1, 2)],
        }
    )
    assert back(frame) == [
        list(frame.columns),
        ["-1.5", "-3", "-2.50", "True", "'-1", "2024-01-02", "2024-01-02 03:04:05"],
        [""] * 7,
        ["1e-07", "5", "0.0001", "False", "", "0001-02-03", "2024-01-02 00:00:00"],
    ]


def test_headers_that_are_no_text_and_frames_without_rows():
    assert back(pd.DataFrame({-1: [2], "a": ["b"]})) == [["-1", "a"], ["2", "b"]]
    assert back(pd.DataFrame({"=a": pd.Series(dtype="str")})) == [["'=a"]]


def sheet_of(frame: pd.DataFrame) -> list[list[object]]:
    """The cells of the workbook; none of them may be a formula."""
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(frame))).active
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_holds_no_formula_and_keeps_numbers_and_days():
    texts = [f"{start}1+1" for start in FORMULA_STARTS] + ["http://example.com", "00123", "Ünï 🙂", ""]
    header, *rows = sheet_of(pd.DataFrame({"=text": texts, "n": range(len(texts))}))
    assert header == ["'=text", "n"]
    wanted = ["'" + text for text in texts[: len(FORMULA_STARTS)]] + texts[-4:]
    # a workbook writes a carriage return as _x000D_, which this reader leaves so
    assert [row[0] or "" for row in rows] == [text.replace("\r", "_x000D_") for text in wanted]
    frame = pd.DataFrame(
        {
            "money": [-1.5, float("nan"), float("inf")],
            "exact": [Decimal("-2.50"), None, Decimal("1")],
            "flag": pd.Series([True, None, False], dtype="boolean"),
            "day": pd.to_datetime([date(2024, 1, 2), None, date(1802, 3, 4)]),
        }
    )
    assert sheet_of(frame) == [
        list(frame.columns),
        [-1.5, -2.5, True, datetime(2024, 1, 2)],
        [None, None, None, None],
        ["inf", 1, False, "1802-03-04 00:00:00"],
    ]


def test_payloads_are_inert_in_a_workbook_and_come_back():
    texts = payloads()
    _, *rows = sheet_of(pd.DataFrame({"n": range(len(texts)), "text": texts}))
    wanted = ["'" + text if text.startswith(FORMULA_STARTS) else text for text in texts]
    # control characters are written as _x0001_, which this reader leaves so, and line ends may change their form
    came = [(want, str(row[1])) for want, row in zip(wanted, rows, strict=True) if want.isprintable()]
    assert len(came) > 500
    assert all(want == cell for want, cell in came)


def test_a_workbook_without_rows_and_one_that_is_too_long():
    assert sheet_of(pd.DataFrame({"a": pd.Series(dtype="str")})) == [["a"]]
    with pytest.raises(BadValue, match="CSV or Parquet"):
        to_xlsx(pd.DataFrame({"a": range(1_048_576)}))


def test_parquet_keeps_types_and_texts():
    frame = pd.DataFrame({"text": ["=1+1", None], "day": pd.to_datetime(["2024-01-02", None]), "n": [1.5, None]})
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(to_parquet(frame))), frame)
