"""The dirty twins: as many faults of each kind as dirty/expected.json says, counted without the code that made them."""

import csv
import json
import re
from collections import Counter
from datetime import datetime

import pytest

from crm_analytics.sample.company import FILES


def is_date(text):
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"):
        try:
            return bool(datetime.strptime(text, form))
        except ValueError:
            continue
    return False


def count(kind, values):
    """How many of a column's values show the fault."""
    tests = {
        "bad_date": lambda value: not is_date(value),
        "future_date": lambda value: "2052" in value,
        "bad_number": lambda value: value == "n/a",
        "decimal_comma": lambda value: re.fullmatch(r"-?\d+,\d\d", value) is not None,
        "blank_id": lambda value: value == "",
        "orphan": lambda value: re.fullmatch(r"X\d+", value) is not None,
    }
    return sum(tests[kind](value) for value in values)


def expected(company):
    return json.loads((company.folder / "dirty" / "expected.json").read_text(encoding="utf-8"))


def test_every_export_has_a_dirty_twin(company):
    assert set(expected(company)) == {f"{name}.csv" for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_faults_are_as_many_as_stated(company, name):
    stated = expected(company)[f"{name}.csv"]
    with (company.folder / "dirty" / f"{name}.csv").open(encoding=stated["encoding"], newline="") as file:
        rows = list(csv.DictReader(file, delimiter=stated["delimiter"]))
    assert len(rows) == stated["rows"]
    assert stated["clean_rows"] == company.rows[name]
    for fault in stated["faults"]:
        if fault["kind"] == "duplicate":
            found = sum(n - 1 for n in Counter(tuple(row.values()) for row in rows).values())
        else:
            found = count(fault["kind"], [row[fault["column"]] for row in rows])
        assert found == fault["rows"], fault


def test_a_twin_less_its_faults_is_the_clean_file(company):
    with (company.folder / "orders.csv").open(encoding="utf-8", newline="") as file:
        clean = {row["order_id"]: row for row in csv.DictReader(file)}
    with (company.folder / "dirty" / "orders.csv").open(encoding="cp1252", newline="") as file:
        dirty = list(csv.DictReader(file, delimiter=";"))
    whole = [
        row for row in dirty if row["order_id"] and row["amount"] != "n/a" and not row["customer_id"].startswith("X")
    ]
    same = sum(
        row["amount"].replace(",", ".") == clean[row["order_id"]]["amount"]
        and row["customer_id"] == clean[row["order_id"]]["customer_id"]
        for row in whole
    )
    assert same == len(whole) > 1000
