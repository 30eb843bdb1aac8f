"""`python -m benchmarks [--size small|full] [--keep DIR]`"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from benchmarks.answers import metric_lines
from benchmarks.building import day_lines, import_lines, mart_lines
from benchmarks.company import SIZES, Company, Size, found
from benchmarks.measure import Line, shown
from benchmarks.models import model_lines
from benchmarks.questions import question_lines, segment_lines
from benchmarks.screen import page_lines, start_lines

#: What changes the database comes last.
PARTS: dict[str, Callable[[Company], list[Line]]] = {
    "Start": start_lines,
    "Import": import_lines,
    "Marts": mart_lines,
    "Metrics": metric_lines,
    "Questions": question_lines,
    "Models": model_lines,
    "Pages": page_lines,
    "One more day": day_lines,
    "Saved segments": segment_lines,
}


def run(folder: Path, size: Size, parts: tuple[str, ...] = tuple(PARTS)) -> list[Line]:
    """Measure the parts of a company in a folder (made where missing) and print each as it is done."""
    company = found(folder, size)
    lines: list[Line] = []
    for name in parts:
        measured = PARTS[name](company)
        print(f"\n## {name}\n\n{shown(measured, goals_hold=size.name == 'full')}", flush=True)
        lines += measured
    return lines


def main(arguments: list[str]) -> None:
    """Read the command line, say on what is measured, measure."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep exports and databases there and use them again")
    parser.add_argument("--customers", type=int, help="another number of customers than the size's")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS))
    said = parser.parse_args(arguments)
    size = SIZES[said.size]
    size = replace(size, customers=said.customers or size.customers)
    print(_header(size))
    if said.keep:
        run(said.keep, size, tuple(said.parts))
        return
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        run(Path(folder), size, tuple(said.parts))


def _header(size: Size) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "numpy", "streamlit", "plotly"))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{size.customers:,} customers, size {size.name}, {size.rounds} rounds at most, the median of each.\n"
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start; Python {platform.python_version()}, {libraries}.\n"
        "Processor seconds are user + system of all threads. All rows got into the database by read_csv, past the reader of\n"
        f"files; its cost is that of a file of {size.import_lines:,} lines."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
