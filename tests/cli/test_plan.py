"""The verbs plan and report, in this process."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from crm_analytics.charts.pictures import pictures
from crm_analytics.charts.theme import base_figure
from crm_analytics.cli import main
from crm_analytics.config import PROJECT
from crm_analytics.errors import BadInput
from crm_analytics.report import NO_CHARTS
from tests.conftest import in_memory
from tests.metrics.loading import load_orders

SAMPLE = PROJECT / "data" / "sample"
FILES = [str(SAMPLE / f"{name}.csv") for name in ("programme", "objectives", "actions")]


@pytest.fixture
def run(tmp_path: Path):
    """A function that runs a verb on a data directory of its own."""

    def ran(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")])
        assert done.exit_code == code, done.output
        return done.output

    return ran


def test_a_plan_loads_before_any_data(run, tmp_path):
    made = json.loads(run("plan", "load", *FILES, "--json"))
    assert {kind: count["new"] for kind, count in made["rows"].items()} == {
        "programme": 1,
        "objectives": 5,
        "actions": 12,
    }
    assert made["frozen"] == {"PR1": []}
    listed = json.loads(run("plan", "list", "--json"))["programmes"]
    assert [(each["programme"], each["objectives"], each["actions"]) for each in listed] == [("PR1", 5, 12)]
    assert "not approved" in run("plan", "list")
    run("plan", "approve", "PR1")
    assert json.loads(run("plan", "list", "--json"))["programmes"][0]["approved_at"]
    run("plan", "export", str(tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "actions.csv",
        "objectives.csv",
        "programme.csv",
    ]


def test_what_is_no_plan_is_refused_in_one_line(run, tmp_path):
    path = tmp_path / "weather.csv"
    path.write_text("day,rain\n2026-01-01,3\n2026-01-02,4\n", encoding="utf-8")
    said = run("plan", "load", str(path), code=1)
    assert "this is no table of a plan" in said
    assert "Traceback" not in said


def test_the_report_is_a_pdf_with_the_numbers_of_the_page(tmp_path):
    from crm_analytics.metrics.programme.programme import objectives, objectives_in_words
    from crm_analytics.verbs import plan as verbs_plan

    warehouse = in_memory(tmp_path)
    rows = [
        (f"c{c}", f"{month}-05", 10.0) for month in pd.period_range("2025-01", "2026-03", freq="M") for c in range(31)
    ]
    load_orders(warehouse, rows)
    with pytest.raises(BadInput, match="there is no plan yet"):
        verbs_plan.write_report(warehouse, None, None, None, tmp_path)
    files = [(Path(each), Path(each).name) for each in FILES]
    verbs_plan.load_plan(warehouse, files, "ann")
    made = verbs_plan.write_report(warehouse, None, None, None, tmp_path)
    written = (tmp_path / "programme-PR1-2026-03-05.pdf").read_bytes()
    assert made["file"] == str(tmp_path / "programme-PR1-2026-03-05.pdf")
    assert written.startswith(b"%PDF")
    has_charts = NO_CHARTS not in made["notes"]
    assert (b"/Subtype /Image" in written) == has_charts
    assert has_charts == (pictures([]) is not None)
    audience = warehouse.audience()
    finding = objectives_in_words(objectives(warehouse, audience), audience.as_of)
    assert finding in text_of(written)
    warehouse.close()


@pytest.mark.slow
def test_charts_are_drawn_where_kaleido_and_a_browser_are() -> None:
    pytest.importorskip("kaleido", reason="the extra charts is not installed")
    drawn = pictures([base_figure(height=120), base_figure(height=80)])
    if drawn is None:
        pytest.skip("there is no Chromium that can be started")
    # width and height stand in the first chunk of a PNG
    assert [struct.unpack(">II", each[16:24]) for each in drawn] == [(2000, 240), (2000, 160)]


def text_of(pdf: bytes) -> str:
    """The texts of a PDF as reportlab writes it, in order."""
    import base64
    import re
    import zlib

    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        packed = base64.a85decode(stream.strip().removesuffix(b"~>"))
        found += re.findall(rb"\((.*?)(?<!\\)\) Tj", zlib.decompress(packed))
    return b"".join(found).decode("cp1252").replace("\\(", "(").replace("\\)", ")")
