"""Frames as CSV: nothing in them runs in a spreadsheet, and nothing else is changed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from crm_analytics.export import FORMULA_STARTS, to_csv

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
