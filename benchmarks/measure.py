"""Processor time of interleaved rounds, peak memory of a process of its own, and the line that is printed."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

BY_HAND = "by hand"
PANDAS = "pandas"


class Different(Exception):
    """Two ways gave different answers: their costs must not be compared."""


@dataclass(frozen=True)
class Line:
    """One measured thing. `rivals`: what the same answer costs in another way.

    `goal` bounds `ours` (same unit), `goal_ratio` bounds ours / by hand; both are meant for the full size.
    """

    name: str
    ours: float
    rivals: Mapping[str, float] = field(default_factory=dict)
    unit: str = "CPU s"
    goal: float | None = None
    goal_ratio: float | None = None

    def ratio(self, rival: str) -> float | None:
        """Ours / theirs; None without such a rival."""
        other = self.rivals.get(rival)
        return self.ours / other if other else None

    @property
    def met(self) -> bool | None:
        """Whether every goal is met; None without one."""
        ratio = self.ratio(BY_HAND)
        held = [self.ours <= self.goal] if self.goal is not None else []
        held += [ratio <= self.goal_ratio] if self.goal_ratio is not None and ratio is not None else []
        return all(held) if held else None


def processor_seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    """User and system time of all threads of this process, and the result."""
    start = time.process_time()
    result = act()
    return time.process_time() - start, result


def interleaved(
    ways: Mapping[str, Callable[[], Any]], rounds: int, prepare: Callable[[], Any] | None = None
) -> tuple[dict[str, float], dict[str, Any]]:
    """Median processor seconds of each way over so many rounds, taking turns, and the last result of each.

    `prepare` runs before each, unmeasured.
    """
    spent: dict[str, list[float]] = {name: [] for name in ways}
    results: dict[str, Any] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            if prepare:
                prepare()
            seconds, results[name] = processor_seconds(way)
            spent[name].append(seconds)
    return {name: median(each) for name, each in spent.items()}, results


def same(what: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """`Different` unless both have the same columns with the same values, numbers to 1e-9 of their size."""
    if list(ours.columns) != list(theirs.columns) or len(ours) != len(theirs):
        raise Different(f"{what}: {list(ours.columns)} x {len(ours)}, and {list(theirs.columns)} x {len(theirs)}")
    for name in ours:
        one, other = (_comparable(each[name]) for each in (ours, theirs))
        if one.dtype == float and other.dtype == float:
            equal = np.allclose(one, other, rtol=1e-9, atol=1e-6, equal_nan=True)
        else:
            equal = bool(((one == other) | (pd.isna(one) & pd.isna(other))).all())
        if not equal:
            raise Different(f"{what}: column {name} differs")


def _comparable(column: pd.Series) -> np.ndarray:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.astype("datetime64[s]").to_numpy()
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    return column.astype(object).to_numpy()


def apart(act: Callable[..., Any], *values: Any) -> Any:
    """Run in a fresh process, which opens the database itself and leaves no memory behind."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(act, values)


def peak_megabytes() -> float:
    """The most memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells of a child includes the memory of its parent
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def shown(lines: Sequence[Line], *, goals_hold: bool) -> str:
    """The lines as a Markdown table; at other sizes than the full one goals are named and not judged."""
    rows = [
        "| what | unit | ours | by hand | ratio | pandas | ratio | goal | met |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for line in lines:
        cells = [line.name, line.unit, _figure(line.ours)]
        for rival in (BY_HAND, PANDAS):
            cells += [_figure(line.rivals.get(rival)), _figure(line.ratio(rival))]
        goal = _figure(line.goal) + (f" {_figure(line.goal_ratio)}x" if line.goal_ratio else "")
        met = {True: "yes", False: "**no**", None: ""}[line.met] if goals_hold else ""
        rows.append("| " + " | ".join([*cells, goal.strip(), met]) + " |")
    return "\n".join(rows)


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.4f}"
