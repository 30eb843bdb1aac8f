"""A rerun of each page with cached data, its figures, and what the start of the program imports."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

from benchmarks.company import Company
from benchmarks.measure import BY_HAND, Line, apart, peak_megabytes, processor_seconds
from crm_analytics.config import DATA_VARIABLE, PROJECT

RERUN, START, FIGURE_KILOBYTES = 0.060, 3.0, 50
HEAVY = ("sklearn", "scipy", "statsmodels", "splink", "plotly.express")
EMPTY_PAGE = "import streamlit as st\nst.title('empty')"


def page_lines(company: Company) -> list[Line]:
    """In a process of its own: the app opens the database itself."""
    return apart(_page_lines, company)


def _page_lines(company: Company) -> list[Line]:
    from streamlit.testing.v1 import AppTest

    os.environ[DATA_VARIABLE] = str(company.ours.data_dir)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=600)
    app.query_params["as_of"] = company.latest.isoformat()
    app.run()
    empty = AppTest.from_string(EMPTY_PAGE, default_timeout=600).run()
    floor = median(processor_seconds(empty.run)[0] for _ in range(5))
    lines = []
    for page in sorted((PROJECT / "pages").glob("*.py")):
        app.switch_page(f"pages/{page.name}").run()
        if app.exception:
            raise RuntimeError(f"{page.name}: {app.exception[0].message}")
        _idle()
        app.run()  # what a job has found is shown now
        spent = median(processor_seconds(app.run)[0] for _ in range(5))
        lines.append(Line(f"rerun of {page.stem} (by hand: an empty page)", spent, {BY_HAND: floor}, goal=RERUN))
        sizes = [len(chart.proto.spec) / 1000 for chart in app.get("plotly_chart")]
        if sizes:
            lines.append(Line(f"largest figure of {page.stem}", max(sizes), unit="kB", goal=FIGURE_KILOBYTES))
    return [*lines, Line("peak memory of the app", peak_megabytes(), unit="MB")]


def _idle() -> None:
    """Wait for the jobs that a page has begun: they would be counted with the pages after it."""
    while processor_seconds(lambda: time.sleep(0.5))[0] > 0.05:
        pass


_START = """
import runpy, sys, time
sys.argv = ['app.py']
import crm_analytics.ui.filters, crm_analytics.ui.shell, crm_analytics.ui.numbers, crm_analytics.ui.show
import crm_analytics.charts.retention, crm_analytics.charts.sales, crm_analytics.charts.base
import crm_analytics.metrics.sales.diagnosis, crm_analytics.metrics.sales.retention, crm_analytics.metrics.sales.sales
print(time.process_time(), *(name for name in {heavy!r} if name in sys.modules))
"""


def start_lines(company: Company) -> list[Line]:
    """Processor time of a Python that imports what the first page needs; which heavy libraries it brought along."""
    spent, brought = [], set()
    for _ in range(company.size.rounds):
        said = subprocess.run(
            [sys.executable, "-c", _START.format(heavy=HEAVY)], capture_output=True, text=True, check=True, cwd=PROJECT
        ).stdout.split()
        spent.append(float(said[0]))
        brought |= set(said[1:])
    names = ", ".join(sorted(brought)) or "none"
    return [
        Line("imports of the first page", median(spent), goal=START),
        Line(f"of {', '.join(HEAVY)} imported: {names}", len(brought), unit="libraries", goal=0),
    ]
